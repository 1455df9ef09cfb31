package io.kconmon.agent.probe;

/**
 * Tests one destination repeatedly. It keeps resources such as a socket from run to run. One thread at a time uses it.
 *
 * @param <R>
 *            what one run returns
 */
public interface Probe<R extends Result> extends AutoCloseable {

    /**
     * Blocks until the result is known. A failed test is a result.
     *
     * @throws InterruptedException
     *             if the test was cut short and has no result
     */
    R run() throws InterruptedException;

    /** Closes the resources that were kept. */
    @Override
    default void close() {
        // most keep nothing
    }
}
