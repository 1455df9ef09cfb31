package io.kconmon.agent.mesh;

import io.kconmon.agent.probe.Result;

/** Where a loop's results go. */
interface Recorder<R extends Result> {

    /** The first exchange of a cold loop, which only warms the path and is no result. */
    default void warmUp(R result) {
        // nothing is recorded of it
    }

    void record(R result);

    /** A run has returned no result, because of a bug. */
    void recordBug();
}
