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

    /**
     * An agent that is in the roster.
     *
     * @param well
     *            it is ready, and so is its node
     */
    private record Member(PodState pod, NodeState node, boolean paused, boolean well) {
    }

    /** The order of two agents on one node; the last one stays: the Ready one, then the newer one. */
    private static final Comparator<Member> BETTER = Comparator.comparing((Member it) -> it.pod.ready())
            .thenComparing(it -> it.pod.terminatingSince() == null).thenComparing(it -> it.pod.created())
            .thenComparing(it -> it.pod.name());

    private RosterBuilder() {
    }

    /** @param nodes by name */
    static Roster roster(Map<String, NodeState> nodes, Iterable<PodState> pods) {
        var byNode = new HashMap<String, Member>();
        for (PodState pod : pods) {
            NodeState node = nodes.get(pod.nodeName());
            Verdict verdict = Membership.of(pod, node);
            if (node != null && verdict != Verdict.OUT) {
                var member = new Member(pod, node, verdict == Verdict.PAUSED, pod.ready() && node.ready());
                byNode.merge(pod.nodeName(), member, (one, other) -> BETTER.compare(one, other) >= 0 ? one : other);
            }
        }
        // A dead node's agent may have lost its address to another one: the dead agent does not answer there.
        Set<String> taken = byNode.values().stream().filter(Member::well).map(it -> it.pod.ip())
                .collect(Collectors.toSet());
        return Roster.of(byNode.values().stream().map(it -> agent(it, it.well || !taken.contains(it.pod.ip())))
                .toList());
    }

    private static Agent agent(Member member, boolean hasItsAddress) {
        PodState pod = member.pod;
        return new Agent(pod.name(), pod.nodeName(), pod.ip(), member.node.zone(), Agent.COMMON_PORT,
                !hasItsAddress || member.paused);
    }
}
