package io.kconmon.agent.mesh;

import static io.kconmon.testkit.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.probe.ProbeContext;
import io.kconmon.agent.probe.dns.DnsProtocol;
import io.kconmon.agent.probe.dns.DnsSettings;
import io.kconmon.agent.support.Loopback;
import io.kconmon.agent.support.Pages;
import io.kconmon.shared.metrics.ProgramMeters;
import io.kconmon.testkit.CapturedLog;
import io.kconmon.testkit.NameServer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;

class HostProbesTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void everyHostIsLookedUp() throws Exception {
        var monitor = new LoopMonitor(lag -> {
        });
        try (var sockets = Sockets.open();
                var log = CapturedLog.withLevels("agent");
                var server = new NameServer(query -> List.of(NameServer.answer(query,
                        query.getQuestion().getName().toString().startsWith("bad.") ? Rcode.SERVFAIL : Rcode.NOERROR,
                        1).toWire()))) {
            var dns = dns(sockets, Duration.ofMillis(500), List.of("good.test", "bad.test", "good.test"),
                    server.address());
            try (var tests = new HostProbes(List.of(dns), sockets, monitor)) {
                eventually("both have results", () -> {
                    String page = page(tests);
                    return page.contains("kconmon_dns_duration_milliseconds{host=\"good.test\",source=\"a\","
                            + "source_zone=\"z\"} ")
                            && page.contains("kconmon_dns_failures_total{cause=\"servfail\",host=\"bad.test\",");
                });
                assertEquals(2, monitor.alive(), "a host that is named twice is looked up once");
                var said = List
                        .of("WARNING test begins to fail {test=dns, destination=bad.test, cause=servfail, detail=%s:"
                                .formatted(server.address().getHostString()) + server.address().getPort()
                                + ": the server failed}");
                eventually("it is said once", () -> log.lines().equals(said));
            }
            eventually("no loop is left", () -> monitor.alive() == 0);
        }
    }

    @Test
    void theCountersAreThereFromTheStart() {
        try (var sockets = Sockets.open();
                var tests = new HostProbes(
                        List.of(dns(sockets, Duration.ofHours(1), List.of("b.test", "a.test"))), sockets,
                        new LoopMonitor(lag -> {
                        }))) {
            assertEquals("""
                    kconmon_dns_results_total{host="a.test",result="fail",source="a",source_zone="z"} 0.0
                    kconmon_dns_results_total{host="a.test",result="pass",source="a",source_zone="z"} 0.0
                    kconmon_dns_results_total{host="b.test",result="fail",source="a",source_zone="z"} 0.0
                    kconmon_dns_results_total{host="b.test",result="pass",source="a",source_zone="z"} 0.0
                    """, page(tests));
        }
    }

    private static DnsProtocol dns(Sockets sockets, Duration interval, List<String> hosts,
            InetSocketAddress... servers) {
        return new DnsProtocol(
                new DnsSettings(interval, interval.compareTo(LONG) < 0 ? interval : LONG, hosts, List.of(servers),
                        List.of()),
                new ProbeContext(sockets, Loopback.ONE, Loopback.ONE, 0, new ProgramMeters("kconmon"), () -> false,
                        sender -> true));
    }

    private static String page(HostProbes tests) {
        return Pages.series(families -> tests.write("a", "z", families)).replaceAll("kconmon_dns_seconds.*\n", "");
    }
}
