package io.kconmon.agent.probe;

import java.util.Optional;

/** The result of one run of a probe. */
public interface Result {

    /** Why the test failed; empty if it passed. */
    Optional<Cause> cause();
}
