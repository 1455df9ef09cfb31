package io.kconmon.launcher;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every fault of a network is seen where it is, by its cause, and nowhere else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsNamespaceIT {

    private static final List<String> KINDS = List.of("tcp", "udp");

    private @Nullable NetworkMesh started;
    private Map<String, Double> before = Map.of();

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        NetworkMesh mesh = new NetworkMesh(3, folder, "-Dkconmon.tcp.interval=1000", "-Dkconmon.tcp.timeout=900",
                "-Dkconmon.udp.interval=2000", "-Dkconmon.udp.timeout=200");
        started = mesh;
        mesh.awaitRounds(2, mesh.hosts());
        before = mesh.causes();
    }

    @AfterAll
    void stop() throws Exception {
        if (started != null) {
            started.close();
        }
    }

    @AfterEach
    void clear() throws Exception {
        mesh().network().clear();
        mesh().awaitRounds(2, mesh().hosts());
        before = mesh().causes();
    }

    @Test
    void requestsDroppedOneWayFailOnlyThatPairsUdp() throws Exception {
        mesh().network().drop(1, 2, "ip protocol udp");
        awaitCause("udp", 1, 2, "timeout");
        awaitCause("udp", 2, 1, "timeout"); // the replies to it are dropped, too
        assertOnlyFailed("udp 1 -> 2", "udp 2 -> 1");
        assertEquals(100, mesh().page(1).value("kconmon_udp_loss", "destination=node-2").orElse(-1));
    }

    @Test
    void tcpDroppedHasNoHandshakeWhileUdpPasses() throws Exception {
        mesh().network().drop(1, 2, "ip protocol tcp tcp dport 8080");
        awaitCause("tcp", 1, 2, "connect-timeout");
        assertOnlyFailed("tcp 1 -> 2");
        assertTrue(!mesh().page(1).has("kconmon_tcp_connect_milliseconds", "destination=node-2"));
    }

    /** The host that sends full frames into it; the replies to the host behind the hole are small. */
    @ParameterizedTest
    @ValueSource(ints = {1000, 1400, 1499})
    void anMtuHoleLeavesRequestsUnacknowledged(int bytes) throws Exception {
        mesh().network().mtuHole(2, bytes);
        awaitCause("tcp", 1, 2, "unacknowledged");
        awaitCause("tcp", 3, 2, "unacknowledged");
        assertOnlyFailed("tcp 1 -> 2", "tcp 3 -> 2");
    }

    @Test
    void anMtuHoleForSmallPacketsSwallowsAnswersToo() throws Exception {
        mesh().network().mtuHole(2, 100);
        awaitCause("tcp", 1, 2, "unacknowledged");
        awaitCause("tcp", 3, 2, "unacknowledged");
        awaitCause("tcp", 2, 1, "stalled");
        awaitCause("tcp", 2, 3, "stalled");
        assertOnlyFailed("tcp 1 -> 2", "tcp 3 -> 2", "tcp 2 -> 1", "tcp 2 -> 3");
    }

    @Test
    void aLinkThatIsDown() throws Exception {
        mesh().network().link(2, "down");
        try {
            for (String kind : KINDS) {
                for (int from : List.of(1, 3)) {
                    awaitCause(kind, from, 2, "timeout", "connect-timeout", "unreachable");
                }
            }
            assertEquals(Set.of(), others(Set.of("1 -> 2", "2 -> 1", "3 -> 2", "2 -> 3")));
        } finally {
            mesh().network().link(2, "up");
        }
    }

    /** Also to an agent that is new. */
    @ParameterizedTest
    @ValueSource(strings = {"unreachable", "blackhole", "prohibit"})
    void noRoute(String type) throws Exception {
        mesh().network().on(1, "ip", "route", "add", type, Network.address(2));
        mesh().leave(2);
        mesh().writeRoster();
        Processes.await("node-2 is gone", () -> mesh().hosts().stream().filter(it -> it != 2)
                .noneMatch(it -> mesh().page(it).text().contains("node-2")));
        before = mesh().causes(); // its counts are gone, too
        mesh().join(2);
        mesh().writeRoster();
        try {
            for (String kind : KINDS) {
                awaitCause(kind, 1, 2, "unreachable");
            }
            assertEquals(Set.of(), others(Set.of("1 -> 2", "2 -> 1")));
        } finally {
            mesh().network().on(1, "ip", "route", "del", type, Network.address(2));
        }
    }

    @Test
    void nobodyListens() throws Exception {
        mesh().kill(2);
        for (String kind : KINDS) {
            for (int from : List.of(1, 3)) {
                awaitCause(kind, from, 2, "refused");
            }
        }
        assertEquals(Set.of(), others(Set.of("1 -> 2", "3 -> 2")));
        mesh().start(2);
        mesh().awaitServing(2);
        mesh().join(2);
        mesh().writeRoster();
    }

    @Test
    void connectionsAreReset() throws Exception {
        mesh().network().on(2, "nft",
                "add table inet faults; add chain inet faults input { type filter hook input priority"
                        + " 0; }; add rule inet faults input ip saddr " + Network.address(1)
                        + " tcp dport 8080 tcp flags & psh == psh reject with tcp reset");
        try {
            awaitCause("tcp", 1, 2, "reset");
            assertOnlyFailed("tcp 1 -> 2");
        } finally {
            mesh().network().on(2, "nft", "delete table inet faults");
        }
    }

    /** Its node is up, and no process answers. */
    @Test
    void anAgentThatHangs() throws Exception {
        Processes.signal(mesh().process(2), "STOP");
        try {
            for (int from : List.of(1, 3)) {
                awaitCause("tcp", from, 2, "stalled");
                awaitCause("udp", from, 2, "timeout");
            }
        } finally {
            Processes.signal(mesh().process(2), "CONT");
        }
        awaitOwnRounds(2);
        assertEquals(Set.of(), others(Set.of("1 -> 2", "3 -> 2")));
    }

    /** Who blames nobody although it stood still for longer than any timeout. */
    private void awaitOwnRounds(int host) {
        mesh().awaitRounds(2, List.of(host), mesh().hosts());
    }

    @Test
    void aRouterThatRefusesIsNamed() throws Exception {
        Processes.await("what failed before has recovered, so that a new failure is logged",
                () -> lines(1, "test begins to fail") == lines(1, "test has recovered"));
        long known = lines(1, Network.SWITCH_ADDRESS);
        mesh().network().refuseByRouter(1, 2, "udp dport 8080");
        try {
            awaitCause("udp", 1, 2, "unreachable");
            assertOnlyFailed("udp 1 -> 2");
            Processes.await("the log names the router", () -> lines(1, Network.SWITCH_ADDRESS) > known);
            String onDemand = mesh().network().get(1, "/test/udp/node-2");
            assertTrue(onDemand.contains("\"unreachable\"") && onDemand.contains(Network.SWITCH_ADDRESS), onDemand);
        } finally {
            mesh().network().repairRouter(1, 2);
        }
        mesh().network().refuseByRouter(1, 3, "tcp dport 8080");
        try {
            awaitCause("tcp", 1, 3, "unreachable");
            assertOnlyFailed("udp 1 -> 2", "tcp 1 -> 3");
            String onDemand = mesh().network().get(1, "/test/tcp/node-3");
            assertTrue(onDemand.contains("\"unreachable\"") && onDemand.contains(Network.SWITCH_ADDRESS), onDemand);
            System.out.printf("[namespaces] a router refuses: %s%n", onDemand.strip());
        } finally {
            mesh().network().repairRouter(1, 3);
        }
    }

    /** Of an agent's log, those with that in them. */
    private long lines(int host, String part) {
        try (Stream<String> lines = Files.lines(mesh().log(host))) {
            return lines.filter(it -> it.contains(part)).count();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitCause(String kind, int from, int to, String... causes) {
        var labels = "destination=" + NetworkMesh.node(to);
        String path = "%s %d -> %d ".formatted(kind, from, to);
        double known = before.entrySet().stream().filter(it -> it.getKey().startsWith(path))
                .mapToDouble(Map.Entry::getValue).sum();
        Processes.await("%s %d -> %d fails by %s".formatted(kind, from, to, List.of(causes)), () -> {
            Page page = mesh().page(from);
            double byCause = 0;
            for (String cause : causes) {
                byCause += page.sum("kconmon_%s_failures_total".formatted(kind), labels, "cause=" + cause);
            }
            return byCause > 0 && page.sum("kconmon_%s_results_total".formatted(kind), labels, "result=fail") > known;
        });
    }

    private void assertOnlyFailed(String... paths) {
        var failed = new TreeSet<String>();
        var others = new TreeSet<String>();
        for (String pathAndCause : grown()) {
            String path = pathAndCause.substring(0, pathAndCause.lastIndexOf(' '));
            if (Set.of(paths).contains(path)) {
                failed.add(path);
            } else if (NetworkMesh.isNetworks(pathAndCause)) {
                others.add(pathAndCause);
            }
        }
        assertEquals(new TreeSet<>(Set.of(paths)), failed);
        assertEquals(Set.of(), others);
    }

    /** Paths beside these that have failed by the network's causes. */
    private Set<String> others(Set<String> paths) {
        var others = new TreeSet<>(grown());
        others.removeIf(it -> !NetworkMesh.isNetworks(it)
                || paths.contains(it.substring("tcp ".length(), it.lastIndexOf(' '))));
        return others;
    }

    /** The paths, each with a cause, that have failed since the test began. */
    private Set<String> grown() {
        var grown = new TreeMap<>(mesh().causes());
        grown.entrySet().removeIf(it -> it.getValue() <= before.getOrDefault(it.getKey(), 0.0));
        return grown.keySet();
    }

    private NetworkMesh mesh() {
        return requireNonNull(started);
    }
}
