package io.kconmon.agent.probe;

import java.util.Optional;

/** What one run of a test has found. */
public interface Result {

    /** Why it failed; empty if it passed. */
    Optional<Cause> cause();

    /** How many answers were waited for that did not come. */
    int lost();
}
