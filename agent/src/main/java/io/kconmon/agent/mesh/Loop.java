package io.kconmon.agent.mesh;

import io.kconmon.agent.kernel.Sockets;
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
final class Loop<R extends Result> implements Runnable {

    private static final long MIN_JITTER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long MAX_JITTER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** From the exchange that warms the path to the first one that counts, where the interval is not shorter. */
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Sockets sockets;
    private final Probe<R> probe;
    private final long intervalNanos;
    private final Recorder<R> recorder;
    private final LoopMonitor monitor;
    private final Thread thread;
    private final ReentrantLock recording = new ReentrantLock();
    private boolean stopped;
    private volatile boolean warm;

    private Loop(String name, Sockets sockets, Probe<R> probe, Duration interval, Recorder<R> recorder,
            LoopMonitor monitor,
            boolean warm) {
        this.sockets = sockets;
        this.probe = probe;
        this.intervalNanos = interval.toNanos();
        this.recorder = recorder;
        this.monitor = monitor;
        this.warm = warm;
        this.thread = Thread.ofVirtual().name(name).unstarted(this);
    }

    /**
     * Starts a loop, which closes its probe when it ends.
     *
     * @param warm
     *            whether the path has been used before, so that the first exchange counts
     */
    static <R extends Result> Loop<R> start(String name, Sockets sockets, Probe<R> probe, Duration interval,
            Recorder<R> recorder,
            LoopMonitor monitor, boolean warm) {
        var loop = new Loop<>(name, sockets, probe, interval, recorder, monitor, warm);
        loop.thread.start();
        return loop;
    }

    /** When this returns nothing is recorded any more; a test under way is cut short and is no result. */
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
        monitor.started();
        long due = Sockets.tickAfter(System.nanoTime() + ThreadLocalRandom.current().nextLong(intervalNanos));
        try {
            while (true) {
                sockets.sleepUntil(due);
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
                due = Sockets.tickAfter(Math.max(due + period, System.nanoTime()));
            }
        } catch (InterruptedException e) {
            // stopped: the peer has left or the program ends
        } finally {
            close();
            monitor.ended();
        }
    }

    private void warmUp() throws InterruptedException {
        try {
            R result = probe.run();
            unlessStopped(() -> recorder.warmUp(result));
        } catch (RuntimeException | Error e) {
            monitor.bug(thread.getName(), e);
        }
        warm = true;
    }

    private void runOnce() throws InterruptedException {
        try {
            R result = probe.run();
            unlessStopped(() -> recorder.record(result));
        } catch (RuntimeException | Error e) {
            monitor.bug(thread.getName(), e);
            unlessStopped(recorder::clearGauges);
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

    /** No test is started of a peer that has left. */
    private static void endIfStopped() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private void close() {
        try {
            probe.close();
        } catch (RuntimeException | Error e) {
            monitor.bug(thread.getName(), e);
        }
    }
}
