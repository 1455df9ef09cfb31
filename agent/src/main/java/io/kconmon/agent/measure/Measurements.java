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

    void record(R result);

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
