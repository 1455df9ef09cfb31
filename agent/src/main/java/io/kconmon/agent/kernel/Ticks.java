package io.kconmon.agent.kernel;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The times at which tests begin and look for their answers. Kernel stamps say when a packet came, so that nothing is lost by
 * looking later; and tests that wake together cost half of what they cost one by one, since the processor's caches are warm
 * for all but the first.
 *
 * @param nanos
 *            from tick to tick; ticks are at multiples of it by {@link System#nanoTime}
 */
public record Ticks(long nanos) {

    /** For somebody who waits for the result. */
    public static final Ticks PROMPT = new Ticks(TimeUnit.MILLISECONDS.toNanos(1));

    private static final Duration LONGEST = Duration.ofMillis(250);
    private static final int EACH_INTERVAL = 20;

    /** So many ticks in an interval that a test's place in it is still any. */
    public static Ticks of(Duration interval) {
        Duration part = interval.dividedBy(EACH_INTERVAL);
        return new Ticks((part.compareTo(LONGEST) < 0 ? part : LONGEST).toNanos());
    }

    /** The first tick at or after a time by {@link System#nanoTime}. */
    public long after(long nanoTime) {
        return Math.ceilDiv(nanoTime, nanos) * nanos;
    }
}
