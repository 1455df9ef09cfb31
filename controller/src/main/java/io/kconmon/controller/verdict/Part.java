package io.kconmon.controller.verdict;

import java.util.List;

/** What is counted apart, for each is lost at a rate of its own. */
enum Part {
    /** UDP packets on the way from the reporter to the destination; of a {@link Hypothesis}, on its way. */
    FORWARD,
    /** UDP packets on the way back; of a hypothesis, against its way. */
    BACKWARD,
    /** UDP rounds that lost packets nobody knows where. */
    UNKNOWN,
    /** TCP tests, which need both ways. */
    TCP;

    static final List<Part> ALL = List.of(values());
    static final int COUNT = ALL.size();
}
