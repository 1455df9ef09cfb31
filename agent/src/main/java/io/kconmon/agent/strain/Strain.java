package io.kconmon.agent.strain;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices when this process gets no time to run: a virtual thread, as every test is, wakes ten times a second (more
 * often where answers are waited for less than 250 ms), and when it wakes late, so would a test have seen its reply. When
 * it wakes too late, the process stood still. To ask is to read a volatile.
 */
public final class Strain implements AutoCloseable {

    /** A standstill is seen if it is longer than this and what is allowed together, and may be seen if it is shorter. */
    private static final Duration PULSE = Duration.ofMillis(100);
    /** What misses an answer that is waited for as long as this, or longer, is seen by that pulse. */
    private static final Duration SUFFICES = Duration.ofMillis(250);

    /** @param last what the last standstill came from */
    private record State(long dueNanos, long waitedNanos, long stoodStillNanos, Longest longest, Taint last) {

        /** How long the thread that is to wake has waited. */
        long waits(long now) {
            long late = now - dueNanos;
            return late > Longest.LEAST_NANOS ? late : 0;
        }
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
        this.state = new State(now + pulseNanos, 0, 0, new Longest(now), Taint.LAG);
    }

    private static long inProportion(Duration usual, Duration timeout) {
        double share = Math.min(1, (double) timeout.toNanos() / SUFFICES.toNanos());
        return Math.max(Longest.LEAST_NANOS, (long) (usual.toNanos() * share));
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
        long waited = was.waits(now);
        var woke = new State(now + pulseNanos, was.waitedNanos + waited, stoodStillNanos(now),
                was.longest.and(waited, now), was.last);
        state = woke; // at once: others have woken too
        if (waited > maxLagNanos) {
            state = new State(woke.dueNanos, woke.waitedNanos, woke.stoodStillNanos, woke.longest, blame.of(waited));
        } else {
            blame.note(now);
        }
    }

    /** How long threads of this process have waited to run since it started, up to now, standing still included. */
    public long waitedNanos() {
        return waitedNanos(System.nanoTime());
    }

    long waitedNanos(long now) {
        State at = state;
        return at.waitedNanos + at.waits(now);
    }

    /** How long this process has stood still since it started, up to now. */
    public long stoodStillNanos() {
        return stoodStillNanos(System.nanoTime());
    }

    /** Whoever wakes first from a standstill need not wait for the pulse to say so. */
    long stoodStillNanos(long now) {
        State at = state;
        long waits = at.waits(now);
        return at.stoodStillNanos + (waits > maxLagNanos ? waits : 0);
    }

    /** How long what this process does now may have waited for it: the longest wait of the last second or two. */
    public long heldUpNanos() {
        return heldUpNanos(System.nanoTime());
    }

    long heldUpNanos(long now) {
        State at = state;
        return Math.max(at.longest.nanos(now), at.waits(now));
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
