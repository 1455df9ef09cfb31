package io.kconmon.agent.probe;

import io.prometheus.metrics.model.snapshots.Labels;

/**
 * What a protocol counts of its results: those of one destination, or those of all destinations in a zone. Immutable.
 *
 * @param <R>
 *            a result of the protocol's probe
 */
public interface Counts<R extends Result> {

    /** These counts with one more result. */
    Counts<R> plus(R result);

    /** These counts with one more test that returned no result because of a bug. */
    Counts<R> plusBug();

    /**
     * Writes the counters that are there from the first scrape on, always the same number of them.
     *
     * @param prefix
     *            what the families' names begin with; empty for a destination's
     */
    void write(String prefix, Labels ends, MetricFamilies families);

    /** Writes the counters that begin with their first event. */
    void writeRare(String prefix, Labels ends, MetricFamilies families);
}
