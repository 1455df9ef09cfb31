package io.kconmon.agent.probe;

/**
 * Tests one destination again and again. It keeps what it needs from run to run, such as a socket. One thread at a time
 * uses it.
 *
 * @param <R>
 *            what one run returns
 */
public interface Probe<R extends Result> extends AutoCloseable {

    /**
     * Blocks until the result is known. A failed test is a result.
     *
     * @throws InterruptedException
     *             if the test was cut short, which is no result
     */
    R run() throws InterruptedException;

    /** Closes what was kept. */
    @Override
    default void close() {
        // most keep nothing
    }
}
