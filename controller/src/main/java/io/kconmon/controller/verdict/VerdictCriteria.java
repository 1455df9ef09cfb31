package io.kconmon.controller.verdict;

import io.kconmon.controller.verdict.Explanations.Candidate;
import io.kconmon.controller.verdict.Hypothesis.FlowFault;
import io.kconmon.controller.verdict.Hypothesis.MeshFault;
import io.kconmon.controller.verdict.Hypothesis.NodeFault;
import io.kconmon.controller.verdict.Hypothesis.PairFault;
import io.kconmon.controller.verdict.Hypothesis.StrangePair;
import io.kconmon.controller.verdict.Hypothesis.StrangeSource;
import io.kconmon.controller.verdict.Hypothesis.ZoneFault;
import io.kconmon.controller.verdict.Subject.Mesh;
import io.kconmon.controller.verdict.Subject.OneNode;
import io.kconmon.controller.verdict.Subject.TwoNodes;
import io.kconmon.controller.verdict.Subject.TwoZones;
import io.kconmon.controller.verdict.Verdict.Direction;
import io.kconmon.controller.verdict.Verdict.Kind;
import io.kconmon.controller.verdict.Verdict.Protocol;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a candidate is a verdict: strong enough, distinct from its rivals, reported by several agents, and still
 * going on.
 */
final class VerdictCriteria {

    /** Log-likelihood ratio, above the price of the search: about one quiet cluster in 1,000 hours passes it. */
    private static final double EVIDENCE = 9.5;
    /** Stricter for losses that another verdict mostly explains. */
    private static final double ON_TOP = 15;
    private static final double CERTAIN = 0.99;
    /**
     * Required of the direction for a pair, and of direction and confidence in a mesh of few nodes: a pair loses so much,
     * or so few nodes so little, that waiting costs little or is needed anyway.
     */
    private static final double MORE_CERTAIN = 0.998;
    private static final int FEW_NODES = 20;
    /** The evidence without the source that contributes most. */
    private static final double WITHOUT_ONE = 1;
    /**
     * By then every agent has reported an interval that is entirely within the fault; in intervals after the first
     * sign.
     */
    private static final double ALL_TESTIFIED = 1.9;
    /** As long until an agent's stalling would show in TCP tests, too. */
    private static final double NOT_STALLED = 3;
    /** UDP losses are reported once their direction is known; until then failed TCP requests may seem to be all. */
    private static final double TCP_ALONE = 4;
    /** One whole interval of somebody's, and a bit. */
    private static final double DEAD = 1.1;
    private static final int WITNESSES = 3;
    /** So many losses are missing that it may be over. */
    private static final double OVER = 2.2;
    private static final double OVER_PAIR = 1.2;
    /** Reports with losses; fewer may be a few faults by chance. */
    private static final int ENOUGH_FOR_ALL = 24;
    /** How many pairs fewer than expected may share what all of them should. */
    private static final double SOME_ALIKE = 1.5;
    private static final double PROTOCOL = 8;
    private static final int LOSSY_REPORTS_OF_A_PAIR = 3;
    /** A pair that loses the same number each time may have one dead flow, of which agents are sure later; in intervals. */
    private static final double FLOWS_ARE_TOLD = 6;
    /** The intervals in which a fault begins and ends are not lost as a whole. */
    private static final double STILL_DEAD = 0.5;
    /** Percent. */
    private static final int WELL_FLOW = 10;
    private static final Comparator<String> NAMES = new NaturalOrder();

    private final NodeIndex nodes;
    private final ReportWindows log;
    private final double now;

    VerdictCriteria(NodeIndex nodes, ReportWindows log, double now) {
        this.nodes = nodes;
        this.log = log;
        this.now = now;
    }

    boolean holds(Candidate candidate, FaultTimeline timeline, boolean onTop) {
        Finding finding = candidate.finding();
        Hypothesis hypothesis = finding.hypothesis();
        if (hypothesis.isStrange() || timeline.isEmpty()
                || finding.score() < EVIDENCE + (onTop ? ON_TOP : 0)
                || candidate.confidence() < leastConfidence(hypothesis)
                || finding.certainty() < leastCertainty(hypothesis)
                || now < log.first() + 2 * log.interval()) {
            return false;
        }
        double share = 1 - timeline.mostOfOne() / timeline.events();
        boolean pair = isOfTwoNodes(hypothesis);
        if (pair
                ? timeline.lossyReports() < LOSSY_REPORTS_OF_A_PAIR
                : (finding.score() + price(finding)) * share - price(finding) < WITHOUT_ONE) {
            return false;
        }
        if (hypothesis instanceof MeshFault && timeline.lossyReports() < ENOUGH_FOR_ALL) {
            return false;
        }
        if (!pair && !timeline.isSpread(hypothesis instanceof MeshFault ? 0 : SOME_ALIKE)) {
            return false;
        }
        if (timeline.udpLoss() < least(hypothesis) && timeline.tcpLoss() < least(hypothesis)) {
            return false;
        }
        double first = log.fullSince() < timeline.firstSeen() ? log.fullSince() : timeline.firstSeen();
        double age = (now - first) / log.interval();
        boolean silent = finding.sums().wayIsUnknown() && timeline.tcpEvents() == 0;
        boolean waits = silent ? age < NOT_STALLED : age < ALL_TESTIFIED && !log.allReportedSince(first);
        if (waits && !isDead(hypothesis, timeline, age)) {
            return false;
        }
        if (age < TCP_ALONE && !silent && protocol(finding) == Protocol.TCP) {
            return false;
        }
        if (pair && age < FLOWS_ARE_TOLD && timeline.flows().isEmpty() && timeline.losesTheSame()) {
            return false;
        }
        return timeline.over(timeline.rateWhileItLasted(), now) < (pair ? OVER_PAIR : OVER);
    }

    /** In a mesh of few nodes, the first losses of a node fit the inside of its zone, too. */
    private double leastConfidence(Hypothesis hypothesis) {
        return nodes.active() < FEW_NODES && !isOfTwoNodes(hypothesis) ? MORE_CERTAIN : CERTAIN;
    }

    private double leastCertainty(Hypothesis hypothesis) {
        return isOfTwoNodes(hypothesis) || nodes.active() < FEW_NODES ? MORE_CERTAIN : CERTAIN;
    }

    private static boolean isOfTwoNodes(Hypothesis hypothesis) {
        return hypothesis instanceof PairFault || hypothesis instanceof FlowFault;
    }

    private static double price(Finding finding) {
        return Math.min(12, finding.score() / 2);
    }

    private static double least(Hypothesis hypothesis) {
        return switch (hypothesis) {
            case MeshFault ignored -> 0.002;
            case ZoneFault ignored -> 0.0004;
            case NodeFault ignored -> 0.002;
            default -> 0.02;
        };
    }

    /** Nobody hears from it, and nobody who has looked since reaches it, by UDP or TCP. */
    private boolean isDead(Hypothesis hypothesis, FaultTimeline timeline, double age) {
        if (!(hypothesis instanceof NodeFault(int node)) || timeline.tcpEvents() < 2 || age < DEAD
                || log.lastReport(node) > timeline.firstSeen()) {
            return false;
        }
        int[] whole = timeline.wholeIntervals(timeline.firstSeen());
        return whole[0] == whole[1] && whole[0] > 0
                && timeline.reporters().size() >= Math.clamp(nodes.active() - 1L, 2, WITNESSES);
    }

    ActiveVerdict begin(Candidate candidate, FaultTimeline timeline) {
        Finding finding = candidate.finding();
        Verdict verdict = verdict(finding.hypothesis(), finding.way(), timeline, protocol(finding),
                candidate.confidence(), timeline.since());
        return new ActiveVerdict(finding.hypothesis(), finding.way(),
                isOfTwoNodes(finding.hypothesis()) ? ofItsFlows(verdict, timeline.flows()) : verdict);
    }

    /** The same verdict with current numbers; its subject stays. */
    ActiveVerdict updated(ActiveVerdict activeVerdict, FaultTimeline timeline) {
        Verdict before = activeVerdict.verdict();
        boolean dead = before.loss() >= VerdictText.ALL;
        if (before.kind() == Kind.FLOW || (dead && timeline.udpLoss() > STILL_DEAD)) {
            return activeVerdict;
        }
        return new ActiveVerdict(activeVerdict.hypothesis(), activeVerdict.way(),
                verdict(activeVerdict.hypothesis(), activeVerdict.way(), timeline, before.protocol(),
                        before.confidence(), before.since()));
    }

    /** Some flows of a pair lose packets and others do not. */
    private static Verdict ofItsFlows(Verdict pair, List<Integer> flows) {
        int lossy = (int) flows.stream().filter(it -> it > WELL_FLOW).count();
        if (lossy == 0 || lossy == flows.size()
                || !(pair.subject() instanceof TwoNodes(String source, String destination))) {
            return pair;
        }
        double loss = Math.min(1, pair.loss() * flows.size() / lossy); // since it began; the agent's figures are older
        return new Verdict(Kind.FLOW, pair.subject(), pair.direction(), Protocol.UDP, pair.loss(), Map.of(),
                pair.confidence(), pair.since(),
                VerdictText.flows(source, destination, lossy, flows.size(), loss, pair.since()));
    }

    private static Protocol protocol(Finding finding) {
        double tcp = finding.sums().lost[LossKind.TCP.index()];
        double udp = finding.sums().events() - tcp;
        return tcp * 11 < PROTOCOL ? Protocol.UDP : udp * 11 < PROTOCOL ? Protocol.TCP : Protocol.BOTH;
    }

    private Verdict verdict(Hypothesis hypothesis, PacketDirection way, FaultTimeline timeline, Protocol protocol,
            double confidence,
            double since) {
        PacketDirection said = protocol == Protocol.TCP ? PacketDirection.BOTH : way;
        Subject subject = subject(hypothesis, said, nodes);
        Direction direction = hypothesis instanceof NodeFault && said == PacketDirection.AGAINST
                ? Direction.FROM
                : said == PacketDirection.BOTH ? Direction.BOTH : Direction.TO;
        double loss = protocol == Protocol.TCP ? timeline.tcpLoss() : timeline.udpLoss();
        int[] seen = hypothesis instanceof NodeFault(int node) ? timeline.witnesses(node) : new int[]{0, 0};
        return new Verdict(kind(hypothesis), subject, direction, protocol, loss,
                protocol == Protocol.UDP ? Map.of() : timeline.causes(), Math.min(0.999, confidence), since,
                VerdictText.of(subject, direction, protocol, loss, since, seen));
    }

    private static Kind kind(Hypothesis hypothesis) {
        return switch (hypothesis) {
            case NodeFault ignored -> Kind.NODE;
            case ZoneFault ignored -> Kind.ZONES;
            case PairFault ignored -> Kind.PAIR;
            case FlowFault ignored -> Kind.FLOW;
            case StrangePair ignored -> Kind.PAIR;
            case StrangeSource ignored -> Kind.AGENT;
            case MeshFault ignored -> Kind.MESH;
        };
    }

    private static Subject subject(Hypothesis hypothesis, PacketDirection way, NodeIndex nodes) {
        return switch (hypothesis) {
            case NodeFault(int node) -> new OneNode(nodes.name(node));
            case StrangeSource(int node) -> new OneNode(nodes.name(node));
            case FlowFault(int source, int destination) -> way == PacketDirection.AGAINST
                    ? new TwoNodes(nodes.name(destination), nodes.name(source))
                    : new TwoNodes(nodes.name(source), nodes.name(destination));
            case StrangePair(int source, int destination) ->
                new TwoNodes(nodes.name(source), nodes.name(destination));
            case PairFault(int low, int high) -> isReversed(nodes.name(low), nodes.name(high), way)
                    ? new TwoNodes(nodes.name(high), nodes.name(low))
                    : new TwoNodes(nodes.name(low), nodes.name(high));
            case ZoneFault(int low, int high) -> isReversed(nodes.zoneName(low), nodes.zoneName(high), way)
                    ? new TwoZones(nodes.zoneName(high), nodes.zoneName(low))
                    : new TwoZones(nodes.zoneName(low), nodes.zoneName(high));
            case MeshFault() -> new Mesh();
        };
    }

    /** With both ways the order of the names counts, since each replica numbers the nodes differently. */
    private static boolean isReversed(String low, String high, PacketDirection way) {
        return way == PacketDirection.BOTH ? NAMES.compare(low, high) > 0 : way == PacketDirection.AGAINST;
    }

    /** A verdict on slow paths has no direction, since a round trip has none. */
    static Verdict slow(SlowFinding finding, Protocol protocol, double since, double confidence, NodeIndex nodes) {
        Subject subject = subject(finding.hypothesis(), PacketDirection.BOTH, nodes);
        var slow = new Verdict.Slow(Math.round(finding.rtt()), Math.round(finding.usual()));
        return new Verdict(kind(finding.hypothesis()), subject, Direction.BOTH, protocol, 0,
                Map.of(Verdict.SLOW, finding.slow().size()), confidence, since,
                VerdictText.slow(subject, protocol, slow, since, finding.seen(), finding.looked()), Optional.of(slow));
    }

    ActiveVerdict stalled(AgentFaultDetector.Stalled agent) {
        String node = nodes.name(agent.node());
        var verdict = new Verdict(Kind.AGENT, new OneNode(node), Direction.TO, Protocol.TCP,
                (double) agent.sources() / agent.of(), Map.of("stalled", agent.sources()), 0.999, agent.since(),
                VerdictText.stalled(node, agent.since()));
        return new ActiveVerdict(new NodeFault(agent.node()), PacketDirection.BOTH, verdict);
    }

    /** Pairs that only one and the same source speaks of are that source's affair. */
    static boolean isOneSourcesWord(Candidate candidate, FaultTimeline timeline, List<Candidate> all,
            Set<Integer> reporters) {
        return candidate.finding().hypothesis() instanceof PairFault && reporters.size() == 1
                && all.stream().filter(it -> !it.equals(candidate))
                        .anyMatch(it -> it.confidence() > 0.2 && isOf(it.finding().hypothesis(), reporters));
    }

    private static boolean isOf(Hypothesis hypothesis, Set<Integer> reporters) {
        return switch (hypothesis) {
            case PairFault(int low, int high) -> reporters.contains(low) || reporters.contains(high);
            case FlowFault(int source, int ignored) -> reporters.contains(source);
            case StrangePair(int source, int ignored) -> reporters.contains(source);
            case StrangeSource(int source) -> reporters.contains(source);
            default -> false;
        };
    }
}
