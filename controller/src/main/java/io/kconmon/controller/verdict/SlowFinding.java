package io.kconmon.controller.verdict;

import io.kconmon.controller.verdict.Hypothesis.Lie;
import io.kconmon.controller.verdict.Hypothesis.MeshFault;
import io.kconmon.controller.verdict.Hypothesis.NodeFault;
import io.kconmon.controller.verdict.Hypothesis.PairFault;
import io.kconmon.controller.verdict.Hypothesis.ZoneFault;
import io.kconmon.controller.verdict.Verdict.Protocol;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * A hypothesis that explains slow paths.
 *
 * @param excess
 *            by how much most of them are slower, in microseconds
 * @param slow
 *            the paths that are slow, by about as much
 * @param share
 *            of all its paths
 * @param seen
 *            how many nodes report it; for one node without itself
 * @param looked
 *            and how many could
 * @param since
 *            when the first slow reports ended, in seconds; some may have been so by chance
 */
record SlowFinding(Hypothesis hypothesis, float excess, List<SlowPath> slow, double share, int seen, int looked,
        double since) {

    /** The share of the paths to a node, or between two zones, that has to be slow. */
    private static final double MOST = 0.8;
    private static final double NEARLY_ALL = 0.9;
    private static final double HALF = 0.5;
    private static final int WITNESSES = 3;
    private static final double EARLY = 0.2;

    /** Empty if it does not explain them. */
    static Optional<SlowFinding> of(Hypothesis hypothesis, SlowPathIndex paths, NodeIndex nodes) {
        List<SlowPath> its = paths.of(hypothesis);
        List<SlowPath> strict = its.stream().filter(SlowPath::slow).toList();
        if (strict.isEmpty()) {
            return Optional.empty();
        }
        float excess = (float) median(strict, SlowPath::excess);
        List<SlowPath> own = its.stream().filter(it -> it.slow() || it.shows(excess)).toList();
        List<SlowPath> slow = own.stream().filter(it -> it.isSlowBy(excess)).toList();
        Set<Integer> reporters = reporters(slow, hypothesis);
        var finding = new SlowFinding(hypothesis, excess, slow, (double) slow.size() / own.size(),
                reporters.size(), reporters(own, hypothesis).size(),
                quantile(strict, SlowPath::from, EARLY));
        return finding.holds(own, paths, nodes) ? Optional.of(finding) : Optional.empty();
    }

    private boolean holds(List<SlowPath> own, SlowPathIndex paths, NodeIndex nodes) {
        int witnesses = Math.clamp(nodes.active() - 1L, 2, WITNESSES);
        boolean hasPast = 2 * slow.stream().filter(SlowPath::compared).count() < slow.size();
        return switch (hypothesis) {
            case NodeFault(int node) -> {
                boolean contradicts = own.stream().anyMatch(it -> it.source() == node)
                        && share(own, node, true) < HALF;
                yield seen >= witnesses && share(own, node, false) >= MOST
                        && ((hasPast && !contradicts) || SlowPath.isVerySlow((float) rtt(), (float) usual()));
            }
            // a zone far away is no slow one, nor is a pair of nodes without a past
            case ZoneFault(int low, int high) -> hasPast && share >= MOST && seen >= WITNESSES
                    && isSlowBothWays(own, nodes) && isOfSeveral(low, nodes) && isOfSeveral(high, nodes);
            case MeshFault() -> hasPast && share >= NEARLY_ALL && seen >= WITNESSES;
            case PairFault(int low, int high) -> hasPast && share == 1 && slow.stream().allMatch(SlowPath::slow)
                    && seen == 2 && (nodes.active() == 2
                            || (isWellOtherwise(low, paths) && isWellOtherwise(high, paths)));
            default -> false;
        };
    }

    /** The slow share of the paths from a node, or to it. */
    private double share(List<SlowPath> own, int node, boolean from) {
        long all = own.stream().filter(it -> it.source() == node == from).count();
        return (double) slow.stream().filter(it -> it.source() == node == from).count() / Math.max(1, all);
    }

    private boolean isSlowBothWays(List<SlowPath> own, NodeIndex nodes) {
        for (Lie lie : List.of(Lie.ALONG, Lie.AGAINST)) {
            long all = own.stream().filter(it -> hypothesis.lie(it.source(), it.destination(), nodes) == lie).count();
            long those = slow.stream().filter(it -> hypothesis.lie(it.source(), it.destination(), nodes) == lie)
                    .count();
            if (those < HALF * all) {
                return false;
            }
        }
        return true;
    }

    /** Whether at least two other paths of a pair's node would show the same delay, but do not have it. */
    private boolean isWellOtherwise(int node, SlowPathIndex paths) {
        return paths.of(node).stream().filter(it -> it.shows(excess) && !it.isSlowBy(excess)).count() >= 2;
    }

    /** Whether several nodes of a zone have slow paths: one slow node does not make a slow zone. */
    private boolean isOfSeveral(int zone, NodeIndex nodes) {
        Set<Integer> its = new HashSet<>();
        slow.forEach(it -> its.addAll(List.of(it.source(), it.destination())));
        return its.stream().filter(it -> nodes.zone(it) == zone).count() >= Math.min(2, nodes.activeIn(zone));
    }

    private static Set<Integer> reporters(List<SlowPath> paths, Hypothesis hypothesis) {
        var reporters = new HashSet<Integer>();
        paths.forEach(it -> reporters.add(it.source()));
        if (hypothesis instanceof NodeFault(int node)) {
            reporters.remove(node);
        }
        return reporters;
    }

    /** In microseconds. */
    double rtt() {
        return median(slow, SlowPath::rtt);
    }

    double usual() {
        return median(slow, SlowPath::usual);
    }

    /** TCP is slow as well if most of its connections took longer by about as much. */
    Protocol protocol() {
        List<SlowPath> known = slow.stream().filter(it -> !Float.isNaN(it.connect())).toList();
        long both = known.stream().filter(it -> it.connect() >= it.usual() + excess / 2).count();
        return !known.isEmpty() && 2 * both >= known.size() ? Protocol.BOTH : Protocol.UDP;
    }

    private static double median(List<SlowPath> paths, ToDoubleFunction<SlowPath> of) {
        return quantile(paths, of, HALF);
    }

    private static double quantile(List<SlowPath> paths, ToDoubleFunction<SlowPath> of, double which) {
        double[] values = paths.stream().mapToDouble(of).sorted().toArray();
        return values[(int) (which * values.length)];
    }
}
