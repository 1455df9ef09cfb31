package io.kconmon.agent.mesh;

import io.kconmon.agent.measure.Measurements;
import io.kconmon.agent.probe.Probe;
import io.kconmon.agent.probe.Result;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One test of one destination, again and again on a virtual thread of its own, until it is stopped. It begins at a
 * random place in the interval, so that many loops do not run at once and measure each other, and each period has a
 * jitter, so that loops of different agents do not stay in step.
 *
 * <p>
 * The first exchange of a loop that begins cold only warms the path (ARP, routes, connection tracking, classes that are
 * loaded) and is recorded nowhere, whatever becomes of it. The next one comes soon, and counts.
 */
final class Loop<T, R extends Result> implements Runnable {

    private static final long MIN_JITTER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long MAX_JITTER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** From the exchange that warms the path to the first one that counts, where the interval is not shorter. */
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Probe<T, R> probe;
    private final T target;
    private final Measurements<R> measurements;
    private final LoopWatch watch;
    private final Thread thread;
    private final ReentrantLock recording = new ReentrantLock();
    private boolean stopped;
    private volatile boolean warm;

    private Loop(String name, Probe<T, R> probe, T target, Measurements<R> measurements, LoopWatch watch,
            boolean warm) {
        this.probe = probe;
        this.target = target;
        this.measurements = measurements;
        this.watch = watch;
        this.warm = warm;
        this.thread = Thread.ofVirtual().name(name).unstarted(this);
    }

    /** @param warm whether the path has been used before, so that the first exchange counts */
    static <T, R extends Result> Loop<T, R> start(String name, Probe<T, R> probe, T target,
            Measurements<R> measurements,
            LoopWatch watch, boolean warm) {
        var loop = new Loop<>(name, probe, target, measurements, watch, warm);
        loop.thread.start();
        return loop;
    }

    /** From its return on nothing is recorded; a test under way is cut short and is no result. */
    void stop() {
        recording.lock();
        try {
            stopped = true;
        } finally {
            recording.unlock();
        }
        thread.interrupt();
    }

    /** Whether the path has been used. */
    boolean isWarm() {
        return warm;
    }

    @Override
    public void run() {
        watch.started();
        long interval = probe.interval().toNanos();
        long due = System.nanoTime() + ThreadLocalRandom.current().nextLong(interval);
        try {
            while (true) {
                sleepUntil(due);
                watch.woke(Duration.ofNanos(Math.max(0, System.nanoTime() - due)));
                endIfStopped();
                long period = interval + ThreadLocalRandom.current().nextLong(MIN_JITTER_NANOS, MAX_JITTER_NANOS + 1);
                if (warm) {
                    runOnce();
                } else {
                    warmUp();
                    period = Math.min(interval, WARM_UP_NANOS);
                }
                due = Math.max(due + period, System.nanoTime());
            }
        } catch (InterruptedException e) {
            // stopped: the peer has left or the program ends
        } finally {
            close();
            watch.ended();
        }
    }

    private void warmUp() throws InterruptedException {
        try {
            var unused = probe.run(target);
        } catch (RuntimeException | Error e) {
            watch.bug(thread.getName(), e);
        }
        warm = true;
    }

    /** What throws has found nothing: what the run before it found must not stay as if it had found it again. */
    private void runOnce() throws InterruptedException {
        try {
            long begin = System.nanoTime();
            long stoodStill = watch.stoodStillNanos();
            R result = probe.run(target);
            long standstill = watch.stoodStillNanos() - stoodStill;
            var took = Duration.ofNanos(System.nanoTime() - begin);
            unlessStopped(() -> {
                if (watch.isOwnFault(thread.getName(), result, standstill, probe.timeout(), took)) {
                    measurements.pause();
                } else {
                    measurements.record(result, standstill == 0);
                }
            });
        } catch (RuntimeException | Error e) {
            watch.bug(thread.getName(), e);
            unlessStopped(measurements::pause);
        }
    }

    private void unlessStopped(Runnable records) {
        recording.lock();
        try {
            if (!stopped) {
                records.run();
            }
        } finally {
            recording.unlock();
        }
    }

    private static void sleepUntil(long due) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
    }

    /** No test is started of a peer that has left. */
    private static void endIfStopped() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private void close() {
        if (target instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                watch.bug(thread.getName(), e);
            }
        }
    }
}
