package io.kconmon.agent.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.agent.measure.UdpMeasurements;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.UdpRound;
import io.kconmon.agent.support.Pages;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExcusingTest {

    private static Outcome<Duration> packet(char outcome) {
        return switch (outcome) {
            case '.' -> new Outcome.Success<>(Duration.ofMillis(1));
            case 't' -> new Outcome.Failure<>(Cause.TIMEOUT, "");
            case 'r' -> new Outcome.Failure<>(Cause.REFUSED, "");
            default -> new Outcome.Failure<>(Cause.LOCAL, "");
        };
    }

    /** A round is no result if all that it lost was late by the peer's own doing; whatever else was lost is a loss. */
    @ParameterizedTest
    @CsvSource({"....., 0, counts", ".t..., 1, excused", "ttttt, 5, excused", ".t.t., 1, counts", ".t..., 0, counts",
            ".t.r., 1, counts", ".l..., 0, counts"})
    void aRoundIsExcusedIfAllThatItLostIs(String packets, int heldUp, String what) {
        var watch = new LoopWatch(lag -> {
        });
        var udp = new UdpMeasurements("b");
        var excusing = new Excusing<UdpRound>(udp, round -> Word.NOTHING, new Farewell(() -> 0), watch);
        excusing.record(new UdpRound(packets.chars().mapToObj(it -> packet((char) it)).toList(), 0, 0, heldUp, heldUp));
        String expected = "kconmon_excused_rounds_total{reason=\"held-up\"} %d.0".formatted(
                what.equals("excused") ? 1 : 0);
        assertEquals(expected, Pages.series(watch::write).lines().filter(it -> it.contains("held-up")).findFirst()
                .orElseThrow());
        boolean counted = Pages.series(families -> udp.write(Labels.EMPTY, families)).lines()
                .anyMatch(it -> it.matches(".*(failures|results)_total.* 1.0"));
        assertEquals(what.equals("counts"), counted);
    }
}
