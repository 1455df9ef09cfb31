package io.kconmon.agent.strain;

import java.time.Duration;

/**
 * The longest wait of the last second or two: in the second after a wait, what waited meanwhile is dealt with.
 *
 * @param since
 *            when the period began that lasts a second, in nanoseconds
 * @param nanos
 *            the longest wait that ended in it
 * @param before
 *            in the second before it
 */
record Longest(long since, long nanos, long before) {

    /** What takes no longer than this is no wait. */
    static final long LEAST_NANOS = Duration.ofMillis(5).toNanos();
    private static final long PERIOD_NANOS = Duration.ofSeconds(1).toNanos();

    /** There was none. */
    Longest(long now) {
        this(now, 0, 0);
    }

    /** With another one that ends now. */
    Longest and(long waited, long now) {
        long counts = waited > LEAST_NANOS ? waited : 0;
        return switch ((int) Math.min(2, (now - since) / PERIOD_NANOS)) {
            case 0 -> new Longest(since, Math.max(nanos, counts), before);
            case 1 -> new Longest(now, counts, nanos);
            default -> new Longest(now, counts, 0);
        };
    }

    /** 0 if there was none. */
    long nanos(long now) {
        return switch ((int) Math.min(2, (now - since) / PERIOD_NANOS)) {
            case 0 -> Math.max(nanos, before);
            case 1 -> nanos;
            default -> 0;
        };
    }
}
