package io.kconmon.testkit;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for conditions, for as long as a busy machine may take, and then fails the test. */
public final class Eventually {

    public static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Short beside the waits of a test, long beside the cost of a look. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(1);

    private Eventually() {
    }

    /** The condition that a test waits for. */
    public interface Condition {
        boolean holds() throws Exception;
    }

    public static void eventually(Condition condition) {
        eventually("the condition", condition);
    }

    public static void eventually(String what, Condition condition) {
        eventually(() -> what, PATIENCE, BETWEEN_LOOKS, condition);
    }

    /** @param what made once the wait has failed, so it can describe the state by then */
    public static void eventually(Supplier<String> what, Duration patience, Condition condition) {
        eventually(what, patience, BETWEEN_LOOKS, condition);
    }

    /** @param betweenLooks longer for looks that cost more, such as a page over HTTP */
    public static void eventually(Supplier<String> what, Duration patience, Duration betweenLooks,
            Condition condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!holds(condition)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within %s: %s".formatted(patience, what.get()));
            }
            LockSupport.parkNanos(betweenLooks.toNanos());
        }
    }

    private static boolean holds(Condition condition) {
        try {
            return condition.holds();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    public static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        if (next == null) {
            throw new AssertionError("nothing came within " + PATIENCE);
        }
        return next;
    }

    public static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new AssertionError("%s within %s".formatted(latch, PATIENCE));
        }
    }

    /** Is late on purpose. */
    public static void pause(Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    /** Waits for a thread to end. */
    public static void ended(Thread thread) {
        eventually(thread + " has ended", () -> !thread.isAlive());
    }
}
