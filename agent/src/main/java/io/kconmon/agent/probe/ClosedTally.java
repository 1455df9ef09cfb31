package io.kconmon.agent.probe;

import java.util.concurrent.locks.ReentrantLock;

/**
 * A tally by interval: counts in the one that runs, and keeps the last that were closed. Any thread may add and read.
 *
 * @param <R>
 *            what is counted
 */
public final class ClosedTally<R> {

    private final Tally<R> tally;
    private final Intervals intervals;
    private final ReentrantLock lock = new ReentrantLock();
    private long running;
    private String closed = "";
    /** The one before that, for who asks just when another is closed. */
    private String before = "";

    public ClosedTally(Tally<R> tally, Intervals intervals) {
        this.tally = tally;
        this.intervals = intervals;
        this.running = intervals.running();
    }

    public void add(R result) {
        lock.lock();
        try {
            roll(intervals.running());
            tally.add(result);
        } finally {
            lock.unlock();
        }
    }

    /** What was counted in a closed interval; empty if nothing was, or if it is long past. */
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
        String last = tally.take();
        before = now == running + 1 ? closed : now == running + 2 ? last : "";
        closed = now == running + 1 ? last : "";
        running = now;
    }
}
