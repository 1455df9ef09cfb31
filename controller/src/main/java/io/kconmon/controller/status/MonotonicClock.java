package io.kconmon.controller.status;

import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Seconds since 1970-01-01: the system's time when it was made plus the time elapsed since. All times that are compared
 * come from one such clock. The system's clock may be set back, and a time that stood still until it caught up would
 * delay every verdict.
 */
public final class MonotonicClock implements DoubleSupplier {

    private final double began;
    private final LongSupplier nanos;
    private final long beganNanos;

    MonotonicClock(double began, LongSupplier nanos) {
        this.began = began;
        this.nanos = nanos;
        this.beganNanos = nanos.getAsLong();
    }

    /** Starts at the system clock's current time. */
    public static MonotonicClock start() {
        return new MonotonicClock(System.currentTimeMillis() / 1e3, System::nanoTime);
    }

    @Override
    public double getAsDouble() {
        return began + (nanos.getAsLong() - beganNanos) / 1e9;
    }
}
