package io.kconmon.controller.verdict;

import io.kconmon.controller.report.MeshInterval;
import io.kconmon.controller.report.PeerReport;
import io.kconmon.controller.report.Report;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The reports of the last 24 intervals, their losses, and the windows that are judged. */
final class ReportWindows implements HypothesisTotals.Mesh {

    /**
     * In intervals; the shortest two hold one and two reports of each agent, since agents report at different times.
     */
    private static final double[] WINDOWS = {1.2, 2.4, 6, 12, 24};
    /** After such a silence an agent's first report reflects the agent, not the network; in intervals. */
    private static final double SILENCE = 2.5;
    private static final double LATE = 1.4;
    /** Times that differ by less are the same, since sums of decimal fractions are not exact; in seconds. */
    private static final double SAME = 1e-3;
    /** A node that left so long ago is in no window, and in no verdict that is over; in intervals. */
    private static final double FORGOTTEN = 60;
    /** So many losses are enough for any verdict; older ones are dropped. */
    private static final int MOST_LOSSES = 150_000;

    private final NodeIndex nodes;
    private final List<Window> windows = new ArrayList<>();
    private final ArrayDeque<Loss> losses = new ArrayDeque<>();
    private final Map<Integer, ReportSummary> latest = new HashMap<>();
    private final Map<Integer, Double> intervals = new HashMap<>();
    private double interval = 5;
    private double first = Double.NaN;
    private double fullSince = Double.NaN;
    private double now = Double.NEGATIVE_INFINITY;

    ReportWindows(NodeIndex nodes) {
        this.nodes = nodes;
        for (double intervals : WINDOWS) {
            windows.add(new Window(intervals));
        }
    }

    void clear() {
        windows.replaceAll(it -> new Window(it.intervals()));
        losses.clear();
        latest.clear();
        intervals.clear();
    }

    void add(Report report, double now) {
        Double last = intervals.put(nodes.id(report.source()), report.interval());
        if (last == null || last != report.interval()) {
            interval = median();
        }
        first = Double.isNaN(first) ? report.at() : Math.min(first, report.at());
        ReportSummary summary = summary(report);
        for (Window window : windows) {
            if (window.contains(summary.end(), now, interval)) {
                window.add(summary, nodes);
            }
        }
        ReportSummary before = latest.get(summary.source());
        if (before == null || before.end() <= summary.end()) {
            latest.put(summary.source(), summary);
        }
        boolean wasSilent = before != null && summary.start() - before.end() > SILENCE * interval;
        if (!wasSilent && longest().contains(summary.end(), now, interval)) {
            losses.addAll(summary.losses());
        }
        while (losses.size() > MOST_LOSSES) {
            double dropped = losses.removeFirst().end();
            fullSince = Double.isNaN(fullSince) ? dropped : fullSince;
        }
    }

    private double median() {
        return MeshInterval.median(intervals.values().stream().mapToDouble(it -> it), interval);
    }

    private ReportSummary summary(Report report) {
        int source = nodes.id(report.source());
        double start = report.at() - report.interval();
        int[] destinations = new int[report.peers().size()];
        double packets = 0;
        double rounds = 0;
        double tests = 0;
        List<Loss> lost = new ArrayList<>(0);
        int count = 0;
        for (PeerReport peer : report.peers()) {
            int destination = nodes.id(peer.destination());
            destinations[count++] = destination;
            int sent = peer.udp().isPresent() ? peer.udp().get().sent() : 0;
            packets += sent;
            rounds += sent > 0 ? 1 : 0;
            tests += peer.tcp().isPresent() ? peer.tcp().get().pass() + peer.tcp().get().fail() : 0;
            Loss loss = Loss.of(source, destination, start, report.at(), peer);
            if (!loss.isNothing()) {
                lost.add(loss);
            }
        }
        Arrays.sort(destinations);
        ReportSummary before = latest.get(source);
        int[] shared = before != null && Arrays.equals(before.destinations(), destinations)
                ? before.destinations()
                : destinations;
        return new ReportSummary(source, start, report.at(), shared, packets, rounds, tests, lost);
    }

    void expire(double at) {
        now = at;
        windows.forEach(it -> it.expire(now, interval, nodes));
        if (losses.size() < MOST_LOSSES / 2) {
            fullSince = Double.NaN;
        }
        while (!losses.isEmpty() && !longest().contains(losses.getFirst().end(), now, interval)) {
            losses.removeFirst();
        }
        if (latest.values()
                .removeIf(it -> !nodes.isListed(it.source()) && !longest().contains(it.end(), now, interval))) {
            intervals.keySet().retainAll(latest.keySet());
            interval = median();
        }
        nodes.forget(now - FORGOTTEN * interval);
    }

    private Window longest() {
        return windows.getLast();
    }

    List<Window> windows() {
        return windows;
    }

    /** Of the longest window. */
    Iterable<ReportSummary> reports() {
        return longest().reports();
    }

    Iterable<Loss> losses() {
        return losses;
    }

    int lossCount() {
        return losses.size();
    }

    boolean nothingLost() {
        return losses.isEmpty();
    }

    /** The median of the sources' intervals, in seconds. */
    double interval() {
        return interval;
    }

    /** From when on more was lost than there is room for; not a number while there is. */
    double fullSince() {
        return fullSince;
    }

    /** When the first report ended; not a number before. */
    double first() {
        return first;
    }

    /** When the last report of a node ended; minus infinity if there was none. */
    double lastReport(int node) {
        ReportSummary summary = latest.get(node);
        return summary == null ? Double.NEGATIVE_INFINITY : summary.end();
    }

    /** Whether each active agent that is not silent has reported an interval that began at a time or later. */
    boolean allReportedSince(double time) {
        return latest.values().stream().allMatch(
                it -> it.start() >= time - SAME || !nodes.isActive(it.source()) || isSilent(it.source()));
    }

    @Override
    public boolean tests(int source, int destination) {
        ReportSummary summary = latest.get(source);
        return summary != null && summary.tests(destination);
    }

    @Override
    public boolean isSilent(int node) {
        return now - lastReport(node) > LATE * interval;
    }

    @Override
    public int destinations(int source) {
        ReportSummary summary = latest.get(source);
        return summary == null ? 0 : summary.destinations().length;
    }
}
