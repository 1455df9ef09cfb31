package io.kconmon.controller.status;

import io.kconmon.controller.report.AgentReport;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The state of the mesh in a word; the page uses the same words (panels.js). */
public enum MeshHealth {
    /** Nothing is at fault that reports show. */
    WELL,
    /** A verdict holds. */
    VERDICT,
    /** Too little has been reported to know. */
    UNKNOWN;

    /** The header that carries it. */
    public static final String HEADER = "Kconmon-Health";

    /** Intervals that a controller must have seen before it says that all is well. */
    private static final int INTERVALS = 3;
    /** One node tests nobody. */
    private static final int LEAST_NODES = 2;

    static MeshHealth of(Snapshot snapshot) {
        if (!snapshot.verdicts().isEmpty()) {
            return VERDICT;
        }
        boolean isKnown = snapshot.reports() && hasReports(snapshot)
                && snapshot.at() - snapshot.since() >= INTERVALS * snapshot.interval() && isTested(snapshot);
        return isKnown ? WELL : UNKNOWN;
    }

    private static boolean hasReports(Snapshot snapshot) {
        Set<String> active = active(snapshot);
        long reporting = snapshot.newest().stream().filter(it -> active.contains(it.text().source())).count();
        return reporting >= LEAST_NODES && 2 * reporting >= active.size();
    }

    private static Set<String> active(Snapshot snapshot) {
        return snapshot.nodes().stream().filter(it -> it.state().equals("active")).map(Snapshot.Node::name)
                .collect(Collectors.toSet());
    }

    /** Whether there are enough nodes that test each other. */
    static boolean canTest(Snapshot snapshot) {
        return active(snapshot).size() >= LEAST_NODES;
    }

    /** Whether any agent has reported a test of another one. */
    static boolean isTested(Snapshot snapshot) {
        Map<String, Integer> places = snapshot.places();
        return snapshot.all().map(AgentReport::report).flatMap(it -> it.peers().stream())
                .anyMatch(it -> places.containsKey(it.destination())
                        && (it.udp().isPresent() || it.tcp().isPresent()));
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
