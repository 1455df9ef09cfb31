package io.kconmon.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.api.Test;

class RosterBuilderTest {

    private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");
    private static final NodeState READY = new NodeState("zone-a", null, false, false);
    private static final NodeState DOWN = new NodeState("zone-b", T, false, false);

    @Test
    void zonesAndPausesComeFromTheNode() {
        Roster roster = RosterBuilder.roster(Map.of("n1", READY, "n2", DOWN), List.of(pod("p1", "n1", true, 0),
                at("10.0.0.2", pod("p2", "n2", false, 0)), pod("p3", "n3", true, 0)));
        assertEquals(Roster.of(List.of(agent("p1", "n1", "zone-a", false),
                new Agent("p2", "n2", "10.0.0.2", "zone-b", Agent.COMMON_PORT, false))), roster);
        assertEquals(Roster.of(List.of(agent("p1", "n1", "zone-a", true))),
                RosterBuilder.roster(Map.of("n1", READY), List.of(pod("p1", "n1", false, 0))));
    }

    /** Pods of one node from the worst to the best. */
    static Stream<List<PodState>> rivals() {
        return Stream.of(
                // the newer of two that are Ready, by name if it must be
                List.of(pod("b", "n1", true, 0), pod("a", "n1", true, 1)),
                List.of(pod("a", "n1", true, 0), pod("b", "n1", true, 0)),
                // Ready before newer
                List.of(pod("new", "n1", false, 9), pod("old", "n1", true, 0)),
                // one that goes is none at all
                List.of(terminating(pod("new", "n1", true, 9)), pod("old", "n1", false, 0)));
    }

    @ParameterizedTest
    @MethodSource("rivals")
    void oneOfTwoAgentsOnANodeStaysInEitherOrder(List<PodState> pods) {
        String best = pods.getLast().name();
        var reversed = new ArrayList<>(pods);
        Collections.reverse(reversed);
        for (List<PodState> order : List.of(pods, reversed)) {
            Roster roster = RosterBuilder.roster(Map.of("n1", READY), order);
            assertEquals(List.of(best), roster.agents().stream().map(Agent::name).toList());
        }
    }

    /** Where networks hand addresses out for the whole cluster, that of a dead node's pod may come again. */
    @Test
    void aSharedAddressBelongsToTheAgentThatAnswersThere() {
        var pods = new ArrayList<>(List.of(pod("dead", "n2", false, 9), pod("alive", "n1", true, 0)));
        for (int i = 0; i < 2; i++) {
            assertEquals(Roster.of(List.of(agent("alive", "n1", "zone-a", false), agent("dead", "n2", "zone-b", true))),
                    RosterBuilder.roster(Map.of("n1", READY, "n2", DOWN), pods));
            Collections.reverse(pods);
        }
    }

    private static PodState at(String ip, PodState pod) {
        return new PodState(pod.name(), pod.nodeName(), ip, pod.ready(), true, false, null, pod.created());
    }

    private static PodState pod(String name, String node, boolean ready, int age) {
        return new PodState(name, node, "10.0.0.1", ready, true, false, null, T.plusSeconds(age));
    }

    private static PodState terminating(PodState pod) {
        return new PodState(pod.name(), pod.nodeName(), pod.ip(), pod.ready(), true, false, T, pod.created());
    }

    private static Agent agent(String name, String node, String zone, boolean paused) {
        return new Agent(name, node, "10.0.0.1", zone, Agent.COMMON_PORT, paused);
    }
}
