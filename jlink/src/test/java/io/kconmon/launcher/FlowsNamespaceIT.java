package io.kconmon.launcher;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Loss is counted to the packet and by direction, and one flow's loss apart from that of all. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlowsNamespaceIT {

    private static final Pattern PORT = Pattern.compile("\"sourcePort\":([0-9]+)");
    private static final String SOME = " numgen random mod 100 < 25";

    private @Nullable NetworkMesh started;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        NetworkMesh mesh = new NetworkMesh(4, folder, "-Dkconmon.tcp.interval=1000", "-Dkconmon.udp.interval=500",
                "-Dkconmon.udp.timeout=250");
        started = mesh;
        mesh.awaitRounds(2, mesh.hosts());
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
    }

    @Test
    void lossOnTheWayThere() throws Exception {
        loseOneWay("there", 1, 2, "udp dport 8080 udp sport " + flows(1, "node-2") + SOME, 1, 2);
    }

    @Test
    void lossOnTheWayBack() throws Exception {
        // A held reply is followed by another one, which tells that the first one's time is wrong: one reply a request.
        mesh().network().dropUncounted(1, 2, "udp sport 8080 @th,96,64 0xffffffffffffffff");
        loseOneWay("back", 1, 2, "udp sport 8080 udp dport " + flows(2, "node-1") + SOME, 2, 1);
    }

    /** Packets that the switch drops from one host to another are lost in that pair's test alone. */
    private void loseOneWay(String direction, int from, int to, String match, int source, int destination)
            throws Exception {
        Lost before = lost(source, destination);
        mesh().network().drop(from, to, match);
        Processes.await("60 packets are lost", Duration.ofMinutes(3), () -> dropped() >= 60);
        double dropped = mesh().network().clear();
        String found = "%.0f were dropped, before were %s, and now are ".formatted(dropped, before);
        Eventually.eventually(() -> found + lost(source, destination), Processes.PATIENCE,
                () -> lost(source, destination).minus(before).tells(direction, dropped));
        System.out.printf(
                "[namespaces] 25 %% of node-%d's packets to node-%d dropped %s: the rule dropped %.0f, the agent lost %s%n",
                source, destination, direction, dropped, lost(source, destination).minus(before));
    }

    /** What a pair's test has lost, and how many replies came after their time: a busy machine makes such. */
    private record Lost(double packets, double there, double back, double unknown, double late) {

        Lost minus(Lost other) {
            return new Lost(packets - other.packets, there - other.there, back - other.back, unknown - other.unknown,
                    late - other.late);
        }

        /** A late reply is lost though no rule dropped it, and its direction is back, if any. */
        boolean tells(String direction, double dropped) {
            double directed = there + back + unknown;
            return packets >= dropped && packets <= dropped + late && directed >= dropped && directed <= packets
                    && unknown <= 0.05 * dropped
                    && (direction.equals("there") ? there + unknown >= dropped && back <= late : there == 0);
        }
    }

    private Lost lost(int source, int destination) {
        Page page = mesh().wholePage(source);
        String to = "destination=" + NetworkMesh.node(destination);
        return new Lost(page.value("kconmon_udp_packets_total", to, "outcome=lost").orElse(Double.NaN),
                directed(page, to, "there"), directed(page, to, "back"), directed(page, to, "unknown"),
                page.value("kconmon_udp_packets_total", to, "outcome=late").orElse(0));
    }

    private static double directed(Page page, String to, String direction) {
        return page.value("kconmon_udp_lost_packets_total", to, "direction=" + direction).orElse(0);
    }

    @Test
    void tcpRetransmissionsAreCounted() throws Exception {
        double others = retransmissions() - retransmissions(1, 2);
        double before = retransmissions(1, 2);
        mesh().network().drop(1, 2, "tcp dport 8080 numgen random mod 100 < 30");
        Processes.await("segments are sent again, and tests pass", () -> {
            Page page = mesh().page(1);
            page.value("kconmon_tcp_connect_milliseconds", "destination=node-2").ifPresent(
                    it -> assertTrue(it < 100, "no retransmission timer is a round trip: " + it));
            return page.sum("kconmon_tcp_retransmits_total", "destination=node-2") >= before + 10;
        });
        double sent = retransmissions(1, 2) - before;
        double elsewhere = retransmissions() - retransmissions(1, 2) - others;
        System.out.printf("[namespaces] 30 %% of TCP dropped: %.0f segments sent again, elsewhere %.0f, failed %s%n",
                sent, elsewhere, failed("tcp 1 -> 2"));
        // A kernel sends again what a machine that is short of CPU does not acknowledge at once.
        assertTrue(elsewhere <= sent / 5, "elsewhere " + elsewhere);
    }

    private double retransmissions(int source, int destination) {
        return mesh().wholePage(source).sum("kconmon_tcp_retransmits_total",
                "destination=" + NetworkMesh.node(destination));
    }

    private double retransmissions() {
        return mesh().hosts().stream()
                .mapToDouble(it -> mesh().wholePage(it).sum("kconmon_tcp_retransmits_total")).sum();
    }

    /** As behind a bundle of links of which one is bad. */
    @Test
    void oneOfFiveFlows() throws Exception {
        int port = ports(1, "node-3").getFirst();
        long begin = System.nanoTime();
        mesh().network().drop(1, 3, "udp sport " + port);
        Processes.await("flows differ", () -> mesh().page(1).has("kconmon_udp_flow_loss"));
        double seconds = (System.nanoTime() - begin) / 1e9;
        Processes.await("one flow loses all", () -> flowLoss().equals(List.of(0.0, 0.0, 0.0, 0.0, 100.0)));
        Page page = mesh().page(1);
        assertEquals(page.series("kconmon_udp_flow_loss"),
                page.series("kconmon_udp_flow_loss", "destination=node-3"));
        assertEquals(20, page.value("kconmon_udp_loss", "destination=node-3").orElse(-1));
        for (int other : List.of(2, 3, 4)) {
            assertTrue(!mesh().page(other).has("kconmon_udp_flow_loss"), "node-" + other);
        }
        List<String> said = Files.readString(mesh().log(1)).lines().filter(it -> it.contains("node-3")).toList();
        assertTrue(said.stream().anyMatch(it -> it.contains("test begins to fail") && names(it, port)),
                said.toString());
        assertTrue(said.stream().anyMatch(it -> it.contains("some flows") && names(it, port)), said.toString());
        double lost = mesh().network().clear();
        begin = System.nanoTime();
        Processes.await("it is repaired", () -> !mesh().page(1).has("kconmon_udp_flow_loss"));
        System.out.printf("[namespaces] one of five flows dropped: found after %.1f s, gone %.1f s after repair;"
                + " %.0f packets%n", seconds, (System.nanoTime() - begin) / 1e9, lost);
    }

    private static boolean names(String line, int port) {
        return line.matches(".*ports\\W+%d\\W.*".formatted(port)) || line.endsWith(String.valueOf(port));
    }

    private List<Double> flowLoss() {
        return mesh().page(1).series("kconmon_udp_flow_loss").stream()
                .map(it -> Double.valueOf(it.substring(it.lastIndexOf(' ') + 1))).sorted().toList();
    }

    /** As when something that tracks connections has lost, or confused, those that it knew. */
    @Test
    void staleFlows() throws Exception {
        Map<String, Double> tcpFailed = failed("tcp 1 -> 4");
        mesh().network().drop(1, 4, "udp sport " + flows(1, "node-4"));
        Processes.await("its flows are stale", () -> mesh().page(1).sum("kconmon_udp_failures_total",
                "destination=node-4", "cause=stale-flow") >= 3);
        Page page = mesh().page(1);
        assertEquals(100, page.value("kconmon_udp_loss", "destination=node-4").orElse(-1));
        assertTrue(!page.has("kconmon_udp_flow_loss", "destination=node-4"), "all flows are alike");
        System.out.printf("[namespaces] the flows' ports dropped, others not: %s%n", failed("udp 1 -> 4"));
        assertEquals(tcpFailed, failed("tcp 1 -> 4"));
    }

    private String flows(int host, String node) throws InterruptedException {
        return ports(host, node).stream().map(String::valueOf).collect(Collectors.joining(", ", "{", "}"));
    }

    /** By which the agent tests that node. */
    private List<Integer> ports(int host, String node) throws InterruptedException {
        var ports = new TreeSet<Integer>();
        Matcher port = PORT.matcher(mesh().network().get(host, "/test/udp/" + node));
        while (port.find()) {
            ports.add(Integer.valueOf(port.group(1)));
        }
        assertEquals(5, ports.size());
        return List.copyOf(ports);
    }

    private Map<String, Double> failed(String path) {
        var failed = new TreeMap<>(mesh().networkCauses());
        failed.keySet().removeIf(it -> !it.startsWith(path + " "));
        return failed;
    }

    private double dropped() {
        try {
            return mesh().network().dropped();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private NetworkMesh mesh() {
        return requireNonNull(started);
    }
}
