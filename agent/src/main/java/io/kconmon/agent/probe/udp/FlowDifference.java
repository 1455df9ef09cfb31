package io.kconmon.agent.probe.udp;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Tells whether some flows to a peer lose packets and others do not. One bad link of several (ECMP, LACP) causes that,
 * since each flow always takes the same link. Loss that all flows share is not a difference, however high it is.
 *
 * <p>
 * The flows are ordered by their loss and divided in two at each place; the likelihood ratio of the best division (the G test)
 * against one loss for all decides.
 */
final class FlowDifference {

    /** Packets of each flow that are looked at: about two minutes at the defaults. */
    static final int WINDOW = 24;
    /**
     * By chance once in some 2,000,000 rounds of 30 to 50 % loss; more for each flow, because the best division is
     * chosen.
     */
    private static final double BEGINS = 26;
    private static final double BEGINS_A_FLOW = 0.9;
    /** A difference ends at this part of the evidence that it took to begin, so that it does not come and go. */
    private static final double ENDS = 0.4;

    /** One flow's last packets. */
    private static final class History {
        private long lostBits;
        private int size;

        void add(boolean lost) {
            lostBits = ((lostBits << 1) | (lost ? 1 : 0)) & ((1L << WINDOW) - 1);
            size = Math.min(WINDOW, size + 1);
        }

        int lost() {
            return Long.bitCount(lostBits);
        }

        double loss() {
            return size == 0 ? 0 : (double) lost() / size;
        }
    }

    private final List<History> flows;
    private boolean differs;

    FlowDifference(int count) {
        var histories = new ArrayList<History>();
        for (int i = 0; i < count; i++) {
            histories.add(new History());
        }
        flows = List.copyOf(histories);
    }

    void add(int flow, boolean lost) {
        flows.get(flow).add(lost);
    }

    /** Whether the flows differ, after a round. */
    boolean differs() {
        double needed = BEGINS + BEGINS_A_FLOW * flows.size();
        differs = evidence() > (differs ? ENDS * needed : needed);
        return differs;
    }

    /** Percent that each flow has lost lately. */
    List<Double> lossPercent() {
        return flows.stream().map(it -> 100 * it.loss()).toList();
    }

    private boolean isAnyLost() {
        for (History flow : flows) {
            if (flow.lostBits != 0) {
                return true;
            }
        }
        return false;
    }

    private double evidence() {
        if (!isAnyLost()) {
            return 0;
        }
        List<History> byLoss = flows.stream().filter(it -> it.size > 0)
                .sorted(Comparator.comparingDouble(History::loss).reversed()).toList();
        int lost = byLoss.stream().mapToInt(History::lost).sum();
        int sent = byLoss.stream().mapToInt(it -> it.size).sum();
        double best = 0;
        int lostOfWorst = 0;
        int sentOfWorst = 0;
        for (History flow : byLoss) {
            lostOfWorst += flow.lost();
            sentOfWorst += flow.size;
            best = Math.max(best, 2 * (likelihood(lostOfWorst, sentOfWorst)
                    + likelihood(lost - lostOfWorst, sent - sentOfWorst) - likelihood(lost, sent)));
        }
        return best;
    }

    /** The greatest log-likelihood of so many lost of so many sent. */
    private static double likelihood(int lost, int sent) {
        return part(lost, sent) + part(sent - lost, sent);
    }

    private static double part(int some, int all) {
        return some == 0 ? 0 : some * Math.log((double) some / all);
    }
}
