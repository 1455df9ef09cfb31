package io.kconmon.controller.verdict;

/**
 * One source's round trips to one destination at one time, in microseconds.
 *
 * @param rtt
 *            the shortest of the last intervals
 * @param usual
 *            its own, or that of similar paths
 * @param connect
 *            of TCP; not a number if unknown
 * @param from
 *            when the first slow report ended; not a number if it is not slow
 * @param compared
 *            whether it has no past, so that only other paths tell what is usual
 * @param slow
 *            whether it takes much longer than usual
 */
record SlowPath(int source, int destination, float rtt, float usual, float connect, double from, boolean compared,
        boolean slow) {

    private static final float RATIO = 3;
    private static final float EXCESS = 2_000;
    /** The least ratio to the round trip that nine in ten do not exceed. */
    private static final float OF_HIGH = 1.5f;
    /** Without a past the criteria are stricter, since nodes of one zone may be in two buildings. */
    private static final float COMPARED_RATIO = 10;
    private static final float COMPARED_EXCESS = 5_000;

    static boolean isSlow(float rtt, float usual, float high) {
        return rtt >= RATIO * usual && rtt - usual >= EXCESS && rtt >= OF_HIGH * high;
    }

    static boolean isVerySlow(float rtt, float usual) {
        return rtt >= COMPARED_RATIO * usual && rtt - usual >= COMPARED_EXCESS;
    }

    float excess() {
        return rtt - usual;
    }

    /** Whether a delay of this much would make the path slow. */
    boolean shows(float more) {
        return usual + more >= RATIO * usual;
    }

    /** Whether it is slower by about as much as others: three times as slow cannot be seen on a path that is long anyway. */
    boolean isSlowBy(float excess) {
        return slow || excess() >= Math.max(EXCESS, excess / 2);
    }
}
