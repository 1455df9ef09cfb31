package io.kconmon.controller.verdict;

import io.kconmon.controller.verdict.Hypothesis.FlowFault;
import io.kconmon.controller.verdict.Hypothesis.MeshFault;
import io.kconmon.controller.verdict.Hypothesis.NodeFault;
import io.kconmon.controller.verdict.Hypothesis.PairFault;
import io.kconmon.controller.verdict.Hypothesis.StrangePair;
import io.kconmon.controller.verdict.Hypothesis.StrangeSource;
import io.kconmon.controller.verdict.Hypothesis.ZoneFault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Explains the evidence of one window by one fault or by several, in all ways that are nearly as likely as the best. A
 * fault that is in all of them is certain.
 */
final class Explanations {

    /** How many hypotheses of each breadth begin an explanation each. */
    private static final int FIRST = 2;
    private static final int FIRST_OF_MANY = 1;
    private static final int MANY_EDGES = 5000;
    private static final int MOST_FAULTS = 8;
    /** Of one kind, such as the nodes of a rack. */
    private static final int MOST_ALIKE = 256;
    /** The share of its score that one of these must keep once the losses of those before it are explained. */
    private static final double OF_ITS_OWN = 0.5;
    /** An explanation that is so much less likely than the best one proposes no candidates. */
    private static final double NEGLIGIBLE = 1e-6;

    /**
     * A fault, and how likely it is that it is part of the true explanation.
     *
     * @param confidence
     *            0 to 1, of hypothesis and way
     */
    record Candidate(Finding finding, double confidence) {
    }

    private record Explanation(List<Finding> faults, double total) {
    }

    private final HypothesisSearch search;
    private final HypothesisTotals counts;

    Explanations(HypothesisSearch search, HypothesisTotals counts) {
        this.search = search;
        this.counts = counts;
    }

    List<Candidate> candidates(Evidence evidence) {
        List<Finding> firsts = search.findings(evidence);
        if (firsts.isEmpty()) {
            return List.of();
        }
        int most = evidence.edges().size() > MANY_EDGES ? FIRST_OF_MANY : FIRST;
        Map<Set<Hypothesis>, Explanation> explanations = new HashMap<>();
        int[] begun = new int[ActiveVerdict.BREADTHS];
        for (Finding first : firsts) {
            if (begun[ActiveVerdict.breadth(first.hypothesis())]++ < most) {
                add(explain(first, evidence.copy()), explanations);
            }
        }
        explainByMany(NodeFault.class, firsts, evidence.copy()).ifPresent(it -> add(it, explanations));
        explainByMany(PairFault.class, firsts, evidence.copy()).ifPresent(it -> add(it, explanations));
        return weigh(explanations);
    }

    private static void add(Explanation explanation, Map<Set<Hypothesis>, Explanation> explanations) {
        var faults = new HashSet<Hypothesis>();
        explanation.faults().forEach(it -> faults.add(it.hypothesis()));
        explanations.putIfAbsent(faults, explanation);
    }

    private Explanation explain(Finding first, Evidence rest) {
        var faults = new ArrayList<>(List.of(first));
        rest.explain(first, first.way(), counts);
        return explainRest(faults, rest);
    }

    /**
     * Where several nodes or pairs are at fault the best first step may be the whole mesh, so here all of these come
     * first. Empty if there are not several.
     */
    private Optional<Explanation> explainByMany(Class<? extends Hypothesis> kind, List<Finding> firsts, Evidence rest) {
        var faults = new ArrayList<Finding>();
        Map<Integer, Evidence> parts = rest.byNode();
        for (Finding first : firsts) {
            if (kind.isInstance(first.hypothesis()) && faults.size() < MOST_ALIKE) {
                Evidence part = parts.getOrDefault(node(first.hypothesis()), rest);
                Finding own = search.finding(first.hypothesis(), part);
                if (own.score() > OF_ITS_OWN * first.score()) {
                    faults.add(own);
                    part.explain(own, own.way(), counts);
                }
            }
        }
        if (faults.size() < 2) {
            return Optional.empty();
        }
        rest.removeExplained();
        return Optional.of(explainRest(faults, rest));
    }

    /** A node at one end of every path of the hypothesis; -1 if there is none. */
    private static int node(Hypothesis hypothesis) {
        return switch (hypothesis) {
            case NodeFault(int node) -> node;
            case PairFault(int low, int ignored) -> low;
            case FlowFault(int source, int ignored) -> source;
            case StrangePair(int source, int ignored) -> source;
            case StrangeSource(int source) -> source;
            case ZoneFault ignored -> -1;
            case MeshFault ignored -> -1;
        };
    }

    private Explanation explainRest(List<Finding> faults, Evidence rest) {
        for (int more = 1; more < MOST_FAULTS && !rest.isEmpty(); more++) {
            Optional<Finding> next = search.best(rest);
            if (next.isEmpty()) {
                break;
            }
            faults.add(next.get());
            rest.explain(next.get(), next.get().way(), counts);
        }
        return new Explanation(faults, faults.stream().mapToDouble(Finding::score).sum());
    }

    private static List<Candidate> weigh(Map<Set<Hypothesis>, Explanation> explanations) {
        double best = explanations.values().stream().mapToDouble(Explanation::total).max().orElse(0);
        Map<Hypothesis, Finding> findings = new HashMap<>();
        Map<Hypothesis, Double> weights = new HashMap<>();
        double all = 0;
        for (Explanation explanation : explanations.values()) {
            double weight = Math.exp(explanation.total() - best);
            if (weight < NEGLIGIBLE) {
                continue;
            }
            all += weight;
            for (Finding fault : explanation.faults()) {
                weights.merge(fault.hypothesis(), weight, Double::sum);
                findings.merge(fault.hypothesis(), fault, (one, other) -> one.score() > other.score() ? one : other);
            }
        }
        var candidates = new ArrayList<Candidate>();
        for (Map.Entry<Hypothesis, Finding> entry : findings.entrySet()) {
            Finding finding = entry.getValue();
            candidates.add(new Candidate(finding,
                    weights.getOrDefault(entry.getKey(), 0.0) / all * finding.certainty()));
        }
        return candidates;
    }
}
