package io.kconmon.agent.probe;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A test.
 *
 * @param <T>
 *            what it is aimed at
 * @param <R>
 *            what it finds
 */
public interface Probe<T, R extends Result> {

    /** Of a process whose threads never wait to run. */
    LongSupplier NEVER_WAITED = () -> 0;

    /**
     * Blocks until the result is known. A failure is a result.
     *
     * @throws InterruptedException
     *             if the test was cut short, which is no result
     */
    R run(T target) throws InterruptedException;

    /** From the start of one run to the start of the next, without jitter. */
    Duration interval();

    /** How long an answer is waited for. */
    Duration timeout();

    /**
     * How much longer a late answer is waited for where one may yet come. The test has failed; but who answers late may
     * say that it was its own doing.
     */
    default Duration grace() {
        return timeout().multipliedBy(2);
    }
}
