package io.kconmon.agent.probe;

import java.util.Optional;

/** What one run of a probe has found. */
public interface Result {

    /** Why the test failed; empty if it passed. */
    Optional<Cause> cause();
}
