package io.kconmon.agent.roster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimiterTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may begin anywhere, and wrap
    private final RateLimiter limiter = new RateLimiter(3, Duration.ofSeconds(1), now::get);

    private int taken() {
        int taken = 0;
        while (limiter.take()) {
            taken++;
        }
        return taken;
    }

    @Test
    void aFewAtOnceThenOneAtATime() {
        assertEquals(3, taken());
        for (int second = 0; second < 5; second++) {
            now.addAndGet(999_999_999);
            assertEquals(0, taken());
            now.addAndGet(1);
            assertEquals(1, taken());
        }
        now.addAndGet(Duration.ofSeconds(2).toNanos());
        assertEquals(2, taken());
        now.addAndGet(Duration.ofHours(1).toNanos());
        assertEquals(3, taken(), "what was not taken does not pile up");
    }
}
