package io.kconmon.agent.mesh;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Result;

/**
 * How good one protocol's way to a peer has been lately. Immutable.
 *
 * @param results
 *            how many it is of, up to the number that the means are over
 * @param failed
 *            share of the tests that the network failed, over about three minutes at the default interval
 * @param failedLately
 *            the same over about one minute
 * @param stalled
 *            share of the tests that the peer's agent left unanswered, over about three minutes
 * @param logSeconds
 *            mean of the logarithms of round trips, so that a single long one counts for little; not a number if there
 *            was none
 * @param failing
 *            whether the network fails, with hysteresis
 * @param hanging
 *            whether the peer's agent hangs, with hysteresis
 */
record PeerQuality(int results, double failed, double failedLately, double stalled, double logSeconds, boolean failing,
        boolean hanging) {

    static final PeerQuality NONE = new PeerQuality(0, 0, 0, 0, Double.NaN, false, false);

    /** As with the alerts, a peer begins to fail at 5 % and stops failing at 2 %. */
    private static final double BEGINS = 0.05;
    private static final double ENDS = 0.02;
    /** A fault has ended once the last minute is better by this factor. */
    private static final double BETTER = 4;
    /** Weights of the newest result. */
    private static final int MANY = 36;
    private static final double SLOWLY = 1.0 / MANY;
    private static final double QUICKLY = 1 / 12.0;
    /** Two packets in three minutes; a single one may have been lost by chance. */
    private static final double NOTABLE = 0.01;
    /** Fewer results than this say too little to call a peer worse than others. */
    private static final int ENOUGH = 6;
    private static final double SHORTEST_SECONDS = 1e-6;

    /** Adds one more result. A result that did not reach the network changes nothing. */
    PeerQuality plus(Result result) {
        boolean stall = result.cause().filter(it -> it == Cause.STALLED).isPresent();
        if (result.cause().filter(it -> it == Cause.LOCAL).isPresent()) {
            return this;
        }
        double share = stall ? 0 : result.failedShare();
        double nowFailed = failed + SLOWLY * (share - failed);
        double nowLately = failedLately + QUICKLY * (share - failedLately);
        double nowStalled = stalled + SLOWLY * ((stall ? 1 : 0) - stalled);
        return new PeerQuality(Math.min(results + 1, MANY), nowFailed, nowLately, nowStalled,
                plusSeconds(result.roundTripSeconds()),
                nowFailed > (failing ? ENDS : BEGINS) && nowLately > nowFailed / BETTER,
                nowStalled > (hanging ? ENDS : BEGINS));
    }

    private double plusSeconds(double seconds) {
        if (Double.isNaN(seconds)) {
            return logSeconds;
        }
        double log = Math.log(Math.max(seconds, SHORTEST_SECONDS));
        return Double.isNaN(logSeconds) ? log : logSeconds + Math.max(SLOWLY, 1.0 / (results + 1)) * (log - logSeconds);
    }

    /** Seconds that a test takes, where one that fails counts as one second; 0 while there are too few to tell. */
    double badness() {
        if (results < ENOUGH) {
            return 0;
        }
        double lost = Math.max(failed, stalled);
        return (lost < NOTABLE ? 0 : lost) + (Double.isNaN(logSeconds) ? 0 : Math.exp(logSeconds));
    }

    boolean isInTrouble() {
        return failing || hanging;
    }
}
