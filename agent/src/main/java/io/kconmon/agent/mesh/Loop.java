package io.kconmon.agent.mesh;

import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.kernel.Ticks;
import io.kconmon.agent.probe.Probe;
import io.kconmon.agent.probe.Result;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs one test of one destination periodically until it is stopped, each run on a virtual thread of its own. There is
 * no thread between two tests, so that a thousand loops keep no stacks. A loop begins at a random moment of the
 * interval, so that many loops do not run at once and measure each other. Each period has a jitter, so that loops of
 * different agents do not stay in step.
 *
 * <p>
 * The first exchange of a loop that begins cold only warms the path (ARP, routes, connection tracking, classes that are
 * loaded) and is never recorded. The next one comes soon, and counts.
 */
final class Loop<R extends Result> {

    private static final long MIN_JITTER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long MAX_JITTER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** The time from the warm-up to the first exchange that counts, unless the interval is shorter. */
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String name;
    private final Sockets sockets;
    private final Probe<R> probe;
    private final long intervalNanos;
    private final Ticks ticks;
    private final Recorder<R> recorder;
    private final LoopMonitor monitor;
    private final ReentrantLock lock = new ReentrantLock();
    /** The test under way, or else the next one. */
    private @Nullable Thread underWay;
    private Sockets.@Nullable Scheduled next;
    private boolean stopped;
    private volatile boolean warm;
    private long due;

    private Loop(String name, Sockets sockets, Probe<R> probe, Duration interval, Recorder<R> recorder,
            LoopMonitor monitor, boolean warm) {
        this.name = name;
        this.sockets = sockets;
        this.probe = probe;
        this.intervalNanos = interval.toNanos();
        this.ticks = Ticks.of(interval);
        this.recorder = recorder;
        this.monitor = monitor;
        this.warm = warm;
    }

    /**
     * Starts a loop, which closes its probe when it ends.
     *
     * @param warm
     *            whether the path has been used before, so that the first exchange counts
     */
    static <R extends Result> Loop<R> start(String name, Sockets sockets, Probe<R> probe, Duration interval,
            Recorder<R> recorder, LoopMonitor monitor, boolean warm) {
        var loop = new Loop<>(name, sockets, probe, interval, recorder, monitor, warm);
        monitor.started();
        loop.scheduleAt(System.nanoTime() + ThreadLocalRandom.current().nextLong(loop.intervalNanos));
        return loop;
    }

    private void scheduleAt(long nanoTime) {
        lock.lock();
        try {
            due = ticks.after(nanoTime);
            next = sockets.schedule(due, name, this::turn);
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is recorded after this has returned; a test under way is cut short and gives no result. */
    void stop() {
        boolean isIdle;
        lock.lock();
        try {
            if (stopped) {
                return;
            }
            stopped = true;
            isIdle = underWay == null;
            if (underWay != null) {
                underWay.interrupt();
            } else if (next != null) {
                next.cancel();
            }
        } finally {
            lock.unlock();
        }
        if (isIdle) {
            end();
        }
    }

    /** Whether the path has been used. */
    boolean isWarm() {
        return warm;
    }

    private void turn() {
        if (!begin()) {
            return;
        }
        try {
            monitor.woke(Duration.ofNanos(Math.max(0, System.nanoTime() - due)));
            endIfStopped();
            long period = intervalNanos
                    + ThreadLocalRandom.current().nextLong(MIN_JITTER_NANOS, MAX_JITTER_NANOS + 1);
            if (warm) {
                runOnce();
            } else {
                warmUp();
                period = Math.min(intervalNanos, WARM_UP_NANOS);
            }
            if (goOn(Math.max(due + period, System.nanoTime()))) {
                return;
            }
        } catch (InterruptedException e) {
            // stopped: the peer has left or the program ends
        }
        end();
    }

    /** Whether there is a test to begin. There is none if the loop has been stopped before. */
    private boolean begin() {
        lock.lock();
        try {
            underWay = stopped ? null : Thread.currentThread();
            return !stopped;
        } finally {
            lock.unlock();
        }
    }

    private boolean goOn(long nanoTime) {
        lock.lock();
        try {
            if (!stopped) {
                underWay = null;
                scheduleAt(nanoTime);
            }
            return !stopped;
        } finally {
            lock.unlock();
        }
    }

    private void warmUp() throws InterruptedException {
        try {
            R result = probe.run();
            unlessStopped(() -> recorder.warmUp(result));
        } catch (RuntimeException | Error e) {
            monitor.bug(name, e);
        }
        warm = true;
    }

    private void runOnce() throws InterruptedException {
        try {
            unlessStopped(recorder::begins);
            R result = probe.run();
            unlessStopped(() -> recorder.record(result));
        } catch (RuntimeException | Error e) {
            monitor.bug(name, e);
            unlessStopped(recorder::recordBug);
        }
    }

    private void unlessStopped(Runnable records) {
        lock.lock();
        try {
            if (!stopped) {
                records.run();
            }
        } finally {
            lock.unlock();
        }
    }

    /** No test is started of a peer that has left. */
    private static void endIfStopped() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private void end() {
        try {
            probe.close();
        } catch (RuntimeException | Error e) {
            monitor.bug(name, e);
        }
        monitor.ended();
    }
}
