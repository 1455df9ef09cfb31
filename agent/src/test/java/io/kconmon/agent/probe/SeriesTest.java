package io.kconmon.agent.probe;

import static io.kconmon.agent.support.Pages.series;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.agent.probe.dns.DnsSeries;
import io.kconmon.agent.probe.tcp.TcpResult;
import io.kconmon.agent.probe.tcp.TcpSeries;
import io.kconmon.agent.probe.tcp.TcpTiming;
import io.kconmon.agent.probe.udp.UdpResult;
import io.kconmon.agent.probe.udp.UdpSeries;
import io.kconmon.agent.support.LogLines;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SeriesTest {

    private static final Labels ENDS = Labels.of("destination", "b");

    private final LogLines log = new LogLines();
    private final TcpSeries tcp = new TcpSeries("b");
    private final UdpSeries udp = new UdpSeries("b");
    private final DnsSeries dns = new DnsSeries("b");

    @AfterEach
    void close() {
        log.close();
    }

    private static Duration micros(long micros) {
        return Duration.ofNanos(micros * 1000);
    }

    private static TcpResult connected(int connectMicros, int totalMicros) {
        return new TcpResult(new Outcome.Success<>(new TcpTiming(micros(connectMicros), micros(totalMicros))),
                PeerState.RUNNING);
    }

    private static TcpResult notConnected(Cause cause) {
        return new TcpResult(failed(cause), PeerState.UNKNOWN);
    }

    private static Outcome<Duration> took(int micros) {
        return new Outcome.Success<>(micros(micros));
    }

    private static <T> Outcome<T> failed(Cause cause) {
        return new Outcome.Failure<>(cause, "in words");
    }

    private static void shows(Series<?> of, String expected) {
        assertEquals(expected, series(families -> of.write(ENDS, families)));
    }

    @Test
    void bothCountersAreThereBeforeTheFirstResult() {
        shows(tcp, """
                kconmon_tcp_results_total{destination="b",result="fail"} 0.0
                kconmon_tcp_results_total{destination="b",result="pass"} 0.0
                """);
        shows(udp, """
                kconmon_udp_packets_total{destination="b",outcome="duplicate"} 0.0
                kconmon_udp_packets_total{destination="b",outcome="late"} 0.0
                kconmon_udp_packets_total{destination="b",outcome="lost"} 0.0
                kconmon_udp_packets_total{destination="b",outcome="received"} 0.0
                kconmon_udp_packets_total{destination="b",outcome="sent"} 0.0
                kconmon_udp_results_total{destination="b",result="fail"} 0.0
                kconmon_udp_results_total{destination="b",result="pass"} 0.0
                """);
        shows(dns, """
                kconmon_dns_results_total{destination="b",result="fail"} 0.0
                kconmon_dns_results_total{destination="b",result="pass"} 0.0
                """);
    }

    @Test
    void aGaugeShowsTheLastTest() {
        tcp.record(connected(900, 1800));
        tcp.record(connected(250, 1250));
        shows(tcp, """
                kconmon_tcp_connect_milliseconds{destination="b"} 0.25
                kconmon_tcp_duration_milliseconds{destination="b"} 1.25
                kconmon_tcp_results_total{destination="b",result="fail"} 0.0
                kconmon_tcp_results_total{destination="b",result="pass"} 2.0
                """);
        dns.record(took(9000));
        dns.record(took(1500));
        shows(dns, """
                kconmon_dns_duration_milliseconds{destination="b"} 1.5
                kconmon_dns_results_total{destination="b",result="fail"} 0.0
                kconmon_dns_results_total{destination="b",result="pass"} 2.0
                """);
    }

    @Test
    void aFailedTestHasNoGauge() {
        tcp.record(connected(250, 1250));
        tcp.record(notConnected(Cause.REFUSED));
        shows(tcp, """
                kconmon_tcp_failures_total{cause="refused",destination="b"} 1.0
                kconmon_tcp_results_total{destination="b",result="fail"} 1.0
                kconmon_tcp_results_total{destination="b",result="pass"} 1.0
                """);
        dns.record(took(1500));
        dns.record(failed(Cause.NXDOMAIN));
        dns.record(failed(Cause.NXDOMAIN));
        dns.record(failed(Cause.TIMEOUT));
        shows(dns, """
                kconmon_dns_failures_total{cause="nxdomain",destination="b"} 2.0
                kconmon_dns_failures_total{cause="timeout",destination="b"} 1.0
                kconmon_dns_results_total{destination="b",result="fail"} 3.0
                kconmon_dns_results_total{destination="b",result="pass"} 1.0
                """);
    }

    @Test
    void anotherPassBringsTheGaugeBack() {
        dns.record(failed(Cause.TIMEOUT));
        dns.record(took(1500));
        shows(dns, """
                kconmon_dns_duration_milliseconds{destination="b"} 1.5
                kconmon_dns_failures_total{cause="timeout",destination="b"} 1.0
                kconmon_dns_results_total{destination="b",result="fail"} 1.0
                kconmon_dns_results_total{destination="b",result="pass"} 1.0
                """);
    }

    @Test
    void aLocalFailureIsCountedByItsCauseAlone() {
        tcp.record(connected(250, 1250));
        tcp.record(notConnected(Cause.LOCAL));
        shows(tcp, """
                kconmon_tcp_failures_total{cause="local",destination="b"} 1.0
                kconmon_tcp_results_total{destination="b",result="fail"} 0.0
                kconmon_tcp_results_total{destination="b",result="pass"} 1.0
                """);
    }

    @Test
    void aRoundThatLostSomePacketsFailsAndShowsWhatCameBack() {
        udp.record(new UdpResult(List.of(took(125), failed(Cause.TIMEOUT), took(500), took(125),
                failed(Cause.TIMEOUT)), 1, 2));
        shows(udp, """
                kconmon_udp_duration_milliseconds{destination="b"} 0.25
                kconmon_udp_duration_variance_milliseconds{destination="b"} 0.375
                kconmon_udp_failures_total{cause="timeout",destination="b"} 1.0
                kconmon_udp_loss{destination="b"} 40.0
                kconmon_udp_packets_total{destination="b",outcome="duplicate"} 2.0
                kconmon_udp_packets_total{destination="b",outcome="late"} 1.0
                kconmon_udp_packets_total{destination="b",outcome="lost"} 2.0
                kconmon_udp_packets_total{destination="b",outcome="received"} 3.0
                kconmon_udp_packets_total{destination="b",outcome="sent"} 5.0
                kconmon_udp_results_total{destination="b",result="fail"} 1.0
                kconmon_udp_results_total{destination="b",result="pass"} 0.0
                """);
    }

    @Test
    void aRoundThatLostAllHasNoDurationAndAHundredPercentLoss() {
        udp.record(new UdpResult(List.of(took(100), took(100)), 0, 0));
        udp.record(new UdpResult(List.of(failed(Cause.TIMEOUT), failed(Cause.REFUSED)), 0, 0));
        shows(udp, """
                kconmon_udp_failures_total{cause="refused",destination="b"} 1.0
                kconmon_udp_loss{destination="b"} 100.0
                kconmon_udp_packets_total{destination="b",outcome="duplicate"} 0.0
                kconmon_udp_packets_total{destination="b",outcome="late"} 0.0
                kconmon_udp_packets_total{destination="b",outcome="lost"} 2.0
                kconmon_udp_packets_total{destination="b",outcome="received"} 2.0
                kconmon_udp_packets_total{destination="b",outcome="sent"} 4.0
                kconmon_udp_results_total{destination="b",result="fail"} 1.0
                kconmon_udp_results_total{destination="b",result="pass"} 1.0
                """);
    }

    /** Of a round with a failure of our own nothing can be said but that. */
    @Test
    void aRoundThatCouldNotBeSentShowsNoLoss() {
        udp.record(new UdpResult(List.of(took(100), took(100)), 0, 0));
        udp.record(new UdpResult(List.of(failed(Cause.TIMEOUT), failed(Cause.LOCAL)), 0, 0));
        shows(udp, """
                kconmon_udp_failures_total{cause="local",destination="b"} 1.0
                kconmon_udp_packets_total{destination="b",outcome="duplicate"} 0.0
                kconmon_udp_packets_total{destination="b",outcome="late"} 0.0
                kconmon_udp_packets_total{destination="b",outcome="lost"} 1.0
                kconmon_udp_packets_total{destination="b",outcome="received"} 2.0
                kconmon_udp_packets_total{destination="b",outcome="sent"} 3.0
                kconmon_udp_results_total{destination="b",result="fail"} 0.0
                kconmon_udp_results_total{destination="b",result="pass"} 1.0
                """);
    }

    @Test
    void clearingTheGaugesLeavesTheCounters() {
        tcp.record(connected(250, 1250));
        tcp.clearGauges();
        shows(tcp, """
                kconmon_tcp_results_total{destination="b",result="fail"} 0.0
                kconmon_tcp_results_total{destination="b",result="pass"} 1.0
                """);
        dns.record(took(1500));
        dns.clearGauges();
        shows(dns, """
                kconmon_dns_results_total{destination="b",result="fail"} 0.0
                kconmon_dns_results_total{destination="b",result="pass"} 1.0
                """);
        udp.record(new UdpResult(List.of(took(100), failed(Cause.TIMEOUT)), 3, 4));
        udp.clearGauges();
        shows(udp, """
                kconmon_udp_failures_total{cause="timeout",destination="b"} 1.0
                kconmon_udp_packets_total{destination="b",outcome="duplicate"} 4.0
                kconmon_udp_packets_total{destination="b",outcome="late"} 3.0
                kconmon_udp_packets_total{destination="b",outcome="lost"} 1.0
                kconmon_udp_packets_total{destination="b",outcome="received"} 1.0
                kconmon_udp_packets_total{destination="b",outcome="sent"} 2.0
                kconmon_udp_results_total{destination="b",result="fail"} 1.0
                kconmon_udp_results_total{destination="b",result="pass"} 0.0
                """);
    }

    @Test
    void eachLogsItsOwnFailures() {
        tcp.record(notConnected(Cause.RESET));
        udp.record(new UdpResult(List.of(failed(Cause.TIMEOUT)), 0, 0));
        dns.record(failed(Cause.SERVFAIL));
        assertEquals(List.of("WARNING test begins to fail {test=tcp, destination=b, cause=reset}",
                "WARNING test begins to fail {test=udp, destination=b, cause=timeout}",
                "WARNING test begins to fail {test=dns, destination=b, cause=servfail}"), log.lines());
    }
}
