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

    private static final Duration LATE = Duration.ofMillis(40);

    private static Outcome<Duration> packet(char outcome) {
        return switch (outcome) {
            case '.' -> new Outcome.Success<>(Duration.ofMillis(1));
            case 't' -> new Outcome.Failure<>(Cause.TIMEOUT, "");
            case 'r' -> new Outcome.Failure<>(Cause.REFUSED, "");
            case 'L' -> late(0, 0);
            case 'h' -> late(0, 40);
            case 'm' -> late(0, 39);
            case 'b' -> late(20, 20);
            case 'u' -> late(40, 0);
            default -> new Outcome.Failure<>(Cause.LOCAL, "");
        };
    }

    private static Outcome<Duration> late(int hereMillis, int thereMillis) {
        return new Outcome.Late<>("", LATE, Duration.ofMillis(hereMillis), Duration.ofMillis(thereMillis), false);
    }

    /** A round is no result if all that it lost was late by the ends' own doing; whatever else was lost is a loss. */
    @ParameterizedTest
    @CsvSource({"....., counts", ".h..., excused", "hhhhh, excused", ".b..., excused", ".h.bu, excused",
            ".h.t., counts", ".h.L., counts", ".h.m., counts", ".t..., counts", ".L..., counts", ".m..., counts",
            ".h.r., counts", ".h.l., counts"})
    void aRoundIsExcusedIfAllThatItLostIs(String packets, String what) {
        var watch = new LoopWatch(lag -> {
        });
        var udp = new UdpMeasurements("b");
        var excusing = new Excusing<UdpRound>(udp, round -> Word.NOTHING, new Farewell(() -> 0), watch);
        excusing.record(new UdpRound(packets.chars().mapToObj(it -> packet((char) it)).toList(), 0, 0));
        String expected = "kconmon_excused_rounds_total{reason=\"held-up\"} %d.0".formatted(
                what.equals("excused") ? 1 : 0);
        assertEquals(expected, Pages.series(watch::write).lines().filter(it -> it.contains("held-up")).findFirst()
                .orElseThrow());
        boolean counted = Pages.series(families -> udp.write(Labels.EMPTY, families)).lines()
                .anyMatch(it -> it.matches(".*(failures|results)_total.* 1.0"));
        assertEquals(what.equals("counts"), counted);
    }
}
