package io.kconmon.agent.probe;

import io.prometheus.metrics.model.snapshots.Labels;

/**
 * A protocol's results of one destination, as series of the metrics page. One thread records. Any thread may write the
 * series out, and sees the state after a whole result, never half of one.
 *
 * @param <R>
 *            a result of the protocol's probe
 */
public interface Series<R extends Result> {

    /** Takes note of a result. */
    void record(R result);

    /**
     * A test has returned no result because of a bug: it is counted by the cause {@link Cause#LOCAL}, and the gauges are removed.
     */
    void recordBug();

    /** Removes the gauges, because the last values are out of date. The counters stay. */
    void clearGauges();

    /**
     * Adds to a page the series that every destination has.
     *
     * @param ends
     *            the labels that name both ends
     */
    void write(Labels ends, MetricFamilies families);

    /** Adds the series that begin with an event, or come and go with one. */
    default void writeRare(Labels ends, MetricFamilies families) {
        // most have none
    }
}
