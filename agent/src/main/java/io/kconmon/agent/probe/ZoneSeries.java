package io.kconmon.agent.probe;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A protocol's results of all destinations in one zone, added up. They stay when a destination leaves, so that the sums
 * never decrease. Any thread may record and write.
 *
 * @param <R>
 *            a result of the protocol's probe
 */
public final class ZoneSeries<R extends Result> {

    private static final String PREFIX = "zone_";

    private record Durations<R extends Result>(DurationFamily<R> family, DurationHistogram histogram) {

        void add(R result) {
            family.durations().accept(result, histogram::add);
        }

        void write(Labels ends, MetricFamilies families) {
            histogram.write(family.name(), family.help(), ends, families);
        }
    }

    private final List<Durations<R>> durations;
    private final ReentrantLock lock = new ReentrantLock();
    private Counts<R> counts;

    /**
     * Makes the series of a zone of which there are no results yet.
     *
     * @param none
     *            the protocol's counts of no result
     */
    public ZoneSeries(Counts<R> none, List<DurationFamily<R>> families) {
        counts = none;
        durations = families.stream().map(it -> new Durations<>(it, new DurationHistogram())).toList();
    }

    public void record(R result) {
        lock.lock();
        try {
            counts = counts.plus(result);
        } finally {
            lock.unlock();
        }
        durations.forEach(it -> it.add(result));
    }

    /** A test has returned no result because of a bug. */
    public void recordBug() {
        lock.lock();
        try {
            counts = counts.plusBug();
        } finally {
            lock.unlock();
        }
    }

    private Counts<R> counts() {
        lock.lock();
        try {
            return counts;
        } finally {
            lock.unlock();
        }
    }

    /** Writes the sums that are there from the first scrape on. */
    public void writeSums(Labels ends, MetricFamilies families) {
        counts().write(PREFIX, ends, families);
    }

    /** Writes the sums that begin with their first event. */
    public void writeRareSums(Labels ends, MetricFamilies families) {
        counts().writeRare(PREFIX, ends, families);
    }

    public void writeHistograms(Labels ends, MetricFamilies families) {
        durations.forEach(it -> it.write(ends, families));
    }

    /** How many series the histograms have. */
    public int histogramSeries() {
        return durations.size() * DurationHistogram.SERIES;
    }
}
