package io.kconmon.agent.mesh;

import io.kconmon.agent.probe.IntervalCounts;
import io.kconmon.agent.probe.MetricFamilies;
import io.kconmon.agent.probe.ReportIntervals;
import io.kconmon.shared.log.Log;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Counts events of the loops themselves: their number, their delays, and the exceptions that escape them. */
public final class LoopMonitor {

    private static final Log LOG = Log.of("agent");

    private final Consumer<Duration> lag;
    private volatile @Nullable IntervalCounts<Duration> lags;
    private final AtomicLong excused = new AtomicLong();
    private final AtomicInteger alive = new AtomicInteger();
    private final AtomicLong bugs = new AtomicLong();
    private final Set<String> logged = ConcurrentHashMap.newKeySet();

    /**
     * Makes a monitor.
     *
     * @param lag
     *            gets the delay of each wake-up of a loop
     */
    public LoopMonitor(Consumer<Duration> lag) {
        this.lag = lag;
    }

    /** Adds the number of rounds that are not results. */
    public void write(MetricFamilies families) {
        families.counter("excused_rounds", "Failed rounds of peers that had said that they stop: no results",
                Labels.EMPTY, excused.get());
    }

    /** Loops that run. */
    public int alive() {
        return alive.get();
    }

    /** Exceptions and errors that no probe should throw. */
    public long bugs() {
        return bugs.get();
    }

    /** Counts by these intervals, too, for the report. */
    void reportBy(ReportIntervals intervals) {
        lags = new IntervalCounts<>(new LagReportCounts(), intervals);
    }

    /** How late loops woke in a closed interval: the mean and the most, as {@link LagReportCounts} writes it. */
    public String lag(long interval) {
        IntervalCounts<Duration> report = lags;
        return report == null ? "" : report.of(interval);
    }

    void started() {
        alive.incrementAndGet();
    }

    void ended() {
        alive.decrementAndGet();
    }

    void woke(Duration late) {
        lag.accept(late);
        IntervalCounts<Duration> report = lags;
        if (report != null) {
            report.add(late);
        }
    }

    /** A failed test of a peer that had announced its stop. */
    void excused() {
        excused.incrementAndGet();
    }

    /** The loop lives on; each kind of bug is logged once. */
    void bug(String loop, Throwable e) {
        bugs.incrementAndGet();
        if (logged.add(e.getClass().getName())) {
            LOG.bug("a bug in a test; more of this kind are only counted", e, "loop", loop);
        }
    }
}
