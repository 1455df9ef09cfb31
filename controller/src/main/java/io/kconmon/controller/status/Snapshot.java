package io.kconmon.controller.status;

import io.kconmon.controller.report.AgentReport;
import io.kconmon.controller.report.ReportText;
import io.kconmon.controller.verdict.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The mesh at one moment. Times are in seconds since 1970-01-01.
 *
 * @param revision
 *            of the roster
 * @param since
 *            when this controller began
 * @param reports
 *            whether agents are asked for reports at all
 * @param interval
 *            that most reports are of, in seconds
 * @param nodes
 *            in the order of their names
 * @param verdicts
 *            the most serious first
 * @param newest
 *            of each source that has reported lately
 */
public record Snapshot(String revision, double at, double since, boolean reports, double interval, List<Node> nodes,
        List<Verdict> verdicts, List<Newest> newest) {

    /**
     * One node.
     *
     * @param state
     *            active, paused or draining
     * @param reported
     *            the end of the last interval that its agent has reported
     */
    public record Node(String name, String zone, String state, OptionalDouble reported) {
    }

    /**
     * A source's last report; only its text is kept.
     *
     * @param before
     *            the one before, if it is of the interval before
     */
    public record Newest(ReportText text, Optional<ReportText> before, double at, double interval, long change) {

        /** Reads a report with the previous one. A peer that was not tested in this interval keeps its last state. */
        public AgentReport report() {
            AgentReport now = text.read();
            return before.map(it -> now.filledBy(it.read())).orElse(now);
        }
    }

    public Snapshot {
        nodes = List.copyOf(nodes);
        verdicts = List.copyOf(verdicts);
        newest = List.copyOf(newest);
    }

    /** Where each node is in the list. */
    public Map<String, Integer> places() {
        var places = new HashMap<String, Integer>();
        nodes.forEach(node -> places.put(node.name(), places.size()));
        return places;
    }

    /** The newest reports, one after the other: all at once may be large. */
    public Stream<AgentReport> all() {
        return newest.stream().map(Newest::report);
    }
}
