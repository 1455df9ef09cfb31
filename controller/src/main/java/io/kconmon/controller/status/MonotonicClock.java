package io.kconmon.controller.status;

import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Seconds since 1970-01-01, by the system's clock when it was made and by what has passed since: one clock for all that is
 * compared. The system's clock may be set back, and time that stands still until then would hold up every verdict.
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

    /** Goes on from what the system's clock says now. */
    public static MonotonicClock start() {
        return new MonotonicClock(System.currentTimeMillis() / 1e3, System::nanoTime);
    }

    @Override
    public double getAsDouble() {
        return began + (nanos.getAsLong() - beganNanos) / 1e9;
    }
}
