package io.kconmon.controller.verdict;

import java.util.ArrayDeque;

/** The reports of the last so many intervals. */
final class Window {

    private final double intervals;
    private final ArrayDeque<Summary> reports = new ArrayDeque<>();
    private final Tally tally = new Tally();

    Window(double intervals) {
        this.intervals = intervals;
    }

    void add(Summary report, Nodes nodes) {
        reports.addLast(report);
        tally.add(report, nodes, 1);
    }

    /** A late report stays as long as those that came with it. */
    void expire(double now, double interval, Nodes nodes) {
        while (!reports.isEmpty() && !contains(reports.getFirst().end(), now, interval)) {
            tally.add(reports.removeFirst(), nodes, -1);
        }
    }

    double intervals() {
        return intervals;
    }

    boolean contains(double end, double now, double interval) {
        return end > now - intervals * interval;
    }

    Iterable<Summary> reports() {
        return reports;
    }

    Tally tally() {
        return tally;
    }
}
