package io.kconmon.agent.probe;

/**
 * Counts results for the report: what one destination gave in the interval that runs. Plain counters, begun anew with each
 * interval. One thread at a time uses it.
 *
 * @param <R>
 *            what is counted
 */
public interface ReportCounts<R> {

    /** Takes note of a result. */
    void add(R result);

    /**
     * What was counted since the last call, which begins the next interval, as a part of a line of the report: numbers to base
     * 36 with commas between, then {@code ;name=value} for what is seldom there. No space is in it; empty if there was nothing.
     */
    String take();
}
