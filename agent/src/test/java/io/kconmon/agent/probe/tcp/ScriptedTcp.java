package io.kconmon.agent.probe.tcp;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.PeerProtocol;
import io.kconmon.agent.probe.PeerState;
import io.kconmon.agent.probe.ZoneSeries;
import io.kconmon.agent.support.ScriptedPeers;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** A TCP protocol for the mesh and the page, with results that a test gives. */
public final class ScriptedTcp {

    /** The results that a run may have. */
    public enum Found {
        PASS(passed(), PeerState.RUNNING), PASS_AND_STOPPING(passed(), PeerState.STOPPING), FAIL(failed(Cause.REFUSED),
                PeerState.UNKNOWN), FAIL_AND_STOPPING(failed(Cause.REFUSED),
                        PeerState.STOPPING), LOCAL(failed(Cause.LOCAL), PeerState.UNKNOWN);

        private final TcpResult result;

        Found(Outcome<TcpTiming> outcome, PeerState peer) {
            this.result = new TcpResult(outcome, peer, 0);
        }
    }

    /** One run. */
    public interface Run {
        Found run() throws InterruptedException;
    }

    private ScriptedTcp() {
    }

    public static PeerProtocol<?> protocol(String name, Function<InetSocketAddress, Run> runs) {
        return new ScriptedPeers<>(name, peer -> {
            Run run = runs.apply(peer);
            return () -> run.run().result;
        }, TcpSeries::new, () -> new ZoneSeries<>(TcpCounts.NONE, TcpProtocol.DURATIONS), TcpResult::peer);
    }

    private static Outcome<TcpTiming> passed() {
        return new Outcome.Success<>(
                new TcpTiming(Optional.of(Duration.ofNanos(250_000)), Duration.ofNanos(1_250_000)));
    }

    private static Outcome<TcpTiming> failed(Cause cause) {
        return new Outcome.Failure<>(cause, "");
    }
}
