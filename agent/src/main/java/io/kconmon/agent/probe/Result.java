package io.kconmon.agent.probe;

import java.util.List;
import java.util.Optional;

/** What one run of a test has found. */
public interface Result {

    /** Why it failed; empty if it passed. */
    Optional<Cause> cause();

    /** What became of each request that it made, in their order. */
    List<? extends Outcome<?>> exchanges();
}
