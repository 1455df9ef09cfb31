package io.kconmon.controller.verdict;

import io.kconmon.controller.verdict.Hypothesis.Lie;
import io.kconmon.controller.verdict.Hypothesis.MeshFault;
import io.kconmon.controller.verdict.Hypothesis.NodeFault;
import io.kconmon.controller.verdict.Hypothesis.PairFault;
import io.kconmon.controller.verdict.Hypothesis.ZoneFault;
import io.kconmon.controller.verdict.VerdictEvent.Change;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/** Finds what is slow: a node, two zones, a pair or everything whose round trips take much longer than usual. */
final class SlowFaults {

    /** In intervals. */
    private static final double LOOK = 0.5;
    /** By then every path of a fault has been slow for three intervals; in intervals after the first report that shows it. */
    private static final double ALL_TESTIFIED = 3.5;
    /** A pair waits longer: it may be the first of a node's paths to become slow. */
    private static final double ALL_TESTIFIED_OF_PAIR = 4.5;
    private static final double LATEST = 7;
    /** If a node has more slow pairs than this, the fault is not that of one of the pairs. */
    private static final int MOST_PAIRS = 1;
    private static final int MOST_FAULTS = 8;
    /** A share of the excess: a path with less than this is well again. */
    private static final double STILL = 1.0 / 3;
    /** Without a report of any of its paths for so long, nothing is known of a fault any more; in intervals. */
    private static final double UNKNOWN = 8;
    private static final double CONFIDENCE = 0.999;

    private record Active(Hypothesis hypothesis, float excess, double lastKnown, Verdict verdict) {
    }

    private final NodeIndex nodes;
    private final RoundTrips roundTrips;
    private final List<Active> active = new ArrayList<>();
    private double nextLook = Double.NEGATIVE_INFINITY;

    SlowFaults(NodeIndex nodes, RoundTrips roundTrips) {
        this.nodes = nodes;
        this.roundTrips = roundTrips;
    }

    List<Verdict> current() {
        return active.stream().map(Active::verdict).toList();
    }

    /**
     * @param excused
     *            nodes whose agents do not answer: that says nothing of the network
     */
    List<VerdictEvent> advance(double now, double interval, IntPredicate excused) {
        if (now < nextLook) {
            return List.of();
        }
        nextLook = now + LOOK * interval;
        roundTrips.expire();
        if (active.isEmpty() && !roundTrips.isAnySlow()) {
            return List.of();
        }
        var paths = new SlowPaths(nodes, roundTrips, now, interval);
        if (!paths.anySlow() && active.isEmpty()) {
            return List.of();
        }
        var events = new ArrayList<VerdictEvent>();
        if (!active.isEmpty()) {
            var index = new SlowPathIndex(paths.all(), nodes);
            List.copyOf(active).forEach(it -> update(it, paths, index, now, interval, events));
        }
        begin(paths, now, interval, excused, events);
        return events;
    }

    private void update(Active one, SlowPaths paths, SlowPathIndex index, double now, double interval,
            List<VerdictEvent> events) {
        int all = 0;
        int still = 0;
        for (RoundTrips.Row row : roundTrips.rows()) {
            for (int i = 0; paths.isFresh(row) && i < row.paths.length; i++) {
                RoundTrips.Path path = row.paths[i];
                if (isReportedBy(one.hypothesis(), row.source, row.destinations[i]) && !Float.isNaN(path.most())) {
                    all++;
                    still += path.most() - path.usual >= STILL * one.excess() ? 1 : 0;
                }
            }
        }
        double lastKnown = all > 0 ? now : one.lastKnown();
        if (isGone(one.hypothesis()) || 2 * still < all || now - lastKnown > UNKNOWN * interval) {
            active.remove(one);
            events.add(new VerdictEvent(now, Change.ENDS, one.verdict()));
            return;
        }
        Verdict verdict = SlowFinding.of(one.hypothesis(), index, nodes)
                .map(it -> verdict(it, one.verdict().protocol(), one.verdict().since())).orElse(one.verdict());
        active.set(active.indexOf(one), new Active(one.hypothesis(), one.excess(), lastKnown, verdict));
    }

    private boolean isReportedBy(Hypothesis hypothesis, int source, int destination) {
        return hypothesis.lie(source, destination, nodes) != Lie.APART
                && !(hypothesis instanceof NodeFault(int node) && source == node);
    }

    private boolean isGone(Hypothesis hypothesis) {
        return switch (hypothesis) {
            case NodeFault(int node) -> !nodes.isActive(node);
            case PairFault(int low, int high) -> !nodes.isActive(low) || !nodes.isActive(high);
            default -> false;
        };
    }

    private void begin(SlowPaths paths, double now, double interval, IntPredicate excused,
            List<VerdictEvent> events) {
        var rest = new ArrayList<SlowPath>(paths.all());
        active.forEach(it -> explain(it.hypothesis(), rest));
        for (int i = 0; i < MOST_FAULTS; i++) {
            List<Hypothesis> hypotheses = hypotheses(rest, excused);
            if (hypotheses.isEmpty()) {
                return;
            }
            var index = new SlowPathIndex(rest, nodes);
            Optional<SlowFinding> best = hypotheses.stream()
                    .flatMap(it -> SlowFinding.of(it, index, nodes).stream())
                    .min(Comparator.comparingInt((SlowFinding it) -> -it.slow().size())
                            .thenComparing(it -> it.hypothesis().key(nodes)));
            if (best.isEmpty()) {
                return;
            }
            SlowFinding finding = best.get();
            explain(finding.hypothesis(), rest);
            boolean isPair = finding.hypothesis() instanceof PairFault;
            double age = (now - finding.since()) / interval;
            if (age >= (isPair ? ALL_TESTIFIED_OF_PAIR : ALL_TESTIFIED)
                    && (age >= LATEST || !paths.areMoreToCome())) {
                Verdict verdict = verdict(finding, finding.protocol(), finding.since() - interval / 2);
                finding.slow().stream().filter(SlowPath::compared).forEach(
                        it -> roundTrips.usual(it.source(), it.destination(), it.usual()));
                active.add(new Active(finding.hypothesis(), finding.excess(), now, verdict));
                events.add(new VerdictEvent(now, Change.BEGINS, verdict));
            }
        }
    }

    private void explain(Hypothesis hypothesis, List<SlowPath> paths) {
        paths.removeIf(it -> hypothesis.lie(it.source(), it.destination(), nodes) != Lie.APART);
    }

    /** What the slow paths have in common. */
    private List<Hypothesis> hypotheses(List<SlowPath> paths, IntPredicate excused) {
        Map<Integer, int[]> to = new HashMap<>();
        Set<Hypothesis> zones = new HashSet<>();
        Map<Integer, Set<Hypothesis>> pairs = new HashMap<>();
        for (SlowPath path : paths) {
            int[] count = to.computeIfAbsent(path.destination(), it -> new int[2]);
            count[0]++;
            if (!path.slow()) {
                continue;
            }
            count[1]++;
            int zone = nodes.zone(path.source());
            int other = nodes.zone(path.destination());
            if (nodes.areZones(zone, other)) {
                zones.add(new ZoneFault(Math.min(zone, other), Math.max(zone, other)));
            }
            var pair = new PairFault(Math.min(path.source(), path.destination()),
                    Math.max(path.source(), path.destination()));
            pairs.computeIfAbsent(pair.low(), it -> new HashSet<>()).add(pair);
            pairs.computeIfAbsent(pair.high(), it -> new HashSet<>()).add(pair);
        }
        if (zones.isEmpty() && pairs.isEmpty()) {
            return List.of();
        }
        var all = new ArrayList<Hypothesis>(zones);
        all.add(new MeshFault());
        to.forEach((node, count) -> {
            if (2 * count[1] >= count[0] && count[1] > 1 && !excused.test(node)) {
                all.add(new NodeFault(node));
            }
        });
        pairs.forEach((low, its) -> its.stream().filter(it -> it instanceof PairFault(int first, int high)
                && first == low && its.size() <= MOST_PAIRS
                && pairs.getOrDefault(high, Set.of()).size() <= MOST_PAIRS
                && !excused.test(low) && !excused.test(high)).forEach(all::add));
        return all;
    }

    private Verdict verdict(SlowFinding finding, Verdict.Protocol protocol, double since) {
        return VerdictCriteria.slow(finding, protocol, since, CONFIDENCE, nodes);
    }
}
