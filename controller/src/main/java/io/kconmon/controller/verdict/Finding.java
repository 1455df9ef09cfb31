package io.kconmon.controller.verdict;

import java.util.Comparator;

/**
 * What explains some of the evidence.
 *
 * @param score
 *            log-likelihood ratio, less the price of having looked at so many hypotheses
 * @param certainty
 *            of the way, against the other ways of the same hypothesis; 0 to 1
 */
record Finding(Hypothesis hypothesis, PacketDirection way, double score, double certainty, EvidenceSums sums) {

    /** Sums of the same evidence differ in their last digits when they are added up in another order. */
    private static final double SAME = 1e-6;

    /** Puts the most likely first, in the same order in each replica, however it numbers its nodes. */
    static Comparator<Finding> order(NodeIndex nodes) {
        return Comparator.comparingDouble((Finding it) -> -rounded(it.score()))
                .thenComparing(it -> it.hypothesis().key(nodes));
    }

    static double rounded(double sum) {
        return Math.rint(sum / SAME);
    }

    Finding bothWays() {
        return new Finding(hypothesis, PacketDirection.BOTH, score, certainty, sums);
    }
}
