package io.kconmon.controller.verdict;

import io.kconmon.controller.verdict.Hypothesis.Lie;
import io.kconmon.controller.verdict.Hypothesis.MeshFault;
import io.kconmon.controller.verdict.Hypothesis.NodeFault;
import io.kconmon.controller.verdict.Hypothesis.PairFault;
import io.kconmon.controller.verdict.Hypothesis.StrangePair;
import io.kconmon.controller.verdict.Hypothesis.StrangeSource;
import io.kconmon.controller.verdict.Hypothesis.ZoneFault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Scores all hypotheses that the evidence of one window touches. */
final class Search {

    /** ln of how many kinds of hypotheses and windows there are, and of the ways of each. */
    private static final double KINDS = Math.log(5 * 4);
    private static final double WAYS = Math.log(3);
    /** A pair that nobody else can speak of is believed before its source is thought strange. */
    private static final double UNCONTRADICTED = 7;
    /** A pair needs three events at least, so there is no use in looking at all others. */
    private static final int LEAST_PAIR = 2;

    private final Counts counts;
    private final Nodes nodes;
    private final double pricePair;
    private final double priceNode;
    private final double priceZones;

    Search(Counts counts) {
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
        Map<Hypothesis, Sums> all = new HashMap<>();
        Map<Hypothesis, Sums> pairs = new HashMap<>();
        for (Evidence.Edge edge : evidence.edges()) {
            int one = edge.reporter;
            int other = edge.destination;
            int zone = nodes.zone(one);
            int otherZone = nodes.zone(other);
            all.computeIfAbsent(new NodeFault(one), it -> new Sums()).add(edge, Lie.AGAINST);
            all.computeIfAbsent(new NodeFault(other), it -> new Sums()).add(edge, Lie.ALONG);
            all.computeIfAbsent(new StrangeSource(one), it -> new Sums()).add(edge, Lie.INSIDE);
            all.computeIfAbsent(new MeshFault(), it -> new Sums()).add(edge, Lie.INSIDE);
            if (nodes.zoneCount() > 1) {
                all.computeIfAbsent(new ZoneFault(Math.min(zone, otherZone), Math.max(zone, otherZone)),
                        it -> new Sums())
                        .add(edge, zone == otherZone ? Lie.INSIDE : zone < otherZone ? Lie.ALONG : Lie.AGAINST);
            }
            pairs.computeIfAbsent(new PairFault(Math.min(one, other), Math.max(one, other)), it -> new Sums())
                    .add(edge, one < other ? Lie.ALONG : Lie.AGAINST);
            if (edge.all() >= LEAST_PAIR) {
                all.computeIfAbsent(new StrangePair(one, other), it -> new Sums()).add(edge, Lie.INSIDE);
            }
        }
        pairs.forEach((pair, sums) -> {
            if (sums.events() >= LEAST_PAIR) {
                all.put(pair, sums);
            }
        });
        var findings = new ArrayList<Finding>();
        all.forEach((hypothesis, sums) -> {
            Finding finding = finding(hypothesis, sums);
            if (finding.score() > 0) {
                findings.add(finding);
            }
        });
        findings.sort(Comparator.comparingDouble(Finding::score).reversed());
        return findings;
    }

    /** What one hypothesis makes of the evidence. */
    Finding finding(Hypothesis hypothesis, Evidence evidence) {
        var sums = new Sums();
        for (Evidence.Edge edge : evidence.edges()) {
            Lie lie = hypothesis.lie(edge.reporter, edge.destination, nodes);
            if (lie != Lie.APART) {
                sums.add(edge, lie);
            }
        }
        return finding(hypothesis, sums);
    }

    private Finding finding(Hypothesis hypothesis, Sums sums) {
        double[] tested = counts.of(hypothesis);
        double price = price(hypothesis);
        boolean inside = hypothesis.isStrange() || hypothesis instanceof MeshFault
                || hypothesis instanceof ZoneFault(int low, int high) && low == high;
        if (inside) {
            return new Finding(hypothesis, Way.BOTH, sums.score(Way.ALONG, tested) - price, 1, sums,
                    sums.rates(tested));
        }
        if (sums.wayIsUnknown()) {
            return new Finding(hypothesis, Way.BOTH, Math.max(sums.score(Way.BOTH, tested),
                    Math.max(sums.score(Way.ALONG, tested), sums.score(Way.AGAINST, tested))) - price, 1, sums,
                    sums.rates(tested));
        }
        Way best = Way.BOTH;
        double most = Double.NEGATIVE_INFINITY;
        for (Way way : Way.values()) {
            double score = sums.score(way, tested);
            if (score > most) {
                best = way;
                most = score;
            }
        }
        double all = 0;
        for (Way way : Way.values()) {
            all += Math.exp(sums.score(way, tested) - most);
        }
        return new Finding(hypothesis, best, most - price, 1 / all, sums, sums.rates(tested));
    }

    private double price(Hypothesis hypothesis) {
        return switch (hypothesis) {
            case NodeFault ignored -> priceNode;
            case ZoneFault ignored -> priceZones;
            case PairFault ignored -> pricePair;
            case MeshFault ignored -> KINDS;
            case StrangeSource ignored -> priceNode;
            case StrangePair(int source, int destination) ->
                pricePair + (counts.tests(destination, source) ? 0 : UNCONTRADICTED);
        };
    }
}
