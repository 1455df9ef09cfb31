package io.kconmon.agent.mesh;

import io.kconmon.agent.probe.PeerProtocol;
import io.kconmon.agent.probe.tcp.ScriptedTcp.Found;
import io.kconmon.agent.probe.tcp.ScriptedTcp;
import io.kconmon.testkit.Eventually;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Probes whose runs wait until the test gives them a result.
 *
 * @param stubborn
 *            whether a run returns what it found even if it was interrupted, as one does that had found it just then
 */
record HandProtocol(boolean stubborn, BlockingQueue<Run> runs) {

    /** One that is under way. */
    record Run(InetSocketAddress target, BlockingQueue<Found> found, CountDownLatch cutShort) {

        void finds(Found result) {
            found.add(result);
        }
    }

    HandProtocol(boolean stubborn) {
        this(stubborn, new LinkedBlockingQueue<>());
    }

    PeerProtocol<?> named(String name) {
        return ScriptedTcp.protocol(name, peer -> () -> run(peer));
    }

    private Found run(InetSocketAddress target) throws InterruptedException {
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
        Found found = Eventually.next(run.found);
        Thread.currentThread().interrupt();
        return found;
    }

    /** Lets a loop that begins have its first exchange, which counts for nothing. */
    void warmUp() throws InterruptedException {
        next().finds(Found.FAIL);
    }

    Run next() throws InterruptedException {
        return Eventually.next(runs);
    }
}
