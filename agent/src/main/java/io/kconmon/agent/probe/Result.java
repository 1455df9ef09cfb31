package io.kconmon.agent.probe;

import java.util.Optional;

/** The result of one run of a probe. */
public interface Result {

    /** Why the test failed; empty if it passed. */
    Optional<Cause> cause();

    /** The share of the test that failed, from 0 to 1: of packets those that were lost. */
    default double failedShare() {
        return cause().isPresent() ? 1 : 0;
    }

    /** The round trip that was measured, in seconds; not a number if none was. */
    default double roundTripSeconds() {
        return Double.NaN;
    }
}
