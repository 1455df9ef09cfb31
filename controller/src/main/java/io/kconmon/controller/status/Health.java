package io.kconmon.controller.status;

import java.util.Locale;

/** The mesh in a word. */
public enum Health {
    /** Nothing is at fault that reports show. */
    WELL,
    /** A verdict holds. */
    VERDICT,
    /** Too little has been reported to know. */
    UNKNOWN;

    /** The header that says it. */
    public static final String HEADER = "Kconmon-Health";

    /** Intervals that a controller must have seen before it says that all is well. */
    private static final int INTERVALS = 3;

    static Health of(Snapshot snapshot) {
        if (!snapshot.verdicts().isEmpty()) {
            return VERDICT;
        }
        long active = snapshot.nodes().stream().filter(it -> it.state().equals("active")).count();
        boolean isKnown = snapshot.reports() && !snapshot.newest().isEmpty() && 2L * snapshot.newest().size() >= active
                && snapshot.at() - snapshot.since() >= INTERVALS * snapshot.interval();
        return isKnown ? WELL : UNKNOWN;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
