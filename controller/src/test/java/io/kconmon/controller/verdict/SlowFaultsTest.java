package io.kconmon.controller.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.controller.report.PeerReport;
import io.kconmon.controller.report.Report;
import io.kconmon.controller.report.TcpReport;
import io.kconmon.controller.report.UdpReport;
import io.kconmon.controller.verdict.Evaluation.Outcome;
import io.kconmon.controller.verdict.Scenario.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A few seeds of each kind of slowness; {@link Evaluation} runs many. */
@Timeout(120)
class SlowFaultsTest {

    private static final double START = 1_764_153_000;

    @ParameterizedTest
    @CsvSource({"SLOW, 6", "SLOW, 30", "SLOW_START, 12", "SLOW_ZONES, 12", "SLOW_PAIR, 12", "SLOW_MESH, 12",
            "TWO_SLOW, 12", "SLOW_AND_LOSSY, 12"})
    void slownessIsNamedOnceAndEnds(Type type, int nodes) {
        for (int seed = 100; seed < 102; seed++) {
            Outcome outcome = Evaluation.run(Scenario.of(type, nodes, false, seed), seed);
            String said = "seed %d: %s".formatted(seed, outcome.said());
            assertEquals(outcome.expected(), outcome.found(), said);
            assertEquals(0, outcome.wrong() + outcome.again() + outcome.notEnded(), said);
            assertTrue(outcome.delays().stream().allMatch(it -> it <= 45), said);
        }
    }

    @ParameterizedTest
    @CsvSource({"JITTER, 6", "JITTER_DAY, 12", "JITTER_RESTARTS, 12", "JITTER_STRANGE, 6", "JITTER_STRANGE, 12",
            "JITTER_BEGINNING, 12"})
    void jitterIsNoSlowness(Type type, int nodes) {
        for (int seed = 100; seed < 102; seed++) {
            Outcome outcome = Evaluation.run(Scenario.of(type, nodes, false, seed), seed);
            assertEquals(0, outcome.wrong(), "seed %d: %s".formatted(seed, outcome.said()));
        }
    }

    /** The round trip between two nodes at one time, in microseconds. */
    private interface Rtt {
        int micros(int source, int destination, int at);
    }

    private static List<String> decide(int nodes, int seconds, Rtt rtt) {
        var engine = new VerdictEngine();
        var said = new ArrayList<String>();
        var roster = new ArrayList<RosterNode>();
        for (int node = 1; node <= nodes; node++) {
            roster.add(new RosterNode("node-" + node, "zone-" + (char) ('a' + (node - 1) % 3), false));
        }
        engine.roster(START, roster);
        for (int at = 5; at <= seconds; at += 5) {
            for (int source = 1; source <= nodes; source++) {
                var peers = new ArrayList<PeerReport>();
                for (int destination = 1; destination <= nodes; destination++) {
                    if (destination != source) {
                        long micros = rtt.micros(source, destination, at);
                        peers.add(new PeerReport("node-" + destination,
                                Optional.of(new UdpReport(5, 5, OptionalInt.of(0), OptionalInt.of(0),
                                        OptionalLong.of(micros), List.of())),
                                Optional.of(new TcpReport(1, 0, Map.of(), OptionalLong.of(micros + 50)))));
                    }
                }
                engine.report(new Report(START + at, "node-" + source, 5, peers));
            }
            engine.advance(START + at).forEach(it -> said.add(VerdictJson.write(it)));
        }
        return said;
    }

    private static boolean isOf(int node, int source, int destination) {
        return source == node || destination == node;
    }

    @Test
    void itIsSaidWhatIsUsual() {
        List<String> said = decide(6, 200, (source, destination, at) -> isOf(2, source, destination) && at > 60
                && at <= 120 ? 81_234 : 201);
        assertEquals("{\"at\":1764153085.0,\"event\":\"begins\",\"kind\":\"node\",\"node\":\"node-2\","
                + "\"direction\":\"both\",\"protocol\":\"both\",\"loss\":0.0,\"causes\":{\"slow\":10},"
                + "\"rtt_micros\":81234,\"usual_rtt_micros\":203,\"confidence\":0.999,\"since\":1764153062.5,"
                + "\"words\":\"node-2 is slow: round trips of 81 ms instead of 0.2 ms since 10:31:02 "
                + "(UDP and TCP, 5 of 5 nodes)\"}", said.getFirst());
        assertEquals(2, said.size(), said.toString());
        assertTrue(said.getLast().contains("\"event\":\"ends\",\"kind\":\"node\",\"node\":\"node-2\""),
                said.getLast());
    }

    /** Which is what a delay at its own address does: its own packets leave by another. */
    @Test
    void onlyTheWayToANodeIsSlowFromTheBeginning() {
        for (int nodes : new int[]{3, 6}) {
            List<String> said = decide(nodes, 60, (source, destination, at) -> destination == 2 ? 80_300 : 300);
            assertEquals(1, said.size(), said.toString());
            assertTrue(said.getFirst().contains("\"node\":\"node-2\""), said.getFirst());
        }
    }

    @Test
    void oneAgentsWordBlamesNobody() {
        assertEquals(List.of(),
                decide(6, 300, (source, destination, at) -> source == 2 && at > 60 ? 81_000 : 200));
        assertEquals(List.of(), decide(6, 300,
                (source, destination, at) -> source == 2 && destination == 3 && at > 60 ? 81_000 : 200));
    }

    @Test
    void zonesFarAwayAreNotSlow() {
        assertEquals(List.of(), decide(6, 600,
                (source, destination, at) -> (source - destination) % 3 == 0 ? 200 : 90_000));
        assertEquals(List.of(), decide(3, 600, (source, destination, at) -> isOf(3, source, destination)
                ? 90_000
                : 200), "one node a zone");
    }

    @Test
    void aLongSlowdownBecomesUsualAfterMostOfAnHour() {
        List<String> said = decide(4, 7200, (source, destination, at) -> isOf(2, source, destination) && at > 120
                ? 6_200
                : 2_000);
        assertEquals(2, said.size(), said.toString());
        double ended = Double.parseDouble(said.getLast().replaceAll(".*\"at\":([0-9.]+).*", "$1")) - START - 120;
        assertTrue(ended > 2400 && ended < 3600, said.getLast());
    }
}
