package io.kconmon.controller.verdict;

import io.kconmon.controller.verdict.Evidence.Edge;
import io.kconmon.controller.verdict.Hypothesis.FlowFault;
import io.kconmon.controller.verdict.Hypothesis.Lie;
import io.kconmon.controller.verdict.Hypothesis.MeshFault;
import io.kconmon.controller.verdict.Hypothesis.NodeFault;
import io.kconmon.controller.verdict.Hypothesis.PairFault;
import io.kconmon.controller.verdict.Hypothesis.StrangePair;
import io.kconmon.controller.verdict.Hypothesis.StrangeSource;
import io.kconmon.controller.verdict.Hypothesis.ZoneFault;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The sums of all hypotheses that the evidence touches, in arrays where there are many. */
final class HypothesisSums {

    /** A pair needs more events than these for a verdict, so pairs with fewer are skipped. */
    private static final int LEAST_PAIR = 2;
    private static final int MANY_EDGES = 2000;
    /** If more pairs than these are lossy, it is not for them. */
    private static final int MOST_PAIRS = 100;

    private final NodeIndex nodes;
    private final @Nullable EvidenceSums[] ofNodes;
    private final @Nullable EvidenceSums[] ofSources;
    private final @Nullable EvidenceSums[] ofZones;
    private final Map<PairFault, EvidenceSums> pairs = new HashMap<>();
    private final Map<StrangePair, EvidenceSums> strange = new HashMap<>();
    private final Map<FlowFault, EvidenceSums> flows = new HashMap<>();
    private final EvidenceSums mesh = new EvidenceSums();
    private final boolean many;

    HypothesisSums(NodeIndex nodes, int edges) {
        this.nodes = nodes;
        many = edges > MANY_EDGES;
        ofNodes = new @Nullable EvidenceSums[nodes.size()];
        ofSources = new @Nullable EvidenceSums[nodes.size()];
        ofZones = new @Nullable EvidenceSums[nodes.zoneCount() * nodes.zoneCount()];
    }

    void add(Edge edge) {
        int one = edge.reporter;
        int other = edge.destination;
        at(ofNodes, one).add(edge, Lie.AGAINST);
        at(ofNodes, other).add(edge, Lie.ALONG);
        at(ofSources, one).add(edge, Lie.INSIDE);
        mesh.add(edge, Lie.INSIDE);
        int zone = nodes.zone(one);
        int otherZone = nodes.zone(other);
        if (nodes.areZones(zone, otherZone)) {
            at(ofZones, Math.min(zone, otherZone) * nodes.zoneCount() + Math.max(zone, otherZone)).add(edge,
                    zone == otherZone ? Lie.INSIDE : zone < otherZone ? Lie.ALONG : Lie.AGAINST);
        }
        if (many && edge.all() < LEAST_PAIR) {
            return;
        }
        pairs.computeIfAbsent(new PairFault(Math.min(one, other), Math.max(one, other)), it -> new EvidenceSums())
                .add(edge, one < other ? Lie.ALONG : Lie.AGAINST);
        if (edge.flowsDiffer) { // a source whose own results are unusual has no flow without losses
            flows.computeIfAbsent(new FlowFault(one, other), it -> new EvidenceSums()).add(edge, Lie.ALONG);
        } else if (edge.all() >= LEAST_PAIR) {
            strange.computeIfAbsent(new StrangePair(one, other), it -> new EvidenceSums()).add(edge, Lie.INSIDE);
        }
    }

    private static EvidenceSums at(@Nullable EvidenceSums[] all, int index) {
        EvidenceSums sums = all[index];
        if (sums == null) {
            sums = new EvidenceSums();
            all[index] = sums;
        }
        return sums;
    }

    void forEach(BiConsumer<Hypothesis, EvidenceSums> consumer) {
        for (int node = 0; node < ofNodes.length; node++) {
            give(ofNodes[node], new NodeFault(node), consumer);
            give(ofSources[node], new StrangeSource(node), consumer);
        }
        for (int zone = 0; zone < ofZones.length; zone++) {
            give(ofZones[zone], new ZoneFault(zone / nodes.zoneCount(), zone % nodes.zoneCount()), consumer);
        }
        giveWorst(pairs, LEAST_PAIR, consumer);
        giveWorst(strange, LEAST_PAIR, consumer);
        giveWorst(flows, 0, consumer);
        consumer.accept(new MeshFault(), mesh);
    }

    private void giveWorst(Map<? extends Hypothesis, EvidenceSums> all, int least,
            BiConsumer<Hypothesis, EvidenceSums> consumer) {
        Comparator<Ranked> worstFirst = Comparator.comparingDouble((Ranked it) -> -it.surprise)
                .thenComparingInt(Ranked::hash).thenComparing(it -> it.hypothesis.key(nodes));
        var worst = new PriorityQueue<>(worstFirst.reversed());
        all.forEach((hypothesis, sums) -> {
            if (sums.events() < least) {
                return;
            }
            var ranked = new Ranked(hypothesis, sums, Finding.rounded(sums.surprise()), hash(hypothesis));
            if (worst.size() < MOST_PAIRS) {
                worst.add(ranked);
            } else if (worstFirst.compare(ranked, worst.element()) < 0) {
                worst.remove();
                worst.add(ranked);
            }
        });
        worst.forEach(it -> consumer.accept(it.hypothesis, it.sums));
    }

    /** One of many. Where all packets are lost thousands are equally surprising, so a hash is compared before their slow keys. */
    private record Ranked(Hypothesis hypothesis, EvidenceSums sums, double surprise, int hash) {
    }

    /** Of the nodes' names, and so the same in each replica. */
    private int hash(Hypothesis hypothesis) {
        return switch (hypothesis) {
            case PairFault(int low, int high) -> nodes.name(low).hashCode() + nodes.name(high).hashCode();
            case StrangePair(int source, int other) ->
                31 * nodes.name(source).hashCode() + nodes.name(other).hashCode();
            case FlowFault(int source, int other) -> 31 * nodes.name(source).hashCode() + nodes.name(other).hashCode();
            default -> 0;
        };
    }

    private static void give(@Nullable EvidenceSums sums, Hypothesis hypothesis,
            BiConsumer<Hypothesis, EvidenceSums> consumer) {
        if (sums != null) {
            consumer.accept(hypothesis, sums);
        }
    }
}
