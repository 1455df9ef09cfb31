package io.kconmon.agent.probe;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * The intervals of reports, numbered from 0. They begin at another moment in each agent, so that a controller that asks
 * all agents as their intervals close spreads its requests over the interval.
 */
public final class ReportIntervals {

    /** Shorter ones would be asked for without end. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final LongSupplier clock;
    private final long begin;
    private final long nanos;

    /**
     * Makes intervals.
     *
     * @param clock
     *            in nanoseconds
     * @param begin
     *            when the first one began, by that clock
     */
    public ReportIntervals(LongSupplier clock, long begin, Duration length) {
        this.clock = clock;
        this.begin = begin;
        this.nanos = length.toNanos();
    }

    /** Its length is the interval of the protocol that tests peers most often. */
    public static ReportIntervals of(Collection<? extends Protocol<?>> protocols, LongSupplier clock) {
        Duration length = protocols.stream().filter(PeerProtocol.class::isInstance).map(Protocol::interval)
                .min(Duration::compareTo).filter(it -> it.compareTo(SHORTEST) > 0).orElse(SHORTEST);
        return new ReportIntervals(clock, clock.getAsLong() - ThreadLocalRandom.current().nextLong(length.toNanos()),
                length);
    }

    /** The current interval. */
    public long running() {
        return (clock.getAsLong() - begin) / nanos;
    }

    public Duration length() {
        return Duration.ofNanos(nanos);
    }

    /** For how long the running one has run. */
    public Duration sinceLast() {
        return Duration.ofNanos((clock.getAsLong() - begin) % nanos);
    }
}
