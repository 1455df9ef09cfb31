package io.kconmon.agent.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.mesh.Mesh.PeerMeasured;
import io.kconmon.agent.mesh.Mesh.State;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReportTextTest {

    private static final List<PeerMeasured> PEERS = List.of(
            new PeerMeasured("node-0", State.ACTIVE, List.of("1,3m", "5,7u,c,j")),
            new PeerMeasured("node-2", State.PAUSED, List.of("", "")),
            new PeerMeasured("node-3", State.DRAINING, List.of("0;f=1;timeout=1", "5;g=0")),
            new PeerMeasured("not in it", State.ACTIVE, List.of("1", "5")));

    private static Roster roster(int nodes) {
        return Roster.of(IntStream.range(0, nodes)
                .mapToObj(i -> new Agent("pod-" + i, "node-" + i, "10.0.%d.%d".formatted(i / 256, i % 256), "a"))
                .toList());
    }

    @Test
    void peersHaveTheirNames() {
        assertEquals("""
                kconmon report 1
                source=node-1

                1,3m 5,7u,c,j =node-0
                !- - =node-2
                ~0;f=1;timeout=1 5;g=0 =node-3
                1 5 =not in it
                """, new ReportText().field("source", "node-1").named(PEERS));
    }

    @Test
    void aReaderThatKnowsTheRosterGetsIndexesInstead() {
        Roster roster = roster(4);
        assertEquals("""
                kconmon report 1
                source=node-1
                roster=%s

                1,3m 5,7u,c,j
                !@2 - -
                ~0;f=1;timeout=1 5;g=0
                1 5 =not in it
                """.formatted(roster.revision()), new ReportText().field("source", "node-1").placed(PEERS, roster));
    }

    /** Round trips as far as the next zone's, and 1,000 nodes. */
    @Test
    void aHealthyPeerTakesNoMoreThanTwentyBytes() {
        Roster roster = roster(1000);
        var peers = new ArrayList<PeerMeasured>();
        for (String node : roster.byNode().keySet()) {
            int micros = 80 + 2 * peers.size();
            peers.add(new PeerMeasured(node, State.ACTIVE, List.of("1," + Integer.toString(micros, 36),
                    "5,%s,%s,%s".formatted(Integer.toString(micros, 36), Integer.toString(micros / 10, 36),
                            Integer.toString(micros / 2, 36)))));
        }
        int bytes = new ReportText().placed(peers, roster).getBytes(StandardCharsets.UTF_8).length;
        assertTrue(bytes <= 20 * peers.size(), bytes + " bytes");
    }
}
