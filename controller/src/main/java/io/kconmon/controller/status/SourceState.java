package io.kconmon.controller.status;

import io.kconmon.controller.report.AgentReport;
import io.kconmon.controller.report.PeerDetail;
import io.kconmon.controller.status.Snapshot.Newest;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The latest report of one source.
 *
 * @param stopping
 *            whether its agent reports that it stops
 * @param draining
 *            the nodes that have announced their stop to it
 * @param tested
 *            the indexes of the nodes that it tests, in its text's nodes
 */
record SourceState(Newest newest, boolean stopping, Set<String> draining, BitSet tested) {

    /** A node counts as stopping if so many sources, and half of those that test it, report that. */
    private static final int LEAST_MARKS = 2;

    static SourceState of(Newest newest, AgentReport report) {
        return new SourceState(newest, report.stopping(), draining(report), tested(report, newest.text().nodes()));
    }

    private static Set<String> draining(AgentReport report) {
        var draining = new HashSet<String>();
        for (int i = 0; i < report.details().size(); i++) {
            if (report.details().get(i).state() == PeerDetail.State.DRAINING) {
                draining.add(report.report().peers().get(i).destination());
            }
        }
        return Set.copyOf(draining);
    }

    private static BitSet tested(AgentReport report, List<String> nodes) {
        var tested = new BitSet(nodes.size());
        int next = 0; // most come in their order
        for (int i = 0; i < report.details().size(); i++) {
            String node = report.report().peers().get(i).destination();
            int place = next < nodes.size() && nodes.get(next).equals(node)
                    ? next
                    : Collections.binarySearch(nodes, node);
            if (place >= 0) {
                next = place + 1;
                tested.set(place, report.details().get(i).state() != PeerDetail.State.PAUSED);
            }
        }
        return tested;
    }

    /**
     * Nodes that report their own stop, and nodes whose stop enough others report: one report of another node is not
     * enough.
     */
    static Set<String> draining(List<SourceState> fresh) {
        var draining = new HashSet<String>();
        var marks = new HashMap<String, Integer>();
        for (SourceState known : fresh) {
            if (known.stopping) {
                draining.add(known.newest.text().source());
            }
            known.draining.forEach(node -> marks.merge(node, 1, Integer::sum));
        }
        marks.forEach((node, count) -> {
            if (count >= LEAST_MARKS && 2L * count >= fresh.stream().filter(it -> it.tests(node)).count()) {
                draining.add(node);
            }
        });
        return draining;
    }

    private boolean tests(String node) {
        int place = Collections.binarySearch(newest.text().nodes(), node);
        return place >= 0 && tested.get(place);
    }
}
