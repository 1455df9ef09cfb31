package io.kconmon.shared.client;

import java.time.Duration;

/**
 * Until when an answer, or the next part of it that means something, must have come, however often a byte of it comes. Whoever reads
 * puts it off.
 */
public final class ReadDeadline {

    private volatile long nanoTime;

    /** So long from now on. */
    public ReadDeadline(Duration within) {
        this.nanoTime = System.nanoTime() + within.toNanos();
    }

    /** So long from now on again. */
    public void extend(Duration within) {
        nanoTime = System.nanoTime() + within.toNanos();
    }

    long leftMillis() {
        return (nanoTime - System.nanoTime()) / 1_000_000;
    }
}
