package io.kconmon.controller.verdict;

import io.kconmon.controller.verdict.Hypothesis.FlowFault;
import io.kconmon.controller.verdict.Hypothesis.Lie;
import io.kconmon.controller.verdict.Hypothesis.MeshFault;
import io.kconmon.controller.verdict.Hypothesis.NodeFault;
import io.kconmon.controller.verdict.Hypothesis.PairFault;
import io.kconmon.controller.verdict.Hypothesis.StrangePair;
import io.kconmon.controller.verdict.Hypothesis.StrangeSource;
import io.kconmon.controller.verdict.Hypothesis.ZoneFault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Paths by node and by pair of zones. In a large mesh each of thousands of hypotheses concerns few of the paths. */
final class SlowPathIndex {

    private final NodeIndex nodes;
    private final List<SlowPath> all;
    private final Map<Integer, List<SlowPath>> byNode = new HashMap<>();
    private final Map<Long, List<SlowPath>> byZones = new HashMap<>();

    SlowPathIndex(List<SlowPath> paths, NodeIndex nodes) {
        this.nodes = nodes;
        all = List.copyOf(paths);
        for (SlowPath path : all) {
            byNode.computeIfAbsent(path.source(), it -> new ArrayList<>()).add(path);
            byNode.computeIfAbsent(path.destination(), it -> new ArrayList<>()).add(path);
            byZones.computeIfAbsent(zones(nodes.zone(path.source()), nodes.zone(path.destination())),
                    it -> new ArrayList<>()).add(path);
        }
    }

    /** The same for both orders of two zones. */
    static long zones(int one, int other) {
        return (long) Math.min(one, other) << 32 | Math.max(one, other);
    }

    /** From a node and to it. */
    List<SlowPath> of(int node) {
        return byNode.getOrDefault(node, List.of());
    }

    /** Those that a hypothesis concerns. */
    List<SlowPath> of(Hypothesis hypothesis) {
        return switch (hypothesis) {
            case NodeFault(int node) -> of(node);
            case ZoneFault(int low, int high) -> byZones.getOrDefault(zones(low, high), List.of());
            case MeshFault() -> all;
            case PairFault(int low, int high) -> concerned(hypothesis, of(low));
            case FlowFault ignored -> concerned(hypothesis, all);
            case StrangePair ignored -> concerned(hypothesis, all);
            case StrangeSource(int source) -> concerned(hypothesis, of(source));
        };
    }

    private List<SlowPath> concerned(Hypothesis hypothesis, List<SlowPath> paths) {
        return paths.stream().filter(it -> hypothesis.lie(it.source(), it.destination(), nodes) != Lie.APART).toList();
    }
}
