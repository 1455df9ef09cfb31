package io.kconmon.k8s;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Waits longer each time, with jitter: after an outage, not everybody comes back at the same moment. */
final class Backoff {

    private final Duration least;
    private final Duration most;
    private Duration next;

    Backoff(Duration least, Duration most) {
        this.least = least;
        this.most = most;
        this.next = least;
    }

    void reset() {
        next = least;
    }

    void pause() throws InterruptedException {
        Thread.sleep(step());
    }

    /** A random delay from half of the current delay to all of it. */
    Duration step() {
        long nanos = next.toNanos();
        next = next.multipliedBy(2).compareTo(most) < 0 ? next.multipliedBy(2) : most;
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(nanos / 2, nanos + 1));
    }
}
