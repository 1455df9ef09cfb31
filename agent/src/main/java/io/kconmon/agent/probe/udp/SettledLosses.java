package io.kconmon.agent.probe.udp;

/**
 * Counts each lost packet once, when its direction is settled, which is a round later at the earliest
 * ({@link LossDirections}). A round that lost all is counted at once: its direction will not be known soon, and a dead
 * node must show at once.
 */
final class SettledLosses {

    /** Rounds after which nothing will be known any more: a flow gives up sooner. */
    private static final int PATIENCE_ROUNDS = 14;

    private int pending;
    private int pendingRounds;
    /** Told already as lost nobody knows where. */
    private int told;

    /**
     * Takes note of a round.
     *
     * @param lost
     *            packets without a reply
     * @param all
     *            whether no packet of the round was answered
     * @param settled
     *            the losses whose direction became known in it, including packets of earlier rounds
     * @return the losses to count now
     */
    LossDirections add(int lost, boolean all, LossDirections settled) {
        LossDirections now = LossDirections.NONE;
        if (lost > 0 && all) {
            told += lost;
            now = new LossDirections(0, 0, lost);
        } else {
            pending += lost;
        }
        long known = settled.there() + settled.back() + settled.unknown();
        long before = Math.min(told, known);
        told -= (int) before;
        long count = Math.min(pending, known - before);
        pending -= (int) count;
        now = now.plus(part(settled, count));
        pendingRounds = pending == 0 ? 0 : pendingRounds + 1;
        if (pendingRounds > PATIENCE_ROUNDS) {
            now = now.plus(new LossDirections(0, 0, pending));
            pending = 0;
            pendingRounds = 0;
        }
        return now;
    }

    /** Takes so many of them: first the losses of a known direction, in the ratio of the directions. */
    private static LossDirections part(LossDirections all, long count) {
        long directed = all.there() + all.back();
        long kept = Math.min(directed, count);
        long there = directed == 0 ? 0 : Math.round((double) kept * all.there() / directed);
        return new LossDirections(there, kept - there, Math.min(all.unknown(), count - kept));
    }
}
