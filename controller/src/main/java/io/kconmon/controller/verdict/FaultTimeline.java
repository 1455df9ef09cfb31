package io.kconmon.controller.verdict;

import io.kconmon.controller.verdict.Hypothesis.FlowFault;
import io.kconmon.controller.verdict.Hypothesis.Lie;
import io.kconmon.controller.verdict.Hypothesis.MeshFault;
import io.kconmon.controller.verdict.Hypothesis.NodeFault;
import io.kconmon.controller.verdict.Hypothesis.PairFault;
import io.kconmon.controller.verdict.Hypothesis.StrangePair;
import io.kconmon.controller.verdict.Hypothesis.StrangeSource;
import io.kconmon.controller.verdict.Hypothesis.ZoneFault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** One hypothesis over time: its losses, its tests, and its beginning. */
final class FaultTimeline {

    /** Events a round without a fault. */
    private static final double QUIET = 1e-4;
    /** A stray loss after a fault's end weighs against so many expected ones. */
    private static final double STRAY = 3.5;
    private static final double SIGMAS = 2;
    private static final double MOST = 0.9;
    /** The least number of lossy reports for a cut. */
    private static final int LEAST_OF_A_CUT = 2;
    private static final int LEAST_OF_A_CUT_PAIR = 4;
    private static final double LEAST_LOSS_OF_A_CUT = 0.5;
    /** If fewer packets than this were lost, the intervals in which the fault began count, too. */
    private static final int ENOUGH_LOST = 4;

    private record Step(double start, double end, int source, double rounds, double packets, double tests)
            implements
                Interval {
    }

    private final Hypothesis hypothesis;
    private final PacketDirection way;
    private final NodeIndex nodes;
    private final double interval;
    private final List<Loss> losses = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final double onset;

    FaultTimeline(Hypothesis hypothesis, PacketDirection way, NodeIndex nodes, ReportWindows log, Iterable<Loss> from,
            double after) {
        this.hypothesis = hypothesis;
        this.way = way;
        this.nodes = nodes;
        interval = log.interval();
        for (Loss loss : from) {
            if (loss.end() > after && events(loss) > 0) {
                losses.add(loss);
            }
        }
        losses.sort(Comparator.comparingDouble(Loss::end));
        boolean udp = hasUdp(log);
        for (ReportSummary report : log.reports()) {
            int covered = report.end() > after ? covered(report) : 0;
            if (covered > 0) {
                double share = (double) covered / report.destinations().length;
                double rounds = udp ? report.rounds() : report.tests();
                steps.add(new Step(report.start(), report.end(), report.source(), rounds * share,
                        report.packets() * share, report.tests() * share));
            }
        }
        steps.sort(Comparator.comparingDouble(Step::end));
        onset = onset();
    }

    /** Without UDP tests anywhere, a TCP test is a round. */
    private static boolean hasUdp(ReportWindows log) {
        for (ReportSummary report : log.reports()) {
            if (report.rounds() > 0) {
                return true;
            }
        }
        return false;
    }

    private int covered(ReportSummary report) {
        int source = report.source();
        return switch (hypothesis) {
            case NodeFault(int node) ->
                source == node ? report.destinations().length : report.tests(node) ? 1 : 0;
            case PairFault(int low, int high) ->
                (source == low && report.tests(high)) || (source == high && report.tests(low)) ? 1 : 0;
            case MeshFault() -> report.destinations().length;
            case StrangeSource(int strange) -> source == strange ? report.destinations().length : 0;
            case FlowFault(int from, int to) -> source == from && report.tests(to) ? 1 : 0;
            case StrangePair(int strange, int other) -> source == strange && report.tests(other) ? 1 : 0;
            case ZoneFault(int low, int high) -> {
                int zone = nodes.zone(source);
                int count = 0;
                if (zone == low || zone == high) {
                    int wanted = zone == low ? high : low;
                    for (int destination : report.destinations()) {
                        count += nodes.zone(destination) == wanted ? 1 : 0;
                    }
                }
                yield count;
            }
        };
    }

    private double events(Loss loss) {
        Lie lie = hypothesis.lie(loss.reporter(), loss.destination(), nodes);
        double events = 0;
        if (lie != Lie.APART) {
            for (LossKind lossKind : LossKind.ALL) {
                events += way.covers(Hypothesis.lossKind(lossKind, lie)) ? loss.events(lossKind) : 0;
            }
        }
        return events;
    }

    /** The end of the report from which on the losses differ most from the expected ones. */
    private double onset() {
        double best = 0;
        double found = losses.isEmpty() ? Double.NaN : losses.getFirst().end();
        double lost = 0;
        double rounds = 0;
        int step = steps.size();
        for (int i = losses.size() - 1; i >= 0; i--) {
            lost += events(losses.get(i));
            double from = losses.get(i).end();
            while (step > 0 && steps.get(step - 1).end() >= from) {
                rounds += steps.get(--step).rounds();
            }
            double rate = lost / Math.max(rounds, 0.5);
            double ratio = lost * Math.log(rate / QUIET) - (rate - QUIET) * rounds;
            if (ratio >= best) {
                best = ratio;
                found = from;
            }
        }
        return found;
    }

    boolean isEmpty() {
        return losses.isEmpty();
    }

    /** The end of the first interval in which the fault showed itself. */
    double firstSeen() {
        return onset;
    }

    double lastSeen() {
        return losses.getLast().end();
    }

    private List<Loss> lossesSince() {
        return losses.stream().filter(it -> it.end() >= onset).toList();
    }

    /** The fault's beginning, as precisely as the reports show it. */
    double since() {
        // the first lossy reports began before the fault, and reports without losses just before ended too early to
        // show it
        double latestStart = Double.NEGATIVE_INFINITY;
        Set<Integer> seen = new HashSet<>();
        double firstStart = Double.NaN;
        for (Loss loss : losses) {
            if (loss.end() >= onset && seen.add(loss.reporter())) {
                latestStart = Math.max(latestStart, loss.start());
                firstStart = Double.isNaN(firstStart) ? loss.start() : firstStart;
            }
        }
        double lowest = onset - interval;
        boolean strong = rate() > 0.5 && seen.size() > 1;
        double from = strong ? Math.clamp(latestStart - interval, lowest, onset) : lowest;
        return (from + onset) / 2;
    }

    /** Events a round since the fault began. */
    private double rate() {
        return events(onset, Double.POSITIVE_INFINITY) / Math.max(1, rounds(onset, Double.POSITIVE_INFINITY));
    }

    private double events(double from, double to) {
        return losses.stream().filter(it -> it.end() >= from && it.end() <= to).mapToDouble(this::events).sum();
    }

    private double rounds(double from, double to) {
        return steps.stream().filter(it -> it.end() >= from && it.end() <= to).mapToDouble(Step::rounds).sum();
    }

    /**
     * Whether the losses are spread over the pairs as chance would spread them, and not gathered in some of them, which
     * have faults of their own then.
     *
     * @param tolerance
     *            how many fewer may be hit than chance allows
     */
    boolean isSpread(double tolerance) {
        List<Loss> lossy = lossesSince();
        Set<Long> hit = new HashSet<>();
        lossy.forEach(it -> hit.add((long) it.reporter() << 32 | it.destination()));
        double all = Math.max(1, roundsAnInterval());
        double each = lossy.size() / all;
        double missed = Math.exp(-each);
        double deviation = Math.sqrt(all * missed * Math.max(0, 1 - (1 + each) * missed));
        return hit.size() >= MOST * all * (1 - missed) - SIGMAS * deviation - tolerance;
    }

    /** The reporters since it began. */
    private double roundsAnInterval() {
        Map<Integer, Double> last = new HashMap<>();
        steps.stream().filter(it -> it.end() >= onset).forEach(it -> last.put(it.source(), it.rounds()));
        return last.values().stream().mapToDouble(it -> it).sum();
    }

    /** How many reports showed it since it began. */
    int lossyReports() {
        return lossesSince().size();
    }

    Set<Integer> reporters() {
        var reporters = new HashSet<Integer>();
        lossesSince().forEach(it -> reporters.add(it.reporter()));
        return reporters;
    }

    /** The most events of a single reporter; for one node its own reports do not count against it. */
    double mostOfOne() {
        Map<Integer, Double> of = new HashMap<>();
        lossesSince().forEach(it -> of.merge(it.reporter(), events(it), Double::sum));
        return of.values().stream().mapToDouble(it -> it).max().orElse(0);
    }

    double events() {
        return events(onset, Double.POSITIVE_INFINITY);
    }

    /**
     * The evidence that the fault is over: the number of losses expected since some time if it went on, less the actual
     * losses, so that a stray loss does not cancel all of it.
     *
     * @param rate
     *            events a round while the fault lasted
     * @param before
     *            the latest value of that time
     */
    double over(double rate, double before) {
        double most = 0;
        double strays = 0;
        double rounds = 0;
        int step = steps.size();
        for (int i = losses.size() - 1; i >= 0 && losses.get(i).end() >= onset; i--) {
            double end = losses.get(i).end();
            while (step > 0 && steps.get(step - 1).end() > end) {
                rounds += steps.get(--step).rounds();
            }
            if (end <= before) {
                most = Math.max(most, rate * rounds - strays);
            }
            strays += STRAY * events(losses.get(i));
            if (strays > rate * (rounds + steps.size())) {
                break;
            }
        }
        return most;
    }

    /** Events a round from the fault's beginning to the last loss. */
    double rateWhileItLasted() {
        return events(onset, lastSeen()) / Math.max(0.5, rounds(onset, lastSeen()));
    }

    /** Of UDP packets on the way that is lossy. */
    double udpLoss() {
        // the intervals in which the fault began lost less
        double[] whole = udp(it -> it.start() >= onset - 1e-3);
        double[] all = whole[0] >= ENOUGH_LOST ? whole : udp(it -> it.end() >= onset);
        return all[1] == 0 ? 0 : Math.min(1, all[0] / all[1]);
    }

    /** How many packets were lost, and how many were sent. */
    private double[] udp(Predicate<Interval> isCounted) {
        double sent = steps.stream().filter(isCounted).mapToDouble(Step::packets).sum();
        double lost = 0;
        double ways = 1;
        for (Loss loss : losses) {
            if (isCounted.test(loss)) {
                Lie lie = hypothesis.lie(loss.reporter(), loss.destination(), nodes);
                boolean along = way.covers(Hypothesis.lossKind(LossKind.FORWARD, lie));
                boolean against = way.covers(Hypothesis.lossKind(LossKind.BACKWARD, lie));
                int both = along && against ? 2 : 1;
                lost += (along ? loss.forward() : 0) + (against ? loss.backward() : 0) + both * loss.unknown();
                ways = Math.max(ways, both);
            }
        }
        return new double[]{lost / ways, sent};
    }

    /**
     * Whether hardly any packet has come back since the fault began, or most are lost and the node has reported nothing
     * since then. The direction of the losses is then unknown.
     */
    boolean isCut(ReportWindows log) {
        if (udpLoss() <= LEAST_LOSS_OF_A_CUT) {
            return false;
        }
        if (hypothesis instanceof NodeFault(int node) && log.lastReport(node) < onset) {
            return true;
        }
        List<Loss> since = losses.stream().filter(it -> it.start() >= onset - 1e-3).toList();
        long cut = since.stream().filter(Loss::unanswered).count();
        int least = hypothesis instanceof PairFault || hypothesis instanceof FlowFault
                ? LEAST_OF_A_CUT_PAIR
                : LEAST_OF_A_CUT;
        return cut >= least && cut >= MOST * since.size();
    }

    /** Of TCP tests. */
    double tcpLoss() {
        double failed = lossesSince().stream().mapToDouble(Loss::tcp).sum();
        double made = steps.stream().filter(it -> it.end() >= onset).mapToDouble(Step::tests).sum();
        return made == 0 ? 0 : Math.min(1, failed / made);
    }

    double tcpEvents() {
        return lossesSince().stream().mapToDouble(it -> it.events(LossKind.TCP)).sum();
    }

    /** Which nodes other than the fault's own have seen it, and how many have looked. */
    int[] witnesses(int node) {
        Set<Integer> looked = new HashSet<>();
        steps.stream().filter(it -> it.end() >= onset && it.source() != node).forEach(it -> looked.add(it.source()));
        Set<Integer> seen = reporters();
        seen.remove(node);
        return new int[]{seen.size(), Math.max(looked.size(), seen.size())};
    }

    Map<String, Integer> causes() {
        var causes = new TreeMap<String, Integer>();
        lossesSince().forEach(it -> it.causes().forEach((cause, count) -> causes.merge(cause, count, Integer::sum)));
        return causes;
    }

    /** Of the flows that differ, as last reported; empty while they do not. */
    List<Integer> flows() {
        for (int i = losses.size() - 1; i >= 0; i--) {
            if (!losses.get(i).flows().isEmpty()) {
                return losses.get(i).flows();
            }
        }
        return List.of();
    }

    /** Whether each round lost as many packets as any other, and not all. */
    boolean losesTheSame() {
        List<Loss> lossy = lossesSince();
        int first = lossy.getFirst().forward() + lossy.getFirst().backward();
        return first > 0 && lossy.stream()
                .allMatch(it -> it.unknown() == 0 && it.tcp() == 0 && it.forward() + it.backward() == first);
    }

    List<Loss> losses() {
        return losses;
    }

    /** What those saw whose whole interval came after a time: how many reports, and in how many of them it was lost. */
    int[] wholeIntervals(double after) {
        int all = 0;
        int lossy = 0;
        for (Step step : steps) {
            if (step.start() >= after - 1e-3) {
                all++;
                lossy += losses.stream().anyMatch(it -> it.reporter() == step.source() && it.end() == step.end())
                        ? 1
                        : 0;
            }
        }
        return new int[]{all, lossy};
    }
}
