package io.kconmon.controller.verdict;

import io.kconmon.controller.report.PeerReport;
import io.kconmon.controller.report.TcpReport;
import io.kconmon.controller.report.UdpReport;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The losses between one agent and one destination in one interval. Tests that pass make no object, so that a healthy
 * mesh costs nothing.
 *
 * @param forward
 *            packets that were lost on their way from the reporter to the destination
 * @param backward
 *            replies that were lost on their way back
 * @param unknown
 *            packets that were lost on either way
 * @param tcp
 *            TCP tests that the network failed
 * @param absent
 *            TCP tests that the destination's kernel answered and its agent did not, or that it refused
 * @param stalled
 *            the number of {@code absent} ones that were not answered
 * @param unanswered
 *            whether packets were sent and nothing came back
 */
record Loss(int reporter, int destination, double start, double end, int forward, int backward, int unknown, int tcp,
        int absent, int stalled, boolean unanswered, Map<String, Integer> causes, List<Integer> flows)
        implements
            Interval {

    /** These failures concern the agents at both ends, not the network between them. */
    private static final Set<String> ABSENT = Set.of("stalled", "refused");
    private static final Set<String> OWN = Set.of("local", "late", "bad-status", "bad-reply", "stale-flow");
    /** More losses in one round are one event: they are not as independent as the likelihood has it. */
    private static final int MOST_A_ROUND = 2;

    static Loss of(int reporter, int destination, double start, double end, PeerReport peer) {
        int forward = 0;
        int backward = 0;
        int unknown = 0;
        boolean unanswered = false;
        List<Integer> flows = List.of();
        if (peer.udp().isPresent()) {
            UdpReport udp = peer.udp().get();
            int lost = Math.max(udp.lost(), 0);
            forward = Math.min(udp.forwardLost().orElse(0), lost);
            backward = Math.min(udp.backwardLost().orElse(0), lost - forward);
            boolean told = udp.forwardLost().isPresent() && udp.backwardLost().isPresent();
            unknown = told ? 0 : lost - forward - backward;
            unanswered = udp.sent() > 0 && udp.received() == 0;
            flows = udp.flowLossPercent();
        }
        int tcp = 0;
        int absent = 0;
        int stalled = 0;
        Map<String, Integer> causes = Map.of();
        if (peer.tcp().isPresent() && peer.tcp().get().fail() > 0) {
            TcpReport test = peer.tcp().get();
            causes = test.causes();
            int own = 0;
            for (Map.Entry<String, Integer> cause : causes.entrySet()) {
                absent += ABSENT.contains(cause.getKey()) ? cause.getValue() : 0;
                stalled += cause.getKey().equals("stalled") ? cause.getValue() : 0;
                own += OWN.contains(cause.getKey()) ? cause.getValue() : 0;
            }
            tcp = Math.max(0, test.fail() - absent - own);
        }
        return new Loss(reporter, destination, start, end, forward, backward, unknown, tcp, absent, stalled, unanswered,
                causes, flows);
    }

    boolean isNothing() {
        return forward + backward + unknown + tcp + absent == 0;
    }

    /** Without the losses that a missing agent explains. */
    Loss ofKnownWay() {
        return new Loss(reporter, destination, start, end, forward, backward, 0, 0, absent, stalled, unanswered, causes,
                flows);
    }

    boolean isNetwork() {
        return forward + backward + unknown + tcp > 0;
    }

    /** How much this counts as evidence; see {@link LossKind}. */
    double events(LossKind lossKind) {
        return switch (lossKind) {
            case FORWARD -> Math.min(forward, MOST_A_ROUND);
            case BACKWARD -> Math.min(backward, MOST_A_ROUND);
            case UNKNOWN -> Math.min(unknown, 1);
            case TCP -> Math.min(tcp, 2);
        };
    }

    double events() {
        double all = 0;
        for (LossKind lossKind : LossKind.ALL) {
            all += events(lossKind);
        }
        return all;
    }
}
