package io.kconmon.controller.verdict;

import io.kconmon.controller.report.Report;
import io.kconmon.controller.verdict.Explanations.Candidate;
import io.kconmon.controller.verdict.Hypothesis.FlowFault;
import io.kconmon.controller.verdict.Hypothesis.NodeFault;
import io.kconmon.controller.verdict.Hypothesis.PairFault;
import io.kconmon.controller.verdict.VerdictEvent.Change;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides from all agents' reports whose fault it is. Has no clock of its own: the only time is {@link #advance}'s
 * argument. One thread at a time calls it.
 */
public final class VerdictEngine {

    /** In intervals. */
    private static final double LOOK = 0.1;
    private static final double LOOK_WITHOUT_REPORTS = 0.5;
    /** Losses make looks rarer, by an interval for each so many, and by {@link #LOOK_LATER} at most. */
    private static final int LOSSES_AN_INTERVAL = 20_000;
    private static final double LOOK_LATER = 0.2;
    /** With so many losses a look takes long, and one an interval has to do. */
    private static final int MANY = 150_000;
    /** So long after the last loss a fault can be over, if enough was tested meanwhile; in intervals. */
    private static final double SOONEST_END = 5;
    /** And so long at the most; in intervals. */
    private static final double LATEST_END = 11.4;
    /** How many losses are missing by then, at the soonest and at the latest. */
    private static final double MISSING_SOON = 10;
    private static final double MISSING_LATE = 4.5;
    /** With so many losses missing, the verdict of the fault stays as it was. */
    private static final double QUIET = 2;
    /** A rival that is less likely than this does not count. */
    private static final double POSSIBLE = 0.01;
    private static final double[] BASELINE = {Evidence.BASELINE, Evidence.BASELINE, Evidence.BASELINE,
            Evidence.BASELINE};

    /** A fault that has ended explains the losses until then. */
    private record Past(Hypothesis hypothesis, double until) {
    }

    private record Suspect(Candidate candidate, List<Candidate> others, Window window) {

        /** Faults of one kind that the same window shows can begin in one look. */
        boolean isOfSameKindAndWindow(Suspect other) {
            return window.intervals() == other.window.intervals()
                    && candidate.finding().hypothesis().getClass() == other.candidate.finding()
                            .hypothesis().getClass();
        }
    }

    private final NodeIndex nodes = new NodeIndex();
    private final ReportWindows log = new ReportWindows(nodes);
    private final RoundTrips roundTrips = new RoundTrips(nodes);
    private final SlowFaults slowFaults = new SlowFaults(nodes, roundTrips);
    private final List<ActiveVerdict> activeVerdicts = new ArrayList<>();
    private final List<Past> past = new ArrayList<>();
    private double now = Double.NEGATIVE_INFINITY;
    private double nextLook = Double.NEGATIVE_INFINITY;
    private boolean unjudged;

    /**
     * Who is there from now on.
     *
     * @param at
     *            in seconds since 1970-01-01
     */
    public void roster(double at, List<RosterNode> roster) {
        now = Math.max(now, at);
        if (nodes.roster(at, roster)) {
            log.clear();
            roundTrips.clear();
        }
    }

    /** Takes an agent's report, which may come late or not at all. */
    public void report(Report report) {
        now = Math.max(now, report.at());
        Report ofOthers = report.withoutSelf();
        log.add(ofOthers, now);
        roundTrips.add(ofOthers, log.interval());
        unjudged = true;
    }

    /**
     * Judges the reports so far.
     *
     * @param at
     *            seconds since 1970-01-01; never less than before
     * @return the verdicts that have begun or ended since the last call
     */
    public List<VerdictEvent> advance(double at) {
        now = Math.max(now, at);
        if (now < nextLook) {
            return List.of();
        }
        unjudged = false;
        double losses = log.lossCount();
        nextLook = now + (LOOK + Math.min(LOOK_LATER, losses / LOSSES_AN_INTERVAL) + losses / MANY) * log.interval();
        log.expire(now);
        past.removeIf(it -> it.until() < now - 30 * log.interval());
        var events = new ArrayList<VerdictEvent>();
        if (!log.nothingLost() || !activeVerdicts.isEmpty()) {
            look(events);
        }
        events.addAll(slowFaults.advance(now, log.interval(), this::isAgentAway));
        return events;
    }

    /** When to judge again if no report comes meanwhile, in seconds since 1970-01-01. */
    double lookWithoutReports() {
        return unjudged ? nextLook : now + LOOK_WITHOUT_REPORTS * log.interval();
    }

    /** Nothing is judged before, in seconds since 1970-01-01. */
    double nextLook() {
        return nextLook;
    }

    /** Whether it does not answer, by a verdict or by what others have reported just now. */
    private boolean isAgentAway(int node) {
        if (activeVerdicts.stream().anyMatch(it -> it.isAgent() && it.isAbout(node))) {
            return true;
        }
        for (Loss loss : log.losses()) {
            if (loss.destination() == node && loss.absent() > 0 && loss.end() > now - SOONEST_END * log.interval()) {
                return true;
            }
        }
        return false;
    }

    /** The verdicts that hold, the most serious first: losses before slowness. */
    public List<Verdict> current() {
        return Stream.concat(lossy(), slowFaults.current().stream()).toList();
    }

    private Stream<Verdict> lossy() {
        return activeVerdicts.stream()
                .sorted(Comparator.comparingInt((ActiveVerdict it) -> -ActiveVerdict.breadth(it.hypothesis()))
                        .thenComparingDouble(it -> -it.verdict().loss())
                        .thenComparing(it -> it.hypothesis().key(nodes)))
                .map(ActiveVerdict::verdict);
    }

    private void look(List<VerdictEvent> events) {
        List<Loss> told = told();
        var agents = new AgentFaultDetector(log, told);
        List<Loss> losses = ofTheNetwork(told, agents);
        var criteria = new VerdictCriteria(nodes, log, now);
        end(losses, agents, criteria, events);
        List<AgentFaultDetector.Stalled> stalled = agents.stalled(now).stream()
                .sorted(Comparator.comparing(it -> nodes.name(it.node()))).toList();
        for (AgentFaultDetector.Stalled agent : stalled) {
            if (activeVerdicts.stream().noneMatch(it -> it.isAgent() && it.isAbout(agent.node()))) {
                begin(criteria.stalled(agent), events);
            }
        }
        // A fault that has just ended explains the losses until now.
        begin(events.isEmpty() ? losses : ofTheNetwork(told(), agents), criteria, events);
    }

    /** The losses without those of nodes that were not to be tested, and without those that past faults explain. */
    private List<Loss> told() {
        var told = new ArrayList<Loss>();
        for (Loss loss : log.losses()) {
            boolean excused = nodes.excused(loss.reporter(), loss.start(), loss.end(), log.interval())
                    || nodes.excused(loss.destination(), loss.start(), loss.end(), log.interval());
            if (!excused && past.stream().noneMatch(it -> explains(it, loss))) {
                told.add(loss);
            }
        }
        return told;
    }

    /** Not a loss of a narrower fault that goes on. */
    private boolean explains(Past fault, Loss loss) {
        return loss.end() <= fault.until()
                && ActiveVerdict.covers(fault.hypothesis(), PacketDirection.BOTH, loss, nodes)
                && activeVerdicts.stream().noneMatch(
                        it -> ActiveVerdict.breadth(it.hypothesis()) < ActiveVerdict.breadth(fault.hypothesis())
                                && it.covers(loss, nodes));
    }

    private List<Loss> ofTheNetwork(List<Loss> told, AgentFaultDetector agents) {
        var losses = new ArrayList<Loss>();
        for (Loss loss : told) {
            boolean stalled = activeVerdicts.stream().anyMatch(it -> it.isAgent()
                    && (it.isAbout(loss.destination()) || it.isAbout(loss.reporter())));
            Loss rest = stalled || agents.explains(loss) ? loss.ofKnownWay() : loss;
            if (rest.isNetwork()) {
                losses.add(rest);
            }
        }
        return losses;
    }

    private void end(List<Loss> losses, AgentFaultDetector agents, VerdictCriteria criteria,
            List<VerdictEvent> events) {
        for (ActiveVerdict one : List.copyOf(activeVerdicts)) {
            if (isGone(one.hypothesis())) {
                end(one, events);
            } else if (one.isAgent()) {
                NodeFault of = (NodeFault) one.hypothesis();
                if (now - agents.lastStalled(of.node()) > SOONEST_END * log.interval()) {
                    end(one, events);
                }
            } else {
                update(one, losses, criteria, events);
            }
        }
    }

    private void update(ActiveVerdict one, List<Loss> losses, VerdictCriteria criteria, List<VerdictEvent> events) {
        List<ActiveVerdict> narrower = activeVerdicts.stream().filter(other -> !other.isAgent()
                && ActiveVerdict.breadth(other.hypothesis()) < ActiveVerdict.breadth(one.hypothesis())).toList();
        List<Loss> own = losses.stream().filter(loss -> one.covers(loss, nodes)
                && narrower.stream().noneMatch(other -> other.covers(loss, nodes))).toList();
        var timeline = new FaultTimeline(one.hypothesis(), one.way(), nodes, log, own, Double.NEGATIVE_INFINITY);
        if (timeline.isEmpty() || isOver(timeline)) {
            end(one, events);
            return;
        }
        if (timeline.over(timeline.rateWhileItLasted(), now) > QUIET) {
            return;
        }
        activeVerdicts.set(activeVerdicts.indexOf(one), criteria.updated(one, timeline));
    }

    private boolean isOver(FaultTimeline timeline) {
        double rate = timeline.rateWhileItLasted();
        double interval = log.interval();
        for (double after = SOONEST_END; after <= LATEST_END; after += 0.3) {
            double wanted = MISSING_SOON
                    - (MISSING_SOON - MISSING_LATE) * (after - SOONEST_END) / (LATEST_END - SOONEST_END);
            if (timeline.over(rate, now - after * interval) >= wanted) {
                return true;
            }
        }
        return now - timeline.lastSeen() > 2 * LATEST_END * interval;
    }

    private boolean isGone(Hypothesis hypothesis) {
        return switch (hypothesis) {
            case NodeFault(int node) -> !nodes.isActive(node);
            case PairFault(int low, int high) -> !nodes.isActive(low) || !nodes.isActive(high);
            case FlowFault(int source, int destination) -> !nodes.isActive(source) || !nodes.isActive(destination);
            default -> false;
        };
    }

    private void begin(List<Loss> losses, VerdictCriteria criteria, List<VerdictEvent> events) {
        if (losses.isEmpty()) {
            return;
        }
        Map<Hypothesis, Suspect> suspects = suspects(losses);
        List<Suspect> ordered = suspects.values().stream()
                .sorted(Comparator.comparing(it -> it.candidate().finding(), Finding.order(nodes))).toList();
        Optional<Suspect> accepted = Optional.empty();
        for (Suspect suspect : ordered) {
            if (accepted.isPresent() && !suspect.isOfSameKindAndWindow(accepted.get())) {
                continue;
            }
            Candidate candidate = suspect.candidate();
            Finding finding = candidate.finding();
            if (finding.hypothesis().isStrange() || finding.score() < 10) {
                continue;
            }
            List<Loss> own = own(finding, losses, suspect.others());
            var timeline = new FaultTimeline(finding.hypothesis(), finding.way(), nodes, log, own,
                    Double.NEGATIVE_INFINITY);
            boolean contradicted = ordered.stream().map(Suspect::candidate)
                    .anyMatch(it -> it.confidence() > POSSIBLE && it.finding().score() > finding.score()
                            && covers(it.finding(), timeline.losses()));
            boolean onTop = activeVerdicts.stream().anyMatch(it -> !it.hypothesis().equals(finding.hypothesis())
                    && covers(it.hypothesis(), it.way(), timeline.losses()));
            if (!contradicted && criteria.holds(candidate, timeline, onTop)
                    && !VerdictCriteria.isOneSourcesWord(candidate,
                            timeline, suspect.others(), timeline.reporters())) {
                if (accept(suspect, timeline, criteria, events)) {
                    accepted = Optional.of(suspect);
                }
            }
        }
    }

    /**
     * The same fault, now both ways, is one verdict in the other's place.
     *
     * @return whether a verdict began
     */
    private boolean accept(Suspect suspect, FaultTimeline timeline, VerdictCriteria criteria,
            List<VerdictEvent> events) {
        Candidate candidate = suspect.candidate();
        Finding finding = candidate.finding();
        if (timeline.isCut(log)) {
            candidate = new Candidate(finding.bothWays(), candidate.confidence());
        }
        Optional<ActiveVerdict> known = activeVerdicts.stream()
                .filter(it -> !it.isAgent() && it.hypothesis().equals(finding.hypothesis())).findFirst();
        if (known.isEmpty()) {
            begin(criteria.begin(candidate, timeline), events);
            return true;
        }
        if (known.get().way() != PacketDirection.BOTH && known.get().way() != finding.way()) {
            activeVerdicts.remove(known.get());
            events.add(new VerdictEvent(now, Change.ENDS, known.get().verdict()));
            begin(criteria.begin(new Candidate(finding.bothWays(), candidate.confidence()), timeline), events);
            return true;
        }
        return false;
    }

    private Map<Hypothesis, Suspect> suspects(List<Loss> losses) {
        Map<Hypothesis, Suspect> suspects = new HashMap<>();
        for (Window window : log.windows()) {
            List<Loss> inside = losses.stream().filter(it -> window.contains(it.end(), now, log.interval())).toList();
            if (inside.isEmpty()) {
                continue;
            }
            var counts = new HypothesisTotals(nodes, window.tally(), log);
            var search = new HypothesisSearch(counts);
            Evidence evidence = Evidence.of(inside, BASELINE);
            for (ActiveVerdict one : activeVerdicts) {
                if (!one.isAgent()) {
                    Finding known = search.finding(one.hypothesis(), evidence);
                    evidence.explain(known, one.way(), counts);
                }
            }
            List<Candidate> candidates = new Explanations(search, counts).candidates(evidence);
            for (Candidate candidate : candidates) {
                suspects.merge(candidate.finding().hypothesis(), new Suspect(candidate, candidates, window),
                        (one, other) -> one.candidate().finding().score() >= other.candidate().finding().score()
                                ? one
                                : other);
            }
        }
        return suspects;
    }

    /** What narrower verdicts and narrower or better candidates do not explain. */
    private List<Loss> own(Finding finding, List<Loss> losses, List<Candidate> others) {
        int breadth = ActiveVerdict.breadth(finding.hypothesis());
        return losses.stream().filter(it -> ActiveVerdict.covers(finding.hypothesis(), finding.way(), it, nodes))
                .filter(loss -> activeVerdicts.stream()
                        .noneMatch(it -> !it.hypothesis().equals(finding.hypothesis()) && !it.isAgent()
                                && ActiveVerdict.breadth(it.hypothesis()) <= breadth && it.covers(loss, nodes)))
                .filter(loss -> others.stream()
                        .noneMatch(it -> it.confidence() > 0.5 && it.finding().score() > finding.score()
                                && ActiveVerdict.breadth(it.finding().hypothesis()) <= breadth
                                && ActiveVerdict.covers(it.finding().hypothesis(), it.finding().way(), loss, nodes)))
                .toList();
    }

    private boolean covers(Finding finding, List<Loss> losses) {
        return covers(finding.hypothesis(), finding.way(), losses);
    }

    private boolean covers(Hypothesis hypothesis, PacketDirection way, List<Loss> losses) {
        return 2 * losses.stream().filter(it -> ActiveVerdict.covers(hypothesis, way, it, nodes)).count() > losses
                .size();
    }

    private void begin(ActiveVerdict next, List<VerdictEvent> events) {
        activeVerdicts.add(next);
        events.add(new VerdictEvent(now, Change.BEGINS, next.verdict()));
    }

    private void end(ActiveVerdict one, List<VerdictEvent> events) {
        activeVerdicts.remove(one);
        past.add(new Past(one.hypothesis(), now));
        events.add(new VerdictEvent(now, Change.ENDS, one.verdict()));
    }
}
