package io.kconmon.agent.probe.dns;

import static io.kconmon.agent.support.Pages.series;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.support.LogLines;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DnsSeriesTest {

    private final LogLines log = new LogLines();
    private final DnsSeries dns = new DnsSeries("b");

    @AfterEach
    void close() {
        log.close();
    }

    private static Outcome<Duration> took(int micros) {
        return new Outcome.Success<>(Duration.ofNanos(micros * 1000L));
    }

    private static Outcome<Duration> failed(Cause cause) {
        return new Outcome.Failure<>(cause, "in words");
    }

    private void shows(String expected) {
        assertEquals(expected, series(families -> dns.write(Labels.of("host", "b"), families)));
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
        assertEquals(List.of("WARNING test begins to fail {test=dns, destination=b, cause=servfail}"), log.lines());
    }
}
