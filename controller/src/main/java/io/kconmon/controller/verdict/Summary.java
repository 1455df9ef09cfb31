package io.kconmon.controller.verdict;

import java.util.Arrays;
import java.util.List;

/**
 * One agent's report as the engine keeps it: what was tested as three sums, what was lost one by one.
 *
 * @param destinations
 *            sorted; one array is shared by all reports of the same tests
 * @param packets
 *            UDP packets sent to all of them
 * @param rounds
 *            UDP rounds
 * @param tests
 *            TCP tests
 */
record Summary(int source, double start, double end, int[] destinations, double packets, double rounds, double tests,
        List<Loss> losses) {

    boolean tests(int destination) {
        return Arrays.binarySearch(destinations, destination) >= 0;
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
