package io.kconmon.controller.verdict;

import java.util.ArrayDeque;

/** The reports of the last so many intervals. */
final class Window {

    private final double intervals;
    private final ArrayDeque<ReportSummary> reports = new ArrayDeque<>();
    private final WindowTotals tally = new WindowTotals();

    Window(double intervals) {
        this.intervals = intervals;
    }

    void add(ReportSummary report, NodeIndex nodes) {
        reports.addLast(report);
        tally.add(report, nodes, 1);
    }

    /** A late report stays as long as the reports that came with it. */
    void expire(double now, double interval, NodeIndex nodes) {
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

    Iterable<ReportSummary> reports() {
        return reports;
    }

    WindowTotals tally() {
        return tally;
    }
}
