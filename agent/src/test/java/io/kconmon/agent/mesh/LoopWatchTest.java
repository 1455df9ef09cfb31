package io.kconmon.agent.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.UdpRound;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoopWatchTest {

    /** With answers that are waited for 250 ms each. */
    @ParameterizedTest
    @CsvSource({"1, 0, 125, 250, true", "1, 0, 124, 250, false", "5, 0, 881, 1763, false", "5, 0, 882, 1763, true",
            "5, 5, 312, 1400, false", "5, 5, 313, 1400, true", "2, 1, 187, 300, false", "2, 1, 188, 300, true",
            "2, 1, 400, 1000, false"})
    void howLongAStandstillIsEnough(int lost, int late, int standstillMillis, int tookMillis, boolean own) {
        List<Outcome<Duration>> packets = Collections.nCopies(lost, new Outcome.Failure<>(Cause.TIMEOUT, ""));
        var round = new UdpRound(packets, 0, 0, late, 0);
        var watch = new LoopWatch(lag -> {
        });
        assertEquals(own, watch.isOwnFault("test", round, Duration.ofMillis(standstillMillis).toNanos(),
                Duration.ofMillis(250), Duration.ofMillis(tookMillis)));
    }
}
