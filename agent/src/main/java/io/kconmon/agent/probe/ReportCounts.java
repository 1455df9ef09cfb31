package io.kconmon.agent.probe;

/**
 * Counts one destination's results in the current interval, for the report. Plain counters that are reset with each
 * interval. One thread at a time uses it.
 *
 * @param <R>
 *            the results that are counted
 */
public interface ReportCounts<R> {

    /** Takes note of a result. */
    void add(R result);

    /**
     * The counts since the last call, as a part of a line of the report; the call begins the next interval. Numbers to
     * base 36 with commas between, then {@code ;name=value} for rare values. It contains no space, and is empty if
     * nothing was counted.
     */
    String take();
}
