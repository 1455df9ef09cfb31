package io.kconmon.agent.support;

import io.kconmon.testkit.Eventually;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Something under way on a virtual thread, as all tests of the agent are: only there does an interrupt end blocking. */
public final class Running<T> {

    private final FutureTask<T> task;
    private final Thread thread;

    private Running(Callable<T> callable) {
        task = new FutureTask<>(callable);
        thread = Thread.ofVirtual().start(task);
    }

    public static <T> Running<T> start(Callable<T> callable) {
        return new Running<>(callable);
    }

    public void interrupt() {
        thread.interrupt();
    }

    /** The result; throws the task's own exception. */
    public T result() throws Exception {
        try {
            return task.get(Eventually.PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception thrown) {
                throw thrown;
            }
            throw e;
        }
    }
}
