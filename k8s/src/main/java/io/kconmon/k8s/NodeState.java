package io.kconmon.k8s;

import io.kconmon.shared.roster.Agent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The relevant part of a node. A kubelet's heartbeats do not change it.
 *
 * @param zone
 *            its failure domain, {@link Agent#UNKNOWN_ZONE} if it has none
 * @param notReadySince
 *            null while it is Ready; the epoch if it is not Ready and has no time for that
 * @param leaving
 *            deleted or marked for deletion
 * @param cordoned
 *            an operator plans maintenance of it
 */
record NodeState(String zone, @Nullable Instant notReadySince, boolean leaving, boolean cordoned) {

    private static final String OLD_ZONE_LABEL = "failure-domain.beta.kubernetes.io/zone";

    boolean ready() {
        return notReadySince == null;
    }

    static NodeState of(Wire.Node node, String zoneLabel, List<String> drainTaints) {
        Wire.Meta meta = node.metadata();
        Map<String, String> labels = meta == null || meta.labels() == null ? Map.of() : meta.labels();
        Wire.NodeSpec spec = node.spec();
        List<Wire.Taint> taints = spec == null || spec.taints() == null ? List.of() : spec.taints();
        boolean deleted = meta != null && meta.deletionTimestamp() != null;
        boolean marked = taints.stream().anyMatch(it -> it.key() != null && drainTaints.contains(it.key()));
        return new NodeState(zone(labels, zoneLabel), notReadySince(node.status()), deleted || marked,
                spec != null && spec.unschedulable());
    }

    private static String zone(Map<String, String> labels, String zoneLabel) {
        return Optional.ofNullable(labels.get(zoneLabel)).filter(it -> !it.isBlank())
                .or(() -> Optional.ofNullable(labels.get(OLD_ZONE_LABEL)).filter(it -> !it.isBlank()))
                .orElse(Agent.UNKNOWN_ZONE);
    }

    private static @Nullable Instant notReadySince(Wire.@Nullable NodeStatus status) {
        Optional<Wire.Condition> ready = Wire.ready(status == null ? null : status.conditions());
        if (ready.isPresent() && "True".equals(ready.get().status())) {
            return null;
        }
        return ready.flatMap(it -> Wire.time(it.lastTransitionTime())).orElse(Instant.EPOCH);
    }
}
