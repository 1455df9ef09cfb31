package io.kconmon.controller.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.controller.mesh.BoundedMesh;
import io.kconmon.controller.mesh.MeshSettings;
import io.kconmon.controller.report.PeerReport;
import io.kconmon.controller.report.Report;
import io.kconmon.controller.report.TcpReport;
import io.kconmon.controller.report.UdpReport;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thousand nodes of a bounded mesh whose rotation goes on: what is found, and that nothing else is. */
@Timeout(120)
class BoundedMeshVerdictTest {

    private static final double START = 1_764_150_000;
    private static final int NODES = 1000;
    private static final int INTERVAL = 5;
    private static final int PACKETS = 5;
    private static final double BASELINE = 1e-5;
    private static final double BEGINS = 60;

    /** How many of the packets on their way there are lost, by source, destination and time. */
    private interface Loss {
        double of(Agent source, Agent destination, double at);
    }

    private final Roster roster = roster();
    private final BoundedMesh mesh = new BoundedMesh(roster, new MeshSettings(MeshSettings.Mode.BOUNDED, 20, 10, 100));
    private final Map<String, PeerReport> clean = new HashMap<>();
    private final Random random = new Random(3);

    private static Roster roster() {
        var agents = new ArrayList<Agent>();
        for (int i = 0; i < NODES; i++) {
            agents.add(new Agent("pod-%04d".formatted(i), "node-%04d".formatted(i), "10.0.0.1", "zone-" + i % 3));
        }
        return Roster.of(agents);
    }

    /** What is said in so many seconds, an agent's report each interval. */
    private List<VerdictEvent> run(int seconds, Loss loss) {
        var engine = new VerdictEngine();
        var said = new ArrayList<VerdictEvent>();
        List<Agent> agents = List.copyOf(roster.agents());
        engine.roster(START, agents.stream().map(it -> new RosterNode(it.nodeName(), it.zone(), false)).toList());
        for (int second = 1; second <= seconds; second++) {
            for (int i = second % INTERVAL; i < NODES; i += INTERVAL) {
                if (loss.of(agents.get(i), agents.get(i), second) == 0) {
                    engine.report(report(agents.get(i), second, loss));
                }
            }
            said.addAll(engine.advance(START + second));
        }
        return said;
    }

    private Report report(Agent source, double at, Loss loss) {
        long step = BoundedMesh.step(source, (long) (1000 * (START + at - 1)));
        var peers = new ArrayList<PeerReport>();
        for (Agent peer : mesh.peers(source, step, null).orElseThrow().agents()) {
            if (!peer.name().equals(source.name())) {
                peers.add(result(source, peer, at, loss));
            }
        }
        return new Report(START + at, source.nodeName(), INTERVAL, peers);
    }

    private PeerReport result(Agent source, Agent peer, double at, Loss loss) {
        double there = BASELINE + loss.of(source, peer, at);
        double back = BASELINE + loss.of(peer, source, at);
        int lostThere = 0;
        int lostBack = 0;
        for (int i = 0; i < PACKETS; i++) {
            if (random.nextDouble() < there) {
                lostThere++;
            } else if (random.nextDouble() < back) {
                lostBack++;
            }
        }
        boolean fails = random.nextDouble() < there || random.nextDouble() < back;
        if (lostThere + lostBack == 0 && !fails) {
            return clean.computeIfAbsent(peer.nodeName(), it -> report(it, 0, 0, false));
        }
        return report(peer.nodeName(), lostThere, lostBack, fails);
    }

    private static PeerReport report(String node, int there, int back, boolean fails) {
        boolean told = there + back < PACKETS;
        return new PeerReport(node,
                Optional.of(new UdpReport(PACKETS, PACKETS - there - back,
                        told ? OptionalInt.of(there) : OptionalInt.empty(),
                        told ? OptionalInt.of(back) : OptionalInt.empty(), OptionalLong.of(290), List.of())),
                Optional.of(new TcpReport(fails ? 0 : 1, fails ? 1 : 0,
                        fails ? Map.of("connect-timeout", 1) : Map.of(), OptionalLong.empty())));
    }

    private static String words(List<VerdictEvent> said) {
        return String.join("\n", said.stream().map(it -> it.change() + ": " + it.verdict().words()).toList());
    }

    @Test
    void aRotationWithoutAFaultIsNone() {
        List<VerdictEvent> said = run(300, (source, destination, at) -> 0);
        assertEquals(List.of(), said, words(said));
    }

    /** All that were asked to test it say so, whoever they are at the time. */
    @Test
    void aDeadNodeIsFoundInFifteenSeconds() {
        List<VerdictEvent> said = run(180, (source, destination, at) -> at > BEGINS
                && (source.nodeName().equals("node-0500") || destination.nodeName().equals("node-0500")) ? 1 : 0);
        assertEquals(1, said.size(), words(said));
        Verdict verdict = said.getFirst().verdict();
        assertEquals("node-0500", verdict.subject().names().get("node"));
        assertTrue(verdict.words().matches(".*nobody reaches it.*\\b(\\d+) of \\1 nodes.*"), verdict.words());
        assertTrue(said.getFirst().at() <= START + BEGINS + 15, () -> words(said));
    }

    @Test
    void aZonePairThatLosesOneInAHundredIsFound() {
        List<VerdictEvent> said = run(120, (source, destination, at) -> at > BEGINS && source.zone().equals("zone-0")
                && destination.zone().equals("zone-1") ? 0.01 : 0);
        assertEquals(1, said.size(), words(said));
        assertEquals(Verdict.Kind.ZONES, said.getFirst().verdict().kind(), words(said));
    }

    /** In its turn, and no longer than that. */
    @Test
    void aPairThatOnlyTheRotationTestsIsFound() {
        Agent source = roster.find("pod-0000").orElseThrow();
        long step = BoundedMesh.step(source, (long) (1000 * (START + BEGINS)));
        Agent other = mesh.peers(source, step, null).orElseThrow().agents().stream().filter(Agent::rotating).findFirst()
                .orElseThrow();
        assertFalse(mesh.peers(other, step, null).orElseThrow().find(source.name()).isPresent(), "one way only");
        List<VerdictEvent> said = run(240, (from, to, at) -> from.name().equals(source.name())
                && to.name().equals(other.name()) ? 1 : 0);
        assertEquals(List.of(VerdictEvent.Change.BEGINS, VerdictEvent.Change.ENDS),
                said.stream().map(VerdictEvent::change).toList(), words(said));
        assertEquals(Map.of("source", "node-0000", "destination", other.nodeName()),
                said.getFirst().verdict().subject().names());
    }
}
