package io.kconmon.launcher;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.json.JsonObject;
import io.helidon.json.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real faults in a mesh of twelve nodes in three zones: each of two controllers names the one that is made, and no other.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerdictsNamespaceIT {

    private static final int AGENTS = 12;
    private static final int ZONES = 3;
    private static final int AT_ONCE = 2;
    /** 2,000 here, so that a verdict's end comes sooner; 5,000, the default, by hand. */
    private static final int INTERVAL = Integer.getInteger("kconmon.interval", 2000);
    /** Long enough to be seen in the first reports after a fault, and to let a second, wrong verdict begin. */
    private static final int INTERVALS_AFTER = 3;
    private static final Duration PATIENCE = Duration.ofMillis(40L * INTERVAL);
    private static final String STOPPED = "node-6";
    private static final Pattern PORT = Pattern.compile("\"sourcePort\":([0-9]+)");

    private @Nullable NetworkMesh started;

    /** A controller's log line of a verdict. */
    private record Said(Instant at, boolean begins, Map<String, String> fields) {

        private static final List<String> SUBJECT = List.of("kind", "node", "source", "destination", "source_zone",
                "destination_zone", "direction", "protocol");

        static Said of(JsonObject line) {
            JsonObject told = line.objectValue("fields").orElseThrow();
            var fields = new TreeMap<String, String>();
            SUBJECT.forEach(name -> told.stringValue(name).ifPresent(value -> fields.put(name, value)));
            told.stringValue("words").ifPresent(words -> fields.put("words", words));
            return new Said(Instant.parse(line.stringValue("timestamp").orElseThrow()),
                    line.stringValue("message").orElseThrow().equals("verdict begins"), fields);
        }

        /** A machine that is short of CPU may hold up an agent that has nothing to do with the fault. */
        boolean isOfAnotherAgent(Map<String, String> subject) {
            return "agent".equals(fields.get("kind")) && !subject.containsValue(fields.get("node"));
        }

        boolean is(Map<String, String> subject) {
            return fields.entrySet().containsAll(subject.entrySet());
        }

        @Override
        public String toString() {
            return (begins ? "begins: " : "ends: ") + fields.get("words");
        }
    }

    /** What makes a fault, or ends it. */
    private interface Change {
        void run() throws IOException, InterruptedException;
    }

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        NetworkMesh mesh = new NetworkMesh(AGENTS, ZONES, 2, folder, "-Dkconmon.drain=4s",
                "-Dkconmon.tcp.interval=" + INTERVAL, "-Dkconmon.udp.interval=" + INTERVAL);
        started = mesh;
        mesh.awaitRounds(INTERVALS_AFTER, mesh.hosts());
        for (int controller : mesh.controllers()) {
            assertEquals(List.of(), said(controller));
        }
    }

    @AfterAll
    void stop() throws Exception {
        if (started != null) {
            started.close();
        }
    }

    @Test
    void aNodeThatIsCutOff() throws Exception {
        expect(Map.of("kind", "node", "node", "node-7", "direction", "both", "protocol", "both"),
                () -> network().link(7, "down"), () -> network().link(7, "up"));
    }

    @Test
    void aPairWhoseUdpIsDroppedOneWay() throws Exception {
        expect(Map.of("kind", "pair", "source", "node-2", "destination", "node-5", "direction", "both", "protocol",
                "udp"),
                () -> network().drop(5, 2, "ip protocol udp"), network()::clear);
    }

    @Test
    void aNodeThatLosesIncomingPackets() throws Exception {
        expect(Map.of("kind", "node", "node", "node-4", "direction", "to"),
                () -> network().dropTo(4, "numgen random mod 100 < 5"), network()::clear);
    }

    @Test
    void aNodeThatLosesOutgoingPackets() throws Exception {
        expect(Map.of("kind", "node", "node", "node-8", "direction", "from"),
                () -> network().dropFrom(8, "numgen random mod 100 < 5"), network()::clear);
    }

    @Test
    void twoZones() throws Exception {
        expect(Map.of("kind", "zones", "source_zone", "zone-a", "destination_zone", "zone-b", "direction", "to"),
                () -> {
                    for (int from : in("zone-a")) {
                        for (int to : in("zone-b")) {
                            network().drop(from, to, "numgen random mod 100 < 10");
                        }
                    }
                }, network()::clear);
    }

    @Test
    void oneFlowOfFive() throws Exception {
        Matcher port = PORT.matcher(network().get(1, "/test/udp/node-5"));
        assertTrue(port.find());
        expect(Map.of("kind", "flow", "source", "node-1", "destination", "node-5", "protocol",
                "udp"),
                () -> network().drop(1, 5, "udp sport " + port.group(1)), network()::clear);
    }

    @Test
    void anAgentThatIsStopped() throws Exception {
        expect(Map.of("kind", "agent", "node", STOPPED), () -> Processes.signal(mesh().process(6), "STOP"),
                () -> Processes.signal(mesh().process(6), "CONT"));
    }

    @Test
    void aRollingRestartIsNotAFault() throws Exception {
        Map<Integer, Integer> before = known();
        for (int first = 1; first <= AGENTS; first += AT_ONCE) {
            List<Integer> leaving = List.of(first, first + 1);
            leaving.forEach(mesh()::leave);
            mesh().writeRoster();
            replace(leaving);
        }
        assertNothingSaid(before);
    }

    @Test
    void aDrainIsNotAFault() throws Exception {
        Map<Integer, Integer> before = known();
        mesh().pause(9);
        mesh().writeRoster();
        Processes.await("nobody tests node-9", () -> mesh().hosts().stream().filter(it -> it != 9)
                .noneMatch(it -> mesh().page(it).has("kconmon_udp_loss", "destination=node-9")));
        mesh().leave(9);
        mesh().writeRoster();
        replace(List.of(9));
        assertNothingSaid(before);
    }

    private void replace(List<Integer> hosts) throws IOException, InterruptedException {
        hosts.forEach(it -> mesh().process(it).destroy());
        for (int host : hosts) {
            assertTrue(mesh().process(host).waitFor(30, TimeUnit.SECONDS));
            mesh().start(host);
        }
        for (int host : hosts) {
            mesh().awaitServing(host);
            mesh().join(host);
        }
        mesh().writeRoster();
    }

    private void assertNothingSaid(Map<Integer, Integer> before) {
        mesh().awaitRounds(INTERVALS_AFTER, mesh().hosts());
        before.forEach((controller, count) -> assertEquals(List.of(), since(controller, count)));
    }

    /** The one verdict, from its fault's beginning to its end, at each controller. */
    private void expect(Map<String, String> subject, Change begin, Change end)
            throws IOException, InterruptedException {
        Map<Integer, Integer> before = known();
        Instant made = Instant.now();
        begin.run();
        Instant mended;
        try {
            before.forEach((controller, count) -> awaitSaid(subject, controller, count, 1));
            mesh().awaitRounds(INTERVALS_AFTER, List.of(1), List.of(2)); // neither has a fault that ends their tests
        } finally {
            mended = Instant.now();
            end.run();
        }
        before.forEach((controller, count) -> {
            awaitSaid(subject, controller, count, 2);
            List<Said> said = since(subject, controller, count);
            System.out.printf("[namespaces] %s: begins after %s, ends after %s%n",
                    said.getFirst().fields().get("words"),
                    seconds(made, said.getFirst().at()), seconds(mended, said.get(1).at()));
            assertTrue(said.size() == 2 && said.getFirst().begins() && said.getFirst().is(subject)
                    && !said.get(1).begins() && said.get(1).is(subject),
                    () -> "expected %s of controller %d, not %s"
                            .formatted(subject, controller, said));
        });
        mesh().awaitRounds(INTERVALS_AFTER, mesh().hosts());
        before.forEach((controller, count) -> assertEquals(2, since(subject, controller, count).size(),
                () -> since(controller, count).toString()));
    }

    private static String seconds(Instant from, Instant to) {
        return "%.1f s".formatted(Duration.between(from, to).toMillis() / 1e3);
    }

    private void awaitSaid(Map<String, String> subject, int controller, int before, int more) {
        Processes.await("controller %d says more than %s".formatted(controller, said(controller)), PATIENCE,
                () -> since(subject, controller, before).size() >= more);
    }

    private List<Said> since(Map<String, String> subject, int controller, int count) {
        return since(controller, count).stream().filter(it -> !it.isOfAnotherAgent(subject)).toList();
    }

    /** How many lines each controller has logged. */
    private Map<Integer, Integer> known() {
        var known = new TreeMap<Integer, Integer>();
        mesh().controllers().forEach(it -> known.put(it, said(it).size()));
        return known;
    }

    private List<Said> since(int controller, int count) {
        List<Said> said = said(controller);
        return said.subList(count, said.size());
    }

    private List<Said> said(int controller) {
        try {
            var said = new ArrayList<Said>();
            for (String line : Files.readAllLines(mesh().controllerLog(controller))) {
                if (line.contains("\"verdict begins\"") || line.contains("\"verdict ends\"")) {
                    said.add(Said.of(JsonParser.create(line).readJsonObject()));
                }
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Integer> in(String zone) {
        return mesh().hosts().stream().filter(it -> NetworkMesh.zone(it, ZONES).equals(zone)).toList();
    }

    private Network network() {
        return mesh().network();
    }

    private NetworkMesh mesh() {
        return requireNonNull(started);
    }
}
