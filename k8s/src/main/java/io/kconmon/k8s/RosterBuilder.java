package io.kconmon.k8s;

import io.kconmon.k8s.Membership.Verdict;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Nodes and pods in, a roster out. */
final class RosterBuilder {

    /** Of two agents on one node, the last in this order stays: the one that is Ready, then the newer one. */
    private static final Comparator<PodState> BETTER = Comparator.comparing(PodState::ready)
            .thenComparing(pod -> pod.terminatingSince() == null).thenComparing(PodState::created)
            .thenComparing(PodState::name);

    private RosterBuilder() {
    }

    /** @param nodes by name */
    static Roster roster(Map<String, NodeState> nodes, Iterable<PodState> pods) {
        var byNode = new HashMap<String, PodState>();
        for (PodState pod : pods) {
            if (Membership.of(pod, nodes.get(pod.nodeName())) != Verdict.OUT) {
                byNode.merge(pod.nodeName(), pod, (one, other) -> BETTER.compare(one, other) >= 0 ? one : other);
            }
        }
        // An address that a dead node's agent had may be another one's now: what answers there is not the dead one.
        Set<String> taken = byNode.values().stream().filter(pod -> isWell(pod, nodes)).map(PodState::ip)
                .collect(Collectors.toSet());
        return Roster.of(byNode.values().stream()
                .map(pod -> agent(pod, nodes, isWell(pod, nodes) || !taken.contains(pod.ip()))).toList());
    }

    private static boolean isWell(PodState pod, Map<String, NodeState> nodes) {
        NodeState node = nodes.get(pod.nodeName());
        return pod.ready() && node != null && node.ready();
    }

    private static Agent agent(PodState pod, Map<String, NodeState> nodes, boolean hasItsAddress) {
        NodeState node = nodes.get(pod.nodeName());
        String zone = node == null ? Agent.UNKNOWN_ZONE : node.zone();
        return new Agent(pod.name(), pod.nodeName(), pod.ip(), zone, Agent.COMMON_PORT,
                !hasItsAddress || Membership.of(pod, node) == Verdict.PAUSED);
    }
}
