package io.kconmon.agent.probe.tcp;

import static io.kconmon.agent.support.Pages.page;
import static io.kconmon.agent.support.Pages.series;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.agent.probe.MetricFamilies;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.PeerState;
import io.kconmon.testkit.CapturedLog;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TcpSeriesTest {

    private static final Labels ENDS = Labels.of("destination", "b");

    private final CapturedLog log = CapturedLog.withLevels("agent");
    private final TcpSeries tcp = new TcpSeries("b");

    @AfterEach
    void close() {
        log.close();
    }

    private static Duration micros(long micros) {
        return Duration.ofNanos(micros * 1000);
    }

    private static TcpResult passed(int connectMicros, int totalMicros) {
        return new TcpResult(
                new Outcome.Success<>(new TcpTiming(Optional.of(micros(connectMicros)), micros(totalMicros))),
                PeerState.RUNNING, 0);
    }

    private static TcpResult failed(Cause cause, int retransmits) {
        return new TcpResult(new Outcome.Failure<>(cause, "in words"), PeerState.UNKNOWN, retransmits);
    }

    private void write(MetricFamilies families) {
        tcp.write(ENDS, families);
        tcp.writeRare(ENDS, families);
    }

    private void shows(String expected) {
        assertEquals(expected, series(this::write));
    }

    @Test
    void bothCountersAreThereBeforeTheFirstResult() {
        shows("""
                kconmon_tcp_results_total{destination="b",result="fail"} 0.0
                kconmon_tcp_results_total{destination="b",result="pass"} 0.0
                """);
    }

    @Test
    void aGaugeIsTheLastTests() {
        tcp.record(passed(900, 1800));
        tcp.record(passed(250, 1250));
        shows("""
                kconmon_tcp_connect_milliseconds{destination="b"} 0.25
                kconmon_tcp_duration_milliseconds{destination="b"} 1.25
                kconmon_tcp_results_total{destination="b",result="fail"} 0.0
                kconmon_tcp_results_total{destination="b",result="pass"} 2.0
                """);
    }

    /** The time measured is the kernel's wait before it sends a SYN again. */
    @Test
    void aHandshakeThatWasNotTimedHasNoGaugeButTheTotalHas() {
        tcp.record(passed(900, 1800));
        tcp.record(new TcpResult(new Outcome.Success<>(new TcpTiming(Optional.empty(), micros(1_001_250))),
                PeerState.RUNNING, 1));
        shows("""
                kconmon_tcp_duration_milliseconds{destination="b"} 1001.25
                kconmon_tcp_results_total{destination="b",result="fail"} 0.0
                kconmon_tcp_results_total{destination="b",result="pass"} 2.0
                kconmon_tcp_retransmits_total{destination="b"} 1.0
                """);
    }

    @Test
    void retransmissionsAppearWithTheFirstAndAreSummedUp() {
        tcp.record(failed(Cause.UNACKNOWLEDGED, 3));
        tcp.record(passed(250, 1250));
        tcp.record(failed(Cause.UNACKNOWLEDGED, 4));
        tcp.clearGauges();
        assertEquals("""
                # HELP kconmon_tcp_failures_total Failed tests over TCP by cause; a local one is no fault of the \
                network and no result
                # TYPE kconmon_tcp_failures_total counter
                kconmon_tcp_failures_total{cause="unacknowledged",destination="b"} 2.0
                # HELP kconmon_tcp_results_total Tests over TCP by result
                # TYPE kconmon_tcp_results_total counter
                kconmon_tcp_results_total{destination="b",result="fail"} 2.0
                kconmon_tcp_results_total{destination="b",result="pass"} 1.0
                # HELP kconmon_tcp_retransmits_total TCP segments that had to be sent again, SYNs included: losses \
                that TCP hides
                # TYPE kconmon_tcp_retransmits_total counter
                kconmon_tcp_retransmits_total{destination="b"} 7.0
                """, page(this::write));
    }

    @Test
    void aFailedTestHasNoGauge() {
        tcp.record(passed(250, 1250));
        tcp.record(failed(Cause.REFUSED, 0));
        shows("""
                kconmon_tcp_failures_total{cause="refused",destination="b"} 1.0
                kconmon_tcp_results_total{destination="b",result="fail"} 1.0
                kconmon_tcp_results_total{destination="b",result="pass"} 1.0
                """);
    }

    @Test
    void aLocalFailureIsCountedByItsCauseAlone() {
        tcp.record(passed(250, 1250));
        tcp.record(failed(Cause.LOCAL, 0));
        shows("""
                kconmon_tcp_failures_total{cause="local",destination="b"} 1.0
                kconmon_tcp_results_total{destination="b",result="fail"} 0.0
                kconmon_tcp_results_total{destination="b",result="pass"} 1.0
                """);
    }

    @Test
    void clearingTheGaugesLeavesTheCounters() {
        tcp.record(passed(250, 1250));
        tcp.clearGauges();
        shows("""
                kconmon_tcp_results_total{destination="b",result="fail"} 0.0
                kconmon_tcp_results_total{destination="b",result="pass"} 1.0
                """);
    }

    @Test
    void theFirstFailureIsLogged() {
        tcp.record(passed(250, 1250));
        tcp.record(failed(Cause.CONNECT_TIMEOUT, 0));
        tcp.record(failed(Cause.RESET, 0));
        assertEquals(List.of(
                "WARNING test begins to fail {test=tcp, destination=b, cause=connect-timeout, detail=in words}"),
                log.lines());
    }
}
