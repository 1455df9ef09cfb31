package io.kconmon.controller.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MonotonicClockTest {

    @Test
    void onlyElapsedTimeMovesTheClock() {
        var nanos = new AtomicLong(Long.MAX_VALUE - 500_000_000); // which may overflow
        var clock = new MonotonicClock(1_764_150_000.25, nanos::get);
        assertEquals(1_764_150_000.25, clock.getAsDouble());
        nanos.addAndGet(1_500_000_000);
        assertEquals(1_764_150_001.75, clock.getAsDouble());
    }
}
