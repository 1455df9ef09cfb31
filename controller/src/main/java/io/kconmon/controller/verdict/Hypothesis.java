package io.kconmon.controller.verdict;

import java.util.List;
import java.util.stream.Stream;

/** What may be at fault. Nodes and zones are numbers of {@link NodeIndex}. */
sealed interface Hypothesis {

    /** The relation of a reporter and its destination to a hypothesis. */
    enum Lie {
        /** It has nothing to do with it. */
        APART,
        /** The way forward is its way. */
        ALONG,
        /** The way back is its way. */
        AGAINST,
        /** Both ways are. */
        INSIDE
    }

    /** A node; its way is to it, against its way is from it. */
    record NodeFault(int node) implements Hypothesis {
    }

    /** Two zones, or one; its way is from the low to the high number. */
    record ZoneFault(int low, int high) implements Hypothesis {
    }

    /** Two nodes; its way is from the low to the high number. */
    record PairFault(int low, int high) implements Hypothesis {
    }

    /** Some of one node's flows to another, where their agent tells them from the others; its way is from the source. */
    record FlowFault(int source, int destination) implements Hypothesis {
    }

    /** Everything. */
    record MeshFault() implements Hypothesis {
    }

    /** A source whose own results are unusual: an explanation, but not a verdict. */
    record StrangeSource(int source) implements Hypothesis {
    }

    /** A source whose results of one destination are unusual: an explanation, but not a verdict. */
    record StrangePair(int source, int destination) implements Hypothesis {
    }

    default boolean isStrange() {
        return this instanceof StrangeSource || this instanceof StrangePair;
    }

    /** Orders hypotheses that are equally likely. The text is the same in each replica; nodes' numbers are not. */
    default String key(NodeIndex nodes) {
        return getClass().getSimpleName() + switch (this) {
            case NodeFault(int node) -> List.of(nodes.name(node));
            case StrangeSource(int source) -> List.of(nodes.name(source));
            case FlowFault(int source, int other) -> List.of(nodes.name(source), nodes.name(other));
            case StrangePair(int source, int other) -> List.of(nodes.name(source), nodes.name(other));
            case PairFault(int low, int high) -> Stream.of(nodes.name(low), nodes.name(high)).sorted().toList();
            case ZoneFault(int low, int high) -> Stream.of(nodes.zoneName(low), nodes.zoneName(high)).sorted().toList();
            case MeshFault() -> List.of();
        };
    }

    default Lie lie(int reporter, int destination, NodeIndex nodes) {
        return switch (this) {
            case NodeFault(int node) -> lie(reporter == node, destination == node, false);
            case PairFault(int low, int high) -> lie(reporter == high && destination == low,
                    reporter == low && destination == high, false);
            case FlowFault(int source, int other) -> lie(false, reporter == source && destination == other, false);
            case ZoneFault(int low, int high) -> {
                int one = nodes.zone(reporter);
                int other = nodes.zone(destination);
                yield lie(one == high && other == low, one == low && other == high, low == high);
            }
            case MeshFault() -> Lie.INSIDE;
            case StrangeSource(int source) -> reporter == source ? Lie.INSIDE : Lie.APART;
            case StrangePair(int source, int other) ->
                reporter == source && destination == other ? Lie.INSIDE : Lie.APART;
        };
    }

    private static Lie lie(boolean against, boolean along, boolean within) {
        if (!along && !against) {
            return Lie.APART;
        }
        return within ? Lie.INSIDE : along ? Lie.ALONG : Lie.AGAINST;
    }

    /** Which part of the hypothesis a part of the evidence belongs to. */
    static LossKind lossKind(LossKind lossKind, Lie lie) {
        return switch (lossKind) {
            case UNKNOWN, TCP -> lossKind;
            case FORWARD -> lie == Lie.AGAINST ? LossKind.BACKWARD : LossKind.FORWARD;
            case BACKWARD -> lie == Lie.ALONG ? LossKind.BACKWARD : LossKind.FORWARD;
        };
    }
}
