package io.kconmon.controller.verdict;

/**
 * What explains some of the evidence.
 *
 * @param score
 *            log-likelihood ratio, less the price of having looked at so many hypotheses
 * @param certainty
 *            of the way, against the other ways of the same hypothesis; 0 to 1
 */
record Finding(Hypothesis hypothesis, Way way, double score, double certainty, Sums sums) {

    Finding bothWays() {
        return new Finding(hypothesis, Way.BOTH, score, certainty, sums);
    }
}
