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
import java.util.List;
import java.util.Optional;

/** Scores all hypotheses that the evidence of one window touches. */
final class HypothesisSearch {

    /** ln of how many kinds of hypotheses and windows there are, and of the ways of each. */
    private static final double KINDS = Math.log(5 * 5);
    private static final double WAYS = Math.log(3);
    /** ln of how much rarer a fault of both ways is than a fault of one way. */
    private static final double PRICE_OF_BOTH_WAYS = Math.log(2.5);
    /** The same between two zones, whose two ways have links and queues of their own. */
    private static final double PRICE_OF_BOTH_WAYS_OF_ZONES = Math.log(5);
    /** A pair that nobody else can speak of is believed before its source is thought strange. */
    private static final double UNCONTRADICTED = 7;
    /** That an agent reports nothing speaks for a fault of its node. */
    private static final double SILENT = 6;
    private final HypothesisTotals counts;
    private final NodeIndex nodes;
    private final double pricePair;
    private final double priceNode;
    private final double priceZones;

    HypothesisSearch(HypothesisTotals counts) {
        this.counts = counts;
        nodes = counts.nodes();
        double size = Math.max(2, nodes.active());
        double zones = nodes.zoneCount();
        priceNode = KINDS + WAYS + Math.log(size);
        pricePair = KINDS + WAYS + Math.log(size * (size - 1) / 2);
        priceZones = KINDS + WAYS + Math.log(Math.max(1, zones * (zones + 1) / 2));
    }

    /** The best first; none that is worth nothing. */
    List<Finding> findings(Evidence evidence) {
        List<Finding> findings = unordered(evidence);
        findings.sort(Finding.order(nodes));
        return findings;
    }

    /** Empty if none is worth anything. */
    Optional<Finding> best(Evidence evidence) {
        return unordered(evidence).stream().min(Finding.order(nodes));
    }

    private List<Finding> unordered(Evidence evidence) {
        var sums = new HypothesisSums(nodes, evidence.edges().size());
        evidence.edges().forEach(sums::add);
        var findings = new ArrayList<Finding>();
        sums.forEach((hypothesis, its) -> {
            Finding finding = finding(hypothesis, its);
            if (finding.score() > 0) {
                findings.add(finding);
            }
        });
        return findings;
    }

    /** One hypothesis and its fit to the evidence. */
    Finding finding(Hypothesis hypothesis, Evidence evidence) {
        var sums = new EvidenceSums();
        for (Evidence.Edge edge : evidence.edges()) {
            Lie lie = hypothesis.lie(edge.reporter, edge.destination, nodes);
            if (lie != Lie.APART) {
                sums.add(edge, lie);
            }
        }
        return finding(hypothesis, sums);
    }

    private Finding finding(Hypothesis hypothesis, EvidenceSums sums) {
        double[] tested = counts.of(hypothesis);
        double price = price(hypothesis);
        boolean inside = hypothesis.isStrange() || hypothesis instanceof MeshFault
                || (hypothesis instanceof ZoneFault(int low, int high) && low == high);
        if (inside) {
            return new Finding(hypothesis, PacketDirection.BOTH,
                    score(hypothesis, PacketDirection.ALONG, sums, tested) - price, 1,
                    sums);
        }
        if (sums.wayIsUnknown()) {
            double silent = hypothesis instanceof NodeFault(int node) && counts.isSilent(node) ? SILENT : 0;
            return new Finding(hypothesis, PacketDirection.BOTH, silent + Math.max(
                    score(hypothesis, PacketDirection.BOTH, sums, tested),
                    Math.max(score(hypothesis, PacketDirection.ALONG, sums, tested),
                            score(hypothesis, PacketDirection.AGAINST, sums, tested)))
                    - price, 1, sums);
        }
        PacketDirection best = PacketDirection.BOTH;
        double most = Double.NEGATIVE_INFINITY;
        for (PacketDirection way : PacketDirection.values()) {
            double score = score(hypothesis, way, sums, tested);
            if (score > most) {
                best = way;
                most = score;
            }
        }
        double all = 0;
        for (PacketDirection way : PacketDirection.values()) {
            all += Math.exp(score(hypothesis, way, sums, tested) - most);
        }
        return new Finding(hypothesis, best, most - price, 1 / all, sums);
    }

    private static double score(Hypothesis hypothesis, PacketDirection way, EvidenceSums sums, double[] tested) {
        double price = way != PacketDirection.BOTH
                ? 0
                : hypothesis instanceof ZoneFault ? PRICE_OF_BOTH_WAYS_OF_ZONES : PRICE_OF_BOTH_WAYS;
        return sums.score(way, tested) - price;
    }

    private double price(Hypothesis hypothesis) {
        return switch (hypothesis) {
            case NodeFault ignored -> priceNode;
            case ZoneFault ignored -> priceZones;
            case PairFault ignored -> pricePair;
            case FlowFault ignored -> pricePair + WAYS; // of either node's flows
            case MeshFault ignored -> KINDS;
            case StrangeSource ignored -> priceNode;
            case StrangePair(int source, int destination) ->
                pricePair + (counts.tests(/* source= */ destination, /* destination= */ source) ? 0 : UNCONTRADICTED);
        };
    }
}
