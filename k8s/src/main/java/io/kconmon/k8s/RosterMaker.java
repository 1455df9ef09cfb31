package io.kconmon.k8s;

import io.kconmon.k8s.Membership.Verdict;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/** Nodes and pods in, a roster out. */
final class RosterMaker {

    /** Of two agents on one node, the last in this order stays: the one that is Ready, then the newer one. */
    private static final Comparator<PodState> BETTER = Comparator.comparing(PodState::ready)
            .thenComparing(pod -> pod.terminatingSince() == null).thenComparing(PodState::created)
            .thenComparing(PodState::name);

    private RosterMaker() {
    }

    /** @param nodes by name */
    static Roster roster(Map<String, NodeState> nodes, Iterable<PodState> pods) {
        var byNode = new HashMap<String, PodState>();
        for (PodState pod : pods) {
            if (Membership.of(pod, nodes.get(pod.nodeName())) != Verdict.OUT) {
                byNode.merge(pod.nodeName(), pod, (one, other) -> BETTER.compare(one, other) >= 0 ? one : other);
            }
        }
        return Roster.of(byNode.values().stream().map(pod -> agent(pod, nodes)).toList());
    }

    private static Agent agent(PodState pod, Map<String, NodeState> nodes) {
        NodeState node = nodes.get(pod.nodeName());
        String zone = node == null ? Agent.UNKNOWN_ZONE : node.zone();
        return new Agent(pod.name(), pod.nodeName(), pod.ip(), zone, Agent.COMMON_PORT,
                Membership.of(pod, node) == Verdict.PAUSED);
    }
}
