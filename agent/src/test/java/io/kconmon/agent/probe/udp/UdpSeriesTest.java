package io.kconmon.agent.probe.udp;

import static io.kconmon.agent.probe.udp.ScriptedUdp.lost;
import static io.kconmon.agent.probe.udp.ScriptedUdp.took;
import static io.kconmon.agent.support.Pages.page;
import static io.kconmon.agent.support.Pages.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.probe.MetricFamilies;
import io.kconmon.agent.probe.Cause;
import io.kconmon.testkit.CapturedLog;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UdpSeriesTest {

    private static final Labels ENDS = Labels.of("destination", "b");

    private final CapturedLog log = CapturedLog.withLevels("agent");
    private final UdpSeries udp = new UdpSeries("b");

    @AfterEach
    void close() {
        log.close();
    }

    private static UdpResult round(UdpPacketResult... packets) {
        return round(List.of(packets), 0, 0);
    }

    private static UdpResult round(List<UdpPacketResult> packets, int late, int duplicates) {
        return new UdpResult(packets, late, duplicates, false, LossDirections.NONE, List.of());
    }

    private static UdpResult known(LossDirections directions) {
        return new UdpResult(List.of(took(100)), 0, 0, false, directions, List.of());
    }

    private static UdpResult differing(Double... flowLoss) {
        return new UdpResult(List.of(took(100), lost(Cause.TIMEOUT)), 0, 0, false, LossDirections.NONE,
                List.of(flowLoss));
    }

    private String text() {
        return page(this::write);
    }

    private void write(MetricFamilies families) {
        udp.write(ENDS, families);
        udp.writeRare(ENDS, families);
    }

    private void shows(String expected) {
        assertEquals(expected, series(this::write));
    }

    /** Those of one family alone. */
    private void shows(String family, String expected) {
        assertEquals(expected, text().lines().filter(it -> it.startsWith("kconmon_" + family + "{"))
                .map(it -> it + "\n").reduce("", String::concat));
    }

    @Test
    void resultsAndPacketsSentAndLostAreThereBeforeTheFirstResult() {
        shows("""
                kconmon_udp_packets_total{destination="b",outcome="lost"} 0.0
                kconmon_udp_packets_total{destination="b",outcome="sent"} 0.0
                kconmon_udp_results_total{destination="b",result="fail"} 0.0
                kconmon_udp_results_total{destination="b",result="pass"} 0.0
                """);
    }

    @Test
    void aRoundThatLostSomePacketsFailsAndShowsTheOthersTimes() {
        udp.record(round(List.of(took(125), lost(Cause.TIMEOUT), took(500), took(125), lost(Cause.TIMEOUT)), 1, 2));
        shows("""
                kconmon_udp_duration_milliseconds{destination="b"} 0.25
                kconmon_udp_duration_variance_milliseconds{destination="b"} 0.375
                kconmon_udp_failures_total{cause="timeout",destination="b"} 1.0
                kconmon_udp_loss{destination="b"} 40.0
                kconmon_udp_packets_total{destination="b",outcome="duplicate"} 2.0
                kconmon_udp_packets_total{destination="b",outcome="late"} 1.0
                kconmon_udp_packets_total{destination="b",outcome="lost"} 2.0
                kconmon_udp_packets_total{destination="b",outcome="sent"} 5.0
                kconmon_udp_results_total{destination="b",result="fail"} 1.0
                kconmon_udp_results_total{destination="b",result="pass"} 0.0
                """);
    }

    @Test
    void aRoundThatLostAllHasNoDurationAndAHundredPercentLoss() {
        udp.record(round(took(100), took(100)));
        udp.record(round(lost(Cause.TIMEOUT), lost(Cause.REFUSED)));
        shows("""
                kconmon_udp_failures_total{cause="refused",destination="b"} 1.0
                kconmon_udp_loss{destination="b"} 100.0
                kconmon_udp_packets_total{destination="b",outcome="lost"} 2.0
                kconmon_udp_packets_total{destination="b",outcome="sent"} 4.0
                kconmon_udp_results_total{destination="b",result="fail"} 1.0
                kconmon_udp_results_total{destination="b",result="pass"} 1.0
                """);
    }

    /** A path that has become long must not look like one that is cut. */
    @Test
    void aRoundOfLateRepliesIsAllLossAndHasItsDuration() {
        var late = new UdpPacketResult(40001, Optional.of(Duration.ofMillis(280)), Optional.of(Cause.LATE), "");
        udp.record(round(List.of(late, late), 2, 0));
        shows("""
                kconmon_udp_duration_milliseconds{destination="b"} 280.0
                kconmon_udp_duration_variance_milliseconds{destination="b"} 0.0
                kconmon_udp_failures_total{cause="late",destination="b"} 1.0
                kconmon_udp_loss{destination="b"} 100.0
                kconmon_udp_packets_total{destination="b",outcome="late"} 2.0
                kconmon_udp_packets_total{destination="b",outcome="lost"} 2.0
                kconmon_udp_packets_total{destination="b",outcome="sent"} 2.0
                kconmon_udp_results_total{destination="b",result="fail"} 1.0
                kconmon_udp_results_total{destination="b",result="pass"} 0.0
                """);
    }

    /** A round with a local failure counts as that alone. */
    @Test
    void aRoundThatCouldNotBeSentShowsNoLoss() {
        udp.record(round(took(100), took(100)));
        udp.record(round(lost(Cause.TIMEOUT), lost(Cause.LOCAL)));
        shows("""
                kconmon_udp_failures_total{cause="local",destination="b"} 1.0
                kconmon_udp_packets_total{destination="b",outcome="lost"} 1.0
                kconmon_udp_packets_total{destination="b",outcome="sent"} 3.0
                kconmon_udp_results_total{destination="b",result="fail"} 0.0
                kconmon_udp_results_total{destination="b",result="pass"} 1.0
                """);
    }

    @Test
    void eachDirectionAppearsWithItsFirstLossAndStays() {
        udp.record(known(new LossDirections(2, 0, 0)));
        udp.record(known(LossDirections.NONE));
        shows("udp_lost_packets_total", """
                kconmon_udp_lost_packets_total{destination="b",direction="there"} 2.0
                """);
        udp.record(known(new LossDirections(1, 3, 0)));
        shows("udp_lost_packets_total", """
                kconmon_udp_lost_packets_total{destination="b",direction="back"} 3.0
                kconmon_udp_lost_packets_total{destination="b",direction="there"} 3.0
                """);
        udp.record(known(new LossDirections(0, 0, 4)));
        udp.clearGauges();
        assertTrue(text().contains("""
                # HELP kconmon_udp_lost_packets_total UDP packets lost, by whether the peer has seen the request
                # TYPE kconmon_udp_lost_packets_total counter
                kconmon_udp_lost_packets_total{destination="b",direction="back"} 3.0
                kconmon_udp_lost_packets_total{destination="b",direction="there"} 3.0
                kconmon_udp_lost_packets_total{destination="b",direction="unknown"} 4.0
                """), this::text);
    }

    @Test
    void flowsAreShownWhileTheyDifferAndNoLonger() {
        udp.record(round(took(100), took(100)));
        shows("udp_flow_loss", "");
        udp.record(differing(0.0, 100.0, 4.5));
        assertTrue(text().contains("""
                # HELP kconmon_udp_flow_loss Packets of one flow lost lately, percent; while flows differ in it
                # TYPE kconmon_udp_flow_loss gauge
                kconmon_udp_flow_loss{destination="b",flow="1"} 0.0
                kconmon_udp_flow_loss{destination="b",flow="2"} 100.0
                kconmon_udp_flow_loss{destination="b",flow="3"} 4.5
                """), this::text);
        udp.record(round(took(100), took(100)));
        shows("udp_flow_loss", "");
        udp.record(differing(0.0, 100.0));
        udp.clearGauges();
        shows("udp_flow_loss", "");
    }

    @Test
    void clearingTheGaugesLeavesTheCounters() {
        udp.record(round(List.of(took(100), lost(Cause.TIMEOUT)), 3, 4));
        udp.clearGauges();
        shows("""
                kconmon_udp_failures_total{cause="timeout",destination="b"} 1.0
                kconmon_udp_packets_total{destination="b",outcome="duplicate"} 4.0
                kconmon_udp_packets_total{destination="b",outcome="late"} 3.0
                kconmon_udp_packets_total{destination="b",outcome="lost"} 1.0
                kconmon_udp_packets_total{destination="b",outcome="sent"} 2.0
                kconmon_udp_results_total{destination="b",result="fail"} 1.0
                kconmon_udp_results_total{destination="b",result="pass"} 0.0
                """);
    }

    @Test
    void theFirstFailureIsLoggedWithThePortsThatLost() {
        udp.record(round(took(100), lost(Cause.TIMEOUT), took(100)));
        udp.record(round(lost(Cause.REFUSED)));
        assertEquals(List.of("WARNING test begins to fail {test=udp, destination=b, cause=timeout, detail=in words, "
                + "ports=[40002]}"), log.lines());
    }

    @Test
    void eachDifferenceOfFlowsIsLogged() {
        String said = "WARNING some flows lose packets and others do not, as a bad link of several would make them "
                + "{test=udp, destination=b, flowLossPercent=[0.0, 100.0], ports=[40002]}";
        udp.record(differing(0.0, 100.0));
        udp.record(differing(0.0, 99.0));
        assertEquals(List.of(said), log.lines().subList(1, log.lines().size()));
        udp.record(round(took(100)));
        udp.record(differing(0.0, 100.0));
        assertEquals(List.of(said, said), log.lines().subList(1, log.lines().size()));
    }
}
