package io.kconmon.agent.probe.dns;

import static io.kconmon.agent.support.Pages.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.MetricFamilies;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.shared.net.IpAddress;
import io.kconmon.testkit.CapturedLog;
import io.prometheus.metrics.model.snapshots.Labels;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DnsSeriesTest {

    private final CapturedLog log = CapturedLog.withLevels("agent");
    private final DnsSeries dns = new DnsSeries("b");

    @AfterEach
    void close() {
        log.close();
    }

    private static DnsResult took(int micros) {
        return of(new Outcome.Success<>(Duration.ofNanos(micros * 1000L)));
    }

    private static DnsResult failed(Cause cause) {
        return of(new Outcome.Failure<>(cause, "in words"));
    }

    private static DnsResult of(Outcome<Duration> outcome, DnsServerResult... asked) {
        return new DnsResult(outcome, Stream.of(asked).map(DnsServerResult::server).distinct().toList(),
                List.of(asked));
    }

    private static DnsServerResult asked(String server, int port, Outcome<Duration> outcome) {
        return new DnsServerResult(new InetSocketAddress(IpAddress.of(server), port), outcome, Duration.ofMillis(1));
    }

    private void write(MetricFamilies families) {
        dns.write(Labels.of("host", "b"), families);
        dns.writeRare(Labels.of("host", "b"), families);
    }

    /** Beside the histogram. */
    private void shows(String expected) {
        assertEquals(expected, series(this::write).replaceAll("kconmon_dns_seconds.*\n", ""));
    }

    @Test
    void theHistogramHasTheLookupsThatPassed() {
        dns.record(took(1500));
        dns.record(failed(Cause.TIMEOUT));
        dns.record(took(1_700_000));
        dns.clearGauges();
        String all = series(this::write);
        for (String line : List.of("bucket{host=\"b\",le=\"0.001\"} 0", "bucket{host=\"b\",le=\"0.002\"} 1",
                "bucket{host=\"b\",le=\"1.0\"} 1", "bucket{host=\"b\",le=\"+Inf\"} 2", "count{host=\"b\"} 2",
                "sum{host=\"b\"} 1.7015")) {
            assertTrue(all.contains("kconmon_dns_seconds_" + line + "\n"), () -> line + " in\n" + all);
        }
    }

    @Test
    void bothCountersAreThereBeforeTheFirstResult() {
        shows("""
                kconmon_dns_results_total{host="b",result="fail"} 0.0
                kconmon_dns_results_total{host="b",result="pass"} 0.0
                """);
    }

    @Test
    void aGaugeIsTheLastTests() {
        dns.record(took(9000));
        dns.record(took(1500));
        shows("""
                kconmon_dns_duration_milliseconds{host="b"} 1.5
                kconmon_dns_results_total{host="b",result="fail"} 0.0
                kconmon_dns_results_total{host="b",result="pass"} 2.0
                """);
    }

    @Test
    void aFailedTestHasNoGauge() {
        dns.record(took(1500));
        dns.record(failed(Cause.NXDOMAIN));
        dns.record(failed(Cause.NXDOMAIN));
        dns.record(failed(Cause.TIMEOUT));
        shows("""
                kconmon_dns_failures_total{cause="nxdomain",host="b"} 2.0
                kconmon_dns_failures_total{cause="timeout",host="b"} 1.0
                kconmon_dns_results_total{host="b",result="fail"} 3.0
                kconmon_dns_results_total{host="b",result="pass"} 1.0
                """);
    }

    @Test
    void anotherPassBringsTheGaugeBack() {
        dns.record(failed(Cause.TIMEOUT));
        dns.record(took(1500));
        shows("""
                kconmon_dns_duration_milliseconds{host="b"} 1.5
                kconmon_dns_failures_total{cause="timeout",host="b"} 1.0
                kconmon_dns_results_total{host="b",result="fail"} 1.0
                kconmon_dns_results_total{host="b",result="pass"} 1.0
                """);
    }

    @Test
    void clearingTheGaugesLeavesTheCounters() {
        dns.record(took(1500));
        dns.clearGauges();
        shows("""
                kconmon_dns_results_total{host="b",result="fail"} 0.0
                kconmon_dns_results_total{host="b",result="pass"} 1.0
                """);
    }

    @Test
    void theFirstFailureIsLogged() {
        dns.record(failed(Cause.SERVFAIL));
        dns.record(failed(Cause.SERVFAIL));
        assertEquals(List.of("WARNING test begins to fail {test=dns, destination=b, cause=servfail, detail=in words}"),
                log.lines());
    }

    @Test
    void anExceptionThatEscapesATestIsALocalFailure() {
        dns.record(took(1500));
        dns.recordBug();
        shows("""
                kconmon_dns_failures_total{cause="local",host="b"} 1.0
                kconmon_dns_results_total{host="b",result="fail"} 0.0
                kconmon_dns_results_total{host="b",result="pass"} 1.0
                """);
        assertEquals(List.of("WARNING test begins to fail {test=dns, destination=b, cause=local}"), log.lines());
    }

    @Test
    void eachServerHasItsOwnResults() {
        Outcome<Duration> silence = new Outcome.Failure<>(Cause.TIMEOUT, "");
        Outcome<Duration> good = new Outcome.Success<>(Duration.ofMillis(1));
        for (int i = 0; i < 2; i++) {
            dns.record(of(good, asked("10.0.0.10", 53, silence), asked("fd00::10", 53, good)));
        }
        dns.record(new DnsResult(good,
                List.of(new InetSocketAddress("10.0.0.10", 53), new InetSocketAddress("fd00::10", 53)),
                List.of(asked("10.0.0.10", 53, good))));
        shows("""
                kconmon_dns_duration_milliseconds{host="b"} 1.0
                kconmon_dns_results_total{host="b",result="fail"} 0.0
                kconmon_dns_results_total{host="b",result="pass"} 3.0
                kconmon_dns_server_results_total{host="b",result="fail",server="10.0.0.10"} 2.0
                kconmon_dns_server_results_total{host="b",result="fail",server="fd00::10"} 0.0
                kconmon_dns_server_results_total{host="b",result="pass",server="10.0.0.10"} 1.0
                kconmon_dns_server_results_total{host="b",result="pass",server="fd00::10"} 2.0
                """);
        dns.record(of(good, asked("10.0.0.11", 5353, good)));
        shows("""
                kconmon_dns_duration_milliseconds{host="b"} 1.0
                kconmon_dns_results_total{host="b",result="fail"} 0.0
                kconmon_dns_results_total{host="b",result="pass"} 4.0
                kconmon_dns_server_results_total{host="b",result="fail",server="10.0.0.11:5353"} 0.0
                kconmon_dns_server_results_total{host="b",result="pass",server="10.0.0.11:5353"} 1.0
                """);
    }
}
