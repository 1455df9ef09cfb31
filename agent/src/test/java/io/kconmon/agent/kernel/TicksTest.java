package io.kconmon.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TicksTest {

    @Test
    void aTickIsNeverBeforeTheTimeThatItIsFor() {
        var ticks = new Ticks(50);
        assertEquals(0, ticks.after(0));
        assertEquals(50, ticks.after(1));
        assertEquals(50, ticks.after(50));
        assertEquals(100, ticks.after(51));
        assertEquals(0, ticks.after(-1));
        assertEquals(-50, ticks.after(-50));
    }

    @Test
    void aShortIntervalHasShortTicks() {
        assertEquals(new Ticks(5_000_000), Ticks.of(Duration.ofMillis(100)));
        assertEquals(new Ticks(50_000_000), Ticks.of(Duration.ofSeconds(1)));
        assertEquals(new Ticks(250_000_000), Ticks.of(Duration.ofSeconds(5)));
        assertEquals(new Ticks(250_000_000), Ticks.of(Duration.ofHours(1)));
    }
}
