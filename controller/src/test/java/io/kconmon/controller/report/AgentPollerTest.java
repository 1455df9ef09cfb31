package io.kconmon.controller.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentPollerTest {

    @ParameterizedTest
    @CsvSource({"1000, 500, 250, 500", "1001, 500, 250, 749", "1249, 500, 250, 501", "1000, 0, 250, 0",
            "-1001, 500, 250, 501",
            "-1, 1, 250, 1", "-1, 2, 250, 251"})
    void aPauseEndsAtATick(long now, long pause, long tick, long wait) {
        assertEquals(Duration.ofNanos(wait),
                AgentPoller.untilTick(now, Duration.ofNanos(pause), Duration.ofNanos(tick)));
    }
}
