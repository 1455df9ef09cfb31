package io.kconmon.agent.roster;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** A token bucket: a burst at once, and after that one each pace. */
public final class RateLimiter {

    private final long burstNanos;
    private final long paceNanos;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    /** All permits taken so far are paid for at this time. */
    private long paidAt;

    /** By a clock in nanoseconds. */
    public RateLimiter(int burst, Duration pace, LongSupplier clock) {
        this.paceNanos = pace.toNanos();
        this.burstNanos = burst * paceNanos;
        this.clock = clock;
        this.paidAt = clock.getAsLong();
    }

    /** Whether there is one; it is taken then. */
    public boolean take() {
        lock.lock();
        try {
            long now = clock.getAsLong();
            long paid = now - paidAt > 0 ? now : paidAt;
            if (paid + paceNanos - now > burstNanos) {
                return false;
            }
            paidAt = paid + paceNanos;
            return true;
        } finally {
            lock.unlock();
        }
    }
}
