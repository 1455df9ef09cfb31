package io.kconmon.agent.strain;

import java.util.Locale;

/** What of this agent's own mars a round: the values of the label {@code reason}, so there are few of them. */
public enum Taint {
    /** No free descriptor, a packet that could not be sent. */
    LOCAL_ERROR,
    /** It stood still, and it is not known why: stopped, no CPU to be had, or more to do than it can. */
    LAG,
    /** It stood still while its garbage was collected. */
    GC,
    /** It stood still because it had used up the CPU time that it is allowed (cgroup quota). */
    THROTTLED;

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    public String label() {
        return label;
    }
}
