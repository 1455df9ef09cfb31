package io.kconmon.launcher;

import static io.kconmon.launcher.Processes.await;
import static io.kconmon.launcher.Processes.get;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.Protocols;
import io.kconmon.testkit.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A controller and five agents as processes of their own, each agent on a loopback address of its own. */
class MeshIT {

    private static final int AGENTS = 5;
    private static final int PACKETS = 5;
    /** Each peer's first exchange with an agent, and its last. */
    private static final int UNRECORDED = 2 * (AGENTS - 1);

    @TempDir
    private Path folder;

    private final Processes processes = new Processes();
    private final Map<String, Process> agents = new LinkedHashMap<>();
    private Path roster = Path.of("");
    private int port;

    @BeforeEach
    void startMesh() throws IOException {
        port = Ports.free(InetAddress.getByName("127.78.0.1"));
        roster = folder.resolve("roster.yaml");
        writeRoster(List.of());
        processes.start(folder.resolve("controller.log"), "controller", "-Dkconmon.roster=static",
                "-Dkconmon.roster-file=" + roster, "-Dkconmon.bind-address=127.78.0.250", "-Dkconmon.port=" + port);
        for (String node : nodes()) {
            agents.put(node, processes.start(folder.resolve(node + ".log"), "agent",
                    "-Dkconmon.bind-address=" + address(node), "-Dkconmon.port=" + port,
                    "-Dkconmon.controller-url=http://127.78.0.250:" + port, "-Dkconmon.pod-name=pod-" + node,
                    "-Dkconmon.tcp.interval=1000", "-Dkconmon.udp.interval=2000", "-Dkconmon.udp.timeout=1000",
                    "-Dkconmon.dns.hosts=", "-Dkconmon.drain=12s"));
        }
        nodes().forEach(node -> processes.awaitAll(node + " serves", () -> status(node, "/readiness") == 200));
        writeRoster(nodes());
    }

    @AfterEach
    void stopMesh() {
        processes.close();
    }

    @Test
    void metricsMatchThePeersCounts() throws Exception {
        awaitRounds(3);
        agents.values().forEach(Process::destroy);
        awaitAllDraining();

        Map<String, Page> pages = pages();
        for (String destination : nodes()) {
            Page peer = page(pages, destination);
            double packetsSent = pages.values().stream()
                    .mapToDouble(
                            it -> it.sum("kconmon_udp_packets_total", "destination=" + destination, "outcome=sent"))
                    .sum();
            double tests = pages.values().stream()
                    .mapToDouble(it -> it.sum("kconmon_tcp_results_total", "destination=" + destination)).sum();
            double failed = pages.values().stream().mapToDouble(
                    it -> it.sum("kconmon_udp_results_total", "destination=" + destination, "result=fail") + it
                            .sum("kconmon_tcp_results_total", "destination=" + destination, "result=fail"))
                    .sum();
            double packetsCounted = peer.sum("kconmon_echo_answered_total");
            double connectionsCounted = peer.sum("kconmon_readiness_requests_total");
            assertAll(() -> assertEquals(0, failed, "failed tests of " + destination),
                    () -> assertCounted(packetsSent, packetsCounted, PACKETS * UNRECORDED),
                    () -> assertCounted(tests, connectionsCounted, UNRECORDED));
        }
        for (Process agent : agents.values()) {
            assertTrue(agent.waitFor(30, TimeUnit.SECONDS));
            assertEquals(0, agent.exitValue());
        }
    }

    /** Only the peer has counted first exchanges, and those cut short when the agents stopped. */
    private static void assertCounted(double bySource, double byPeer, int atMostUnrecorded) {
        assertTrue(bySource > 0 && byPeer >= bySource && byPeer <= bySource + atMostUnrecorded,
                "sources say %.0f, the peer counted %.0f".formatted(bySource, byPeer));
    }

    @Test
    void killedAgentFailsUntilItLeavesTheRoster() throws Exception {
        awaitRounds(2);
        String victim = "node-5";
        Process process = requireNonNull(agents.remove(victim));
        assertTrue(process.destroyForcibly().waitFor(10, TimeUnit.SECONDS));
        for (String source : agents.keySet()) {
            await("%s's tests of %s fail".formatted(source, victim), () -> {
                Page page = pageOf(source);
                return page.value("kconmon_udp_loss", "destination=" + victim).equals(OptionalDouble.of(100))
                        && page.sum("kconmon_tcp_results_total", "destination=" + victim, "result=fail") > 0
                        && !page.has("kconmon_tcp_duration_milliseconds", "destination=" + victim)
                        && !page.has("kconmon_tcp_connect_milliseconds", "destination=" + victim)
                        && !page.has("kconmon_udp_duration_milliseconds", "destination=" + victim)
                        && page.sum("kconmon_tcp_failures_total", "destination=" + victim, "cause=refused") > 0;
            });
        }
        writeRoster(List.copyOf(agents.keySet()));
        for (String source : agents.keySet()) {
            await("%s's series for %s go".formatted(source, victim),
                    () -> !pageOf(source).text().contains("destination=\"%s\"".formatted(victim)));
            Page page = pageOf(source);
            for (String other : agents.keySet()) {
                if (!other.equals(source)) {
                    assertEquals(0, page.sum("kconmon_tcp_results_total", "destination=" + other, "result=fail"));
                    assertEquals(0, page.sum("kconmon_udp_results_total", "destination=" + other, "result=fail"));
                }
            }
        }
    }

    @Test
    void stoppingAgentAnswersOthersWhileItDrains() throws Exception {
        awaitRounds(1);
        Process process = requireNonNull(agents.get("node-1"));
        process.destroy();
        await("health says that it stops", () -> status("node-1", "/health/ready") == 503);
        assertEquals(200, status("node-1", "/readiness"));
        double before = pageOf("node-1").sum("kconmon_tcp_results_total", "result=pass");
        double answered = pageOf("node-1").sum("kconmon_echo_answered_total");
        await("it goes on to answer", () -> pageOf("node-1").sum("kconmon_echo_answered_total") > answered);
        assertEquals(before, pageOf("node-1").sum("kconmon_tcp_results_total", "result=pass"));
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
        assertFalse(Files.readString(folder.resolve("node-1.log")).contains("exception"));
    }

    /** Those that come with a failure, a verdict, TLS, a name server or Kubernetes need not be on these pages. */
    @Test
    void everyMetricIsInTheTable() throws Exception {
        awaitRounds(1);
        var onPages = new TreeSet<String>(Set.of("kconmon_dns_results_total", "kconmon_dns_duration_milliseconds",
                "kconmon_dns_server_results_total", "kconmon_dns_seconds",
                "kconmon_kubernetes_events_total", "kconmon_kubernetes_lists_total", "kconmon_events_written_total",
                "kconmon_events_dropped_total", "kconmon_verdict", "kconmon_tls_certificate_expiry_seconds",
                "kconmon_udp_lost_packets_total", "kconmon_udp_flow_loss", "kconmon_tcp_retransmits_total",
                "kconmon_zone_udp_lost_packets_total", "kconmon_zone_tcp_retransmits_total", "kconmon_zone_peers",
                "kconmon_zone_failing_peers", "kconmon_zone_tcp_failures_total", "kconmon_zone_udp_failures_total"));
        Protocols.ALL.forEach(it -> onPages.add("kconmon_%s_failures_total".formatted(it.name())));
        for (String address : List.of(address("node-1"), "127.78.0.250")) {
            Page.of("http://%s:%d".formatted(address, port)).text().lines().filter(it -> it.startsWith("# TYPE "))
                    .forEach(it -> onPages.add(it.split(" ", -1)[2]));
        }
        var inTable = new TreeSet<String>();
        Matcher row = Pattern.compile("(?m)^\\| `(kconmon_[a-z_]+)` \\|")
                .matcher(Files.readString(ReadmeTest.README.resolveSibling("docs/metrics.md")));
        while (row.find()) {
            inTable.add(row.group(1));
        }
        assertEquals(onPages, inTable);
    }

    private void awaitRounds(int rounds) {
        for (String source : agents.keySet()) {
            processes.awaitAll("%d rounds of %s".formatted(rounds, source), () -> {
                Page page = pageOf(source);
                return nodes().stream().filter(it -> !it.equals(source)).allMatch(destination -> page
                        .sum("kconmon_udp_results_total", "destination=" + destination, "result=pass") >= rounds
                        && page.sum("kconmon_tcp_results_total", "destination=" + destination,
                                "result=pass") >= rounds);
            });
        }
    }

    private void awaitAllDraining() {
        for (String node : agents.keySet()) {
            await(node + " drains", () -> status(node, "/health/ready") == 503);
        }
    }

    private Map<String, Page> pages() {
        return agents.keySet().stream().collect(Collectors.toMap(it -> it, this::pageOf));
    }

    private static Page page(Map<String, Page> pages, String node) {
        return pages.getOrDefault(node, new Page(""));
    }

    /** Empty while the agent does not answer. */
    private Page pageOf(String node) {
        try {
            return Page.of("http://%s:%d".formatted(address(node), port));
        } catch (IOException e) {
            return new Page("");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private int status(String node, String path) {
        try {
            return get("http://%s:%d%s".formatted(address(node), port, path)).status();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void writeRoster(List<String> nodes) {
        String yaml = nodes.stream().map(node -> "- {name: pod-%s, nodeName: %s, ip: %s, zone: zone-%s}%n"
                .formatted(node, node, address(node), node.charAt(node.length() - 1) % 2 == 0 ? "a" : "b"))
                .collect(Collectors.joining());
        try {
            Files.writeString(roster, yaml.isEmpty() ? "[]" : yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> nodes() {
        return IntStream.rangeClosed(1, AGENTS).mapToObj(it -> "node-" + it).toList();
    }

    private static String address(String node) {
        return "127.78.0." + node.substring("node-".length());
    }
}
