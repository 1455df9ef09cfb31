package io.kconmon.controller.verdict;

import java.util.List;

/** The kinds of losses. They are counted apart, because each has its own rate. */
enum LossKind {
    /** UDP packets on the way from the reporter to the destination; of a {@link Hypothesis}, on its way. */
    FORWARD(0),
    /** UDP packets on the way back; of a hypothesis, against its way. */
    BACKWARD(1),
    /** UDP rounds that lost packets nobody knows where. */
    UNKNOWN(2),
    /** TCP tests, which need both ways. */
    TCP(3);

    static final List<LossKind> ALL = List.of(values());
    static final int COUNT = ALL.size();

    private final int index;

    LossKind(int index) {
        this.index = index;
    }

    /** Its index in an array of all parts. */
    int index() {
        return index;
    }
}
