package io.kconmon.agent.mesh;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.PeerProtocol;
import io.kconmon.agent.probe.PeerState;
import io.kconmon.agent.probe.tcp.TcpResult;
import io.kconmon.agent.probe.tcp.TcpSeries;
import io.kconmon.agent.probe.tcp.TcpTiming;
import io.kconmon.agent.support.Eventually;
import io.kconmon.agent.support.ScriptedPeers;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Probes whose runs wait for the test to say what they find.
 *
 * @param stubborn
 *            whether a run returns what it found even if it was interrupted, as one does that had found it just then
 */
record HandProtocol(boolean stubborn, BlockingQueue<Run> runs) {

    private static final Outcome<TcpTiming> PASSED = new Outcome.Success<>(
            new TcpTiming(Duration.ofNanos(250_000), Duration.ofNanos(1_250_000)));
    private static final Outcome<TcpTiming> REFUSED = new Outcome.Failure<>(Cause.REFUSED, "");

    static final TcpResult PASS = new TcpResult(PASSED, PeerState.RUNNING);
    static final TcpResult PASS_AND_STOPPING = new TcpResult(PASSED, PeerState.STOPPING);
    static final TcpResult FAIL = new TcpResult(REFUSED, PeerState.UNKNOWN);
    static final TcpResult FAIL_AND_STOPPING = new TcpResult(REFUSED, PeerState.STOPPING);
    static final TcpResult LOCAL = new TcpResult(new Outcome.Failure<>(Cause.LOCAL, ""), PeerState.UNKNOWN);

    /** One that is under way. */
    record Run(InetSocketAddress target, BlockingQueue<TcpResult> found, CountDownLatch cutShort) {

        void finds(TcpResult result) {
            found.add(result);
        }
    }

    HandProtocol(boolean stubborn) {
        this(stubborn, new LinkedBlockingQueue<>());
    }

    PeerProtocol<TcpResult> named(String name) {
        return new ScriptedPeers<>(name, peer -> () -> run(peer), TcpSeries::new, TcpResult::peer);
    }

    private TcpResult run(InetSocketAddress target) throws InterruptedException {
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
        TcpResult found = Eventually.next(run.found);
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
