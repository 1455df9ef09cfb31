package io.kconmon.agent.mesh;

import io.kconmon.agent.probe.Result;

/** Where a loop's results go. */
interface Recorder<R extends Result> {

    /** A run is about to start. */
    default void begins() {
        // its result is all that counts
    }

    /** The first exchange of a cold loop only warms the path and is not a result. */
    default void warmUp(R result) {
        // nothing is recorded of it
    }

    void record(R result);

    /** A run has returned no result, because of a bug. */
    void recordBug();
}
