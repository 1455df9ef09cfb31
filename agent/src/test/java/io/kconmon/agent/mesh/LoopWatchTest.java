package io.kconmon.agent.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.UdpRound;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoopWatchTest {

    private static final LoopWatch WATCH = new LoopWatch(lag -> {
    });

    private static boolean isOwnFault(List<Outcome<Duration>> packets, int standstillMillis, int tookMillis) {
        return WATCH.isOwnFault("test", new UdpRound(packets, 0, 0), Duration.ofMillis(standstillMillis).toNanos(),
                Duration.ofMillis(250), Duration.ofMillis(tookMillis));
    }

    private static Outcome<Duration> late(int byMillis, int waitedHereMillis) {
        return new Outcome.Late<>("", Duration.ofMillis(byMillis), Duration.ofMillis(waitedHereMillis),
                Duration.ofSeconds(1), false);
    }

    /** With answers that are waited for 250 ms each, and do not come. */
    @ParameterizedTest
    @CsvSource({"1, 125, 250, true", "1, 124, 250, false", "5, 881, 1763, false", "5, 882, 1763, true",
            "2, 250, 300, true", "2, 249, 300, false", "2, 400, 1000, false"})
    void howLongAStandstillIsEnough(int lost, int standstillMillis, int tookMillis, boolean own) {
        List<Outcome<Duration>> packets = Collections.nCopies(lost, new Outcome.Failure<>(Cause.TIMEOUT, ""));
        assertEquals(own, isOwnFault(packets, standstillMillis, tookMillis));
    }

    @ParameterizedTest
    @CsvSource({"100, 100, true", "100, 99, false", "1, 0, false"})
    void aLateAnswerIsOursIfItWasInTimeButForOurWaiting(int byMillis, int waitedHereMillis, boolean own) {
        Outcome<Duration> late = late(byMillis, waitedHereMillis);
        var back = new Outcome.Success<>(Duration.ofMillis(1));
        assertEquals(own, isOwnFault(List.of(late, back), 1, 400));
        assertEquals(own, isOwnFault(List.of(late(10, 10), late), 1, 400));
        assertFalse(isOwnFault(List.of(late, back), 0, 400), "it did not stand still");
        assertFalse(isOwnFault(List.of(late, new Outcome.Failure<>(Cause.TIMEOUT, "")), 124, 248));
        assertEquals(own, isOwnFault(List.of(late, new Outcome.Failure<>(Cause.TIMEOUT, "")), 125, 250));
    }
}
