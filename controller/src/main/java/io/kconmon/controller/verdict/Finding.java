package io.kconmon.controller.verdict;

/**
 * What explains some of the evidence.
 *
 * @param score
 *            log-likelihood ratio, less the price of having looked at so many hypotheses
 * @param certainty
 *            of the way, against the other ways of the same hypothesis; 0 to 1
 */
record Finding(Hypothesis hypothesis, PacketDirection way, double score, double certainty, EvidenceSums sums) {

    Finding bothWays() {
        return new Finding(hypothesis, PacketDirection.BOTH, score, certainty, sums);
    }
}
