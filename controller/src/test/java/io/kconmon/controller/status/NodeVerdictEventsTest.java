package io.kconmon.controller.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.kconmon.controller.verdict.Subject;
import io.kconmon.controller.verdict.Verdict;
import io.kconmon.controller.verdict.VerdictEvent;
import io.kconmon.controller.verdict.VerdictEvent.Change;
import io.kconmon.k8s.NodeEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeVerdictEventsTest {

    private static final double SINCE = 1_764_150_000.25;

    private static Verdict verdict(Verdict.Kind kind, Subject subject, double since) {
        return new Verdict(kind, subject, Verdict.Direction.BOTH, Verdict.Protocol.UDP, 1, Map.of(), 0.99, since,
                "what happened");
    }

    private static List<NodeEvent> events(Change change, Verdict verdict) {
        var events = new ArrayList<NodeEvent>();
        new NodeVerdictEvents(events::add).accept(new VerdictEvent(SINCE + 8, change, verdict));
        return events;
    }

    private static NodeEvent one(Change change, Verdict verdict) {
        List<NodeEvent> events = events(change, verdict);
        assertEquals(1, events.size());
        return events.getFirst();
    }

    @Test
    void aNodesVerdictIsAnEventOfThatNode() {
        Verdict verdict = verdict(Verdict.Kind.NODE, new Subject.OneNode("node-3"), SINCE);
        NodeEvent begins = one(Change.BEGINS, verdict);
        assertEquals(new NodeEvent("node-3", true, "NetworkFault", "what happened",
                Instant.parse("2025-11-26T09:40:08.250Z"), begins.content()), begins);
        NodeEvent ends = one(Change.ENDS, verdict);
        assertEquals(new NodeEvent("node-3", false, "NetworkFaultEnded", "ended: what happened",
                Instant.parse("2025-11-26T09:40:08.250Z"), ends.content()), ends);
        assertNotEquals(begins.content(), ends.content());
    }

    @Test
    void aStalledAgentIsNotANetworkFault() {
        assertEquals("KconmonAgentStalled",
                one(Change.BEGINS, verdict(Verdict.Kind.AGENT, new Subject.OneNode("node-3"), SINCE)).reason());
    }

    @Test
    void aPairsVerdictIsAnEventOfBothNodes() {
        assertEquals(List.of("node-1", "node-2"),
                events(Change.BEGINS, verdict(Verdict.Kind.PAIR, new Subject.TwoNodes("node-1", "node-2"), SINCE))
                        .stream().map(NodeEvent::node).toList());
    }

    @Test
    void verdictsThatNameNoNodeAreNotEvents() {
        assertEquals(List.of(),
                events(Change.BEGINS, verdict(Verdict.Kind.ZONES, new Subject.TwoZones("zone-a", "zone-b"), SINCE)));
        assertEquals(List.of(), events(Change.BEGINS, verdict(Verdict.Kind.MESH, new Subject.Mesh(), SINCE)));
    }

    /** Two replicas hear the same reports some seconds apart; the same fault a quarter of an hour later is another one. */
    @Test
    void replicasWriteTheSameEvent() {
        var node = new Subject.OneNode("node-3");
        String content = one(Change.BEGINS, verdict(Verdict.Kind.NODE, node, SINCE)).content();
        assertEquals(content, one(Change.BEGINS, verdict(Verdict.Kind.NODE, node, SINCE + 5)).content());
        assertNotEquals(content, one(Change.BEGINS, verdict(Verdict.Kind.NODE, node, SINCE + 900)).content());
    }
}
