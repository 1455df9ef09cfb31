package io.kconmon.agent.probe;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts by interval: adds to the current interval, and keeps the last closed ones. Any thread may add and read.
 *
 * @param <R>
 *            the results that are counted
 */
public final class IntervalCounts<R> {

    private final ReportCounts<R> reportCounts;
    private final ReportIntervals intervals;
    private final ReentrantLock lock = new ReentrantLock();
    private long running;
    private String closed = "";
    /** The interval before that, for a reader that asks just when the next one is closed. */
    private String before = "";

    public IntervalCounts(ReportCounts<R> reportCounts, ReportIntervals intervals) {
        this.reportCounts = reportCounts;
        this.intervals = intervals;
        this.running = intervals.running();
    }

    public void add(R result) {
        lock.lock();
        try {
            roll(intervals.running());
            reportCounts.add(result);
        } finally {
            lock.unlock();
        }
    }

    /** The counts of a closed interval; empty if nothing was counted, or if it is long past. */
    public String of(long interval) {
        lock.lock();
        try {
            roll(interval + 1);
            return interval == running - 1 ? closed : interval == running - 2 ? before : "";
        } finally {
            lock.unlock();
        }
    }

    private void roll(long now) {
        if (now <= running) {
            return;
        }
        String last = reportCounts.take();
        before = now == running + 1 ? closed : now == running + 2 ? last : "";
        closed = now == running + 1 ? last : "";
        running = now;
    }
}
