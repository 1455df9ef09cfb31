package io.kconmon.controller.verdict;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
                Explanation explanation = explain(first, evidence.copy());
                var faults = new HashSet<Hypothesis>();
                explanation.faults().forEach(it -> faults.add(it.hypothesis()));
                explanations.putIfAbsent(faults, explanation);
            }
        }
        return weigh(explanations);
    }

    private Explanation explain(Finding first, Evidence rest) {
        var faults = new ArrayList<Finding>();
        double total = 0;
        Finding next = first;
        while (true) {
            faults.add(next);
            total += next.score();
            rest.explain(next, next.way(), counts);
            if (rest.isEmpty() || faults.size() == MOST_FAULTS) {
                return new Explanation(faults, total);
            }
            List<Finding> others = search.findings(rest);
            if (others.isEmpty()) {
                return new Explanation(faults, total);
            }
            next = others.getFirst();
        }
    }

    private static List<Candidate> weigh(Map<Set<Hypothesis>, Explanation> explanations) {
        double best = explanations.values().stream().mapToDouble(Explanation::total).max().orElse(0);
        Map<Hypothesis, Finding> findings = new HashMap<>();
        Map<Hypothesis, Double> weights = new HashMap<>();
        double all = 0;
        for (Explanation explanation : explanations.values()) {
            double weight = Math.exp(explanation.total() - best);
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
