package io.kconmon.agent.probe;

import java.util.Optional;

/** What one run of a test has found. */
public interface Result {

    /** Why it failed; empty if it passed. */
    Optional<Cause> cause();

    /** How many answers were waited for that did not come in time. */
    int lost();

    /** How many of these came after all, before the test was over. */
    int cameLate();

    /** With how many of these the other end says that it stood still itself. */
    int heldUp();
}
