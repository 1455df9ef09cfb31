package io.kconmon.controller.verdict;

import java.util.Arrays;
import java.util.List;

/** One agent's report as the engine keeps it: the tests as three sums, the losses one by one. */
final class ReportSummary {

    private final int source;
    private final double start;
    private final double end;
    private final int[] destinations;
    private final double packets;
    private final double rounds;
    private final double tests;
    private final List<Loss> losses;

    /**
     * @param destinations
     *            sorted; one array is shared by all reports of the same tests
     * @param packets
     *            UDP packets sent to all of them
     * @param rounds
     *            UDP rounds
     * @param tests
     *            TCP tests
     */
    ReportSummary(int source, double start, double end, int[] destinations, double packets, double rounds, double tests,
            List<Loss> losses) {
        this.source = source;
        this.start = start;
        this.end = end;
        this.destinations = destinations;
        this.packets = packets;
        this.rounds = rounds;
        this.tests = tests;
        this.losses = losses;
    }

    int source() {
        return source;
    }

    double start() {
        return start;
    }

    double end() {
        return end;
    }

    int[] destinations() {
        return destinations;
    }

    double packets() {
        return packets;
    }

    double rounds() {
        return rounds;
    }

    double tests() {
        return tests;
    }

    List<Loss> losses() {
        return losses;
    }

    boolean tests(int destination) {
        return Arrays.binarySearch(destinations, destination) >= 0;
    }
}
