package io.kconmon.agent.probe;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Durations in buckets, the same ones in every family and every agent, so that histograms can be added up. Any thread may
 * add, and whoever writes sees whole additions.
 */
public final class DurationHistogram {

    /** Upper bounds: from 50 µs to the longest default timeout of a test of peers. The last bucket has none. */
    private static final long[] BOUNDS_NANOS = {50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000,
            10_000_000, 50_000_000, 250_000_000, 1_000_000_000};
    private static final double[] BOUNDS = bounds();

    /** How many series one has: a bucket each, their sum and their count. */
    public static final int SERIES = BOUNDS.length + 2;

    private final ReentrantLock lock = new ReentrantLock();
    private final long[] counts = new long[BOUNDS.length];
    private long sumNanos;

    private static double[] bounds() {
        double[] seconds = new double[BOUNDS_NANOS.length + 1];
        for (int i = 0; i < BOUNDS_NANOS.length; i++) {
            seconds[i] = BOUNDS_NANOS[i] / 1e9;
        }
        seconds[BOUNDS_NANOS.length] = Double.POSITIVE_INFINITY;
        return seconds;
    }

    public void add(Duration duration) {
        long nanos = duration.toNanos();
        int bucket = 0;
        while (bucket < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[bucket]) {
            bucket++;
        }
        lock.lock();
        try {
            counts[bucket]++;
            sumNanos += nanos;
        } finally {
            lock.unlock();
        }
    }

    /** Adds it to a page, with buckets that are still empty. */
    public void write(String family, String help, Labels labels, MetricFamilies families) {
        ClassicHistogramBuckets buckets;
        double sum;
        lock.lock();
        try {
            buckets = ClassicHistogramBuckets.of(BOUNDS, counts.clone());
            sum = sumNanos / 1e9;
        } finally {
            lock.unlock();
        }
        families.histogram(family, help, labels, buckets, sum);
    }
}
