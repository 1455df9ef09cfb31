package io.kconmon.k8s;

import java.time.Duration;

/**
 * Time limits.
 *
 * @param merge
 *            changes that come within this time of each other are posted together
 * @param answer
 *            the time until a request is answered
 * @param page
 *            the time until a page of a list is complete
 * @param watch
 *            the server is asked to end a watch after this time. It is the heartbeat: a quiet connection and a dead one
 *            look the same, so a watch that has not ended by then is dead. A new watch costs the server little, and a
 *            bookmark just before the end keeps the resourceVersion
 * @param grace
 *            the longest delay of that end
 * @param retry
 *            the shortest and, doubled again and again, the longest time until the next try
 */
record Timeouts(Duration merge, Duration answer, Duration page, Duration watch, Duration grace, Duration retry,
        Duration retryAtMost) {

    static final Timeouts USUAL = new Timeouts(Duration.ofMillis(30), Duration.ofSeconds(10), Duration.ofSeconds(30),
            Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofSeconds(10));
}
