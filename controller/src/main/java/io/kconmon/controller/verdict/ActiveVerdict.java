package io.kconmon.controller.verdict;

/**
 * A verdict that holds.
 *
 * @param hypothesis
 *            a node's for the verdict on its agent, too
 */
record ActiveVerdict(Hypothesis hypothesis, PacketDirection way, Verdict verdict) {

    boolean isAgent() {
        return verdict.kind() == Verdict.Kind.AGENT;
    }

    /** Whether it explains a loss. */
    boolean covers(Loss loss, NodeIndex nodes) {
        return covers(hypothesis, way, loss, nodes);
    }

    static boolean covers(Hypothesis hypothesis, PacketDirection way, Loss loss, NodeIndex nodes) {
        Hypothesis.Lie lie = hypothesis.lie(loss.reporter(), loss.destination(), nodes);
        if (lie == Hypothesis.Lie.APART) {
            return false;
        }
        for (LossKind lossKind : LossKind.ALL) {
            if (loss.events(lossKind) > 0 && way.covers(Hypothesis.lossKind(lossKind, lie))) {
                return true;
            }
        }
        return false;
    }

    static final int BREADTHS = 6;

    /** The more a verdict is about, the higher. */
    static int breadth(Hypothesis hypothesis) {
        return switch (hypothesis) {
            case Hypothesis.StrangePair ignored -> 0;
            case Hypothesis.PairFault ignored -> 1;
            case Hypothesis.FlowFault ignored -> 1;
            case Hypothesis.StrangeSource ignored -> 5;
            case Hypothesis.NodeFault ignored -> 2;
            case Hypothesis.ZoneFault ignored -> 3;
            case Hypothesis.MeshFault ignored -> 4;
        };
    }

    boolean isAbout(int node) {
        return switch (hypothesis) {
            case Hypothesis.NodeFault(int its) -> its == node;
            case Hypothesis.PairFault(int low, int high) -> low == node || high == node;
            case Hypothesis.FlowFault(int source, int destination) -> source == node || destination == node;
            default -> false;
        };
    }
}
