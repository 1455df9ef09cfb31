package io.kconmon.agent.mesh;

import static io.kconmon.agent.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.agent.probe.DnsProbe;
import io.kconmon.agent.probe.DnsServer;
import io.kconmon.agent.support.LogLines;
import io.kconmon.agent.support.Loopback;
import io.kconmon.agent.support.Pages;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;

class HostTestsTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void everyHostIsLookedUp() throws Exception {
        var watch = new LoopWatch(lag -> {
        });
        try (var log = new LogLines();
                var server = new DnsServer(query -> List.of(DnsServer.answer(query,
                        query.getQuestion().getName().toString().startsWith("bad.") ? Rcode.SERVFAIL : Rcode.NOERROR,
                        1).toWire()))) {
            var probe = new DnsProbe(Duration.ofMillis(10), LONG, List.of(server.address()), Loopback.ONE);
            try (var tests = new HostTests(List.of("good.test", "bad.test", "good.test"), probe, watch)) {
                eventually("both have results", () -> {
                    String page = page(tests);
                    return page.contains("kconmon_dns_duration_milliseconds{host=\"good.test\",source=\"a\","
                            + "source_zone=\"z\"} ")
                            && page.contains("kconmon_dns_failures_total{cause=\"servfail\",host=\"bad.test\",");
                });
                assertEquals(2, watch.alive(), "a host that is named twice is looked up once");
                var said = List.of("WARNING test begins to fail {test=dns, destination=bad.test, cause=servfail}");
                eventually("it is said once", () -> log.lines().equals(said));
            }
            eventually("no loop is left", () -> watch.alive() == 0);
        }
    }

    @Test
    void theCountersAreThereFromTheStart() {
        var probe = new DnsProbe(Duration.ofHours(1), LONG, List.of(), Loopback.ONE);
        try (var tests = new HostTests(List.of("b.test", "a.test"), probe, new LoopWatch(lag -> {
        }))) {
            assertEquals("""
                    kconmon_dns_results_total{host="a.test",result="fail",source="a",source_zone="z"} 0.0
                    kconmon_dns_results_total{host="a.test",result="pass",source="a",source_zone="z"} 0.0
                    kconmon_dns_results_total{host="b.test",result="fail",source="a",source_zone="z"} 0.0
                    kconmon_dns_results_total{host="b.test",result="pass",source="a",source_zone="z"} 0.0
                    """, page(tests));
        }
    }

    private static String page(HostTests tests) {
        return Pages.series(families -> tests.write("a", "z", families));
    }
}
