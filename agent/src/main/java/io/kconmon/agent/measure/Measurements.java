package io.kconmon.agent.measure;

import io.prometheus.metrics.model.snapshots.Labels;

/**
 * What one test has found at one destination. One thread records, the loop of that test; any thread may write it out,
 * and sees the state after a whole result, never half of one.
 *
 * @param <R>
 *            a result of the test's probe
 */
public interface Measurements<R> {

    /**
     * Takes note of a result.
     *
     * @param timed
     *            whether how long it took is the network's doing
     */
    void record(R result, boolean timed);

    /** With its timings. */
    default void record(R result) {
        record(result, true);
    }

    /** Tests pause: what was found last is not what is now. Counters stay. */
    void pause();

    /**
     * Adds the series.
     *
     * @param ends
     *            the labels that name both ends
     */
    void write(Labels ends, Families families);
}
