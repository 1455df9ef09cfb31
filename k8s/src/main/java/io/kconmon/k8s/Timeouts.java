package io.kconmon.k8s;

import java.time.Duration;

/**
 * How long things may take.
 *
 * @param merge
 *            changes that come within this time of each other are posted together
 * @param answer
 *            until a request is answered
 * @param page
 *            until a page of a list is there as a whole
 * @param watch
 *            the server is asked to end a watch after this time. It is the heartbeat: a quiet connection and a dead one
 *            look the same, so a watch that has not ended by then is dead. To begin anew costs the server little, and a
 *            bookmark that it sends just before the end keeps the place
 * @param grace
 *            how late that end may come
 * @param retry
 *            the shortest and, doubled again and again, the longest time until the next try
 */
record Timeouts(Duration merge, Duration answer, Duration page, Duration watch, Duration grace, Duration retry,
        Duration retryAtMost) {

    static final Timeouts USUAL = new Timeouts(Duration.ofMillis(30), Duration.ofSeconds(10), Duration.ofSeconds(30),
            Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofSeconds(10));
}
