package io.kconmon.agent.mesh;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.Probe;
import io.kconmon.agent.probe.TcpProbe.Timing;
import io.kconmon.agent.support.Eventually;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A probe whose runs wait for the test to say what they find.
 *
 * @param stubborn
 *            whether a run returns what it found even if it was interrupted, as one does that had found it just then
 */
record HandProbe(boolean stubborn, BlockingQueue<Run> runs) implements Probe<InetSocketAddress, Outcome<Timing>> {

    static final Outcome<Timing> PASS = new Outcome.Success<>(
            new Timing(Duration.ofNanos(250_000), Duration.ofNanos(1_250_000)));
    static final Outcome<Timing> PASS_AND_STOPS = new Outcome.Success<>(
            new Timing(Duration.ofNanos(250_000), Duration.ofNanos(1_250_000), true));
    static final Outcome<Timing> LATE = late(Duration.ZERO, false);
    static final Outcome<Timing> LATE_AND_HELD_UP = late(Duration.ofMillis(20), false);
    static final Outcome<Timing> LATE_AND_STOPS = late(Duration.ZERO, true);
    static final Outcome<Timing> FAIL = new Outcome.Failure<>(Cause.REFUSED, "");

    private static Outcome<Timing> late(Duration heldUp, boolean stops) {
        return new Outcome.Late<>("", Duration.ofMillis(20), Duration.ZERO, heldUp, stops);
    }

    /** One that is under way. */
    record Run(InetSocketAddress target, BlockingQueue<Outcome<Timing>> found, CountDownLatch cutShort) {

        void finds(Outcome<Timing> outcome) {
            found.add(outcome);
        }
    }

    HandProbe(boolean stubborn) {
        this(stubborn, new LinkedBlockingQueue<>());
    }

    @Override
    public Duration interval() {
        return Duration.ofMillis(10);
    }

    @Override
    public Duration timeout() {
        return Duration.ofMillis(10);
    }

    @Override
    public Outcome<Timing> run(InetSocketAddress target) throws InterruptedException {
        var run = new Run(target, new LinkedBlockingQueue<>(), new CountDownLatch(1));
        runs.add(run);
        try {
            return run.found.take();
        } catch (InterruptedException e) {
            run.cutShort.countDown();
            if (!stubborn) {
                throw e;
            }
        }
        Outcome<Timing> found = Eventually.next(run.found);
        Thread.currentThread().interrupt();
        return found;
    }

    /** Lets a loop that begins have its first exchange, which counts for nothing. */
    void warmUp() throws InterruptedException {
        next().finds(FAIL);
    }

    Run next() throws InterruptedException {
        return Eventually.next(runs);
    }
}
