package io.kconmon.agent.strain;

import java.time.Duration;

/**
 * The longest wait of late: in the second after it, what waited meanwhile is dealt with.
 *
 * @param endedAt
 *            in nanoseconds, as is the wait
 */
record Longest(long nanos, long endedAt) {

    /** What takes no longer than this is no wait. */
    static final long LEAST_NANOS = Duration.ofMillis(5).toNanos();
    private static final long AFTERMATH_NANOS = Duration.ofSeconds(1).toNanos();

    /** With another one that ends now. */
    Longest and(long waited, long now) {
        return waited >= nanos(now) ? new Longest(waited, now) : this;
    }

    /** 0 if there was none. */
    long nanos(long now) {
        return now - endedAt < AFTERMATH_NANOS && nanos > LEAST_NANOS ? nanos : 0;
    }
}
