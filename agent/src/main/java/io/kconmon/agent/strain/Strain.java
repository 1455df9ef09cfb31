package io.kconmon.agent.strain;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices when this process stands still: a virtual thread, as every test is, wakes ten times a second (more often where answers are waited for less than 250 ms), and when it
 * wakes too late, so would a test have seen its reply. To ask how long the process has stood still is to read a
 * volatile.
 */
public final class Strain implements AutoCloseable {

    /** A standstill is seen if it is longer than this and what is allowed together, and may be seen if it is shorter. */
    private static final Duration PULSE = Duration.ofMillis(100);
    /** What misses an answer that is waited for as long as this, or longer, is seen by that pulse. */
    private static final Duration SUFFICES = Duration.ofMillis(250);
    private static final Duration LEAST = Duration.ofMillis(5);
    /** What waited for this process to wake is dealt with in that time. */
    private static final Duration AFTERMATH = Duration.ofSeconds(1);

    /** @param wokeNanos when the last standstill ended */
    private record State(long dueNanos, long stoodStillNanos, long wokeNanos, Taint last) {
    }

    private final long maxLagNanos;
    private final long pulseNanos;
    private final Blame blame;
    private volatile State state;
    private @Nullable Thread thread;

    Strain(Duration maxLag, Duration shortestTimeout, Blame blame, long now) {
        this.maxLagNanos = inProportion(maxLag, shortestTimeout);
        this.pulseNanos = inProportion(PULSE, shortestTimeout);
        this.blame = blame;
        this.state = new State(now + pulseNanos, 0, now - AFTERMATH.toNanos(), Taint.LAG);
    }

    private static long inProportion(Duration usual, Duration timeout) {
        double share = Math.min(1, (double) timeout.toNanos() / SUFFICES.toNanos());
        return Math.max(LEAST.toNanos(), (long) (usual.toNanos() * share));
    }

    /**
     * Watches until it is closed.
     *
     * @param maxLag
     *            how late a thread may wake that is no standstill yet; in proportion less where an answer is waited for
     *            less than 250 ms
     * @param shortestTimeout
     *            of the tests that are run
     */
    public static Strain start(Duration maxLag, Duration shortestTimeout) {
        var strain = new Strain(maxLag, shortestTimeout, Blame.ofThisProcess(), System.nanoTime());
        strain.thread = Thread.ofVirtual().name("strain").start(strain::run);
        return strain;
    }

    private void run() {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(state.dueNanos - System.nanoTime());
                try {
                    pulse(System.nanoTime());
                } catch (OutOfMemoryError e) {
                    // a standstill of its own; who stopped watching would excuse every failure from now on
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    /** The thread has woken. */
    void pulse(long now) {
        State was = state;
        long late = now - was.dueNanos;
        if (late > maxLagNanos) {
            state = new State(now + pulseNanos, was.stoodStillNanos + late, now, blame.of(late));
        } else {
            blame.note(now);
            state = new State(now + pulseNanos, was.stoodStillNanos, was.wokeNanos, was.last);
        }
    }

    /** How long this process has stood still since it started, up to now. */
    public long stoodStillNanos() {
        return stoodStillNanos(System.nanoTime());
    }

    /** Whoever wakes first from a standstill need not wait for the pulse to say so. */
    long stoodStillNanos(long now) {
        State at = state;
        long late = now - at.dueNanos;
        return at.stoodStillNanos + (late > maxLagNanos ? late : 0);
    }

    /** Whether this process stood still just now, so that what it does was asked of it some time ago. */
    public boolean heldUp() {
        return heldUp(System.nanoTime());
    }

    boolean heldUp(long now) {
        State at = state;
        return now - at.dueNanos > maxLagNanos || now - at.wokeNanos < AFTERMATH.toNanos();
    }

    /** What the last standstill came from. */
    public Taint last() {
        return state.last;
    }

    @Override
    public void close() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
