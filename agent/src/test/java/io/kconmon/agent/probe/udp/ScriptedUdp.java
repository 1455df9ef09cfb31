package io.kconmon.agent.probe.udp;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.PeerProtocol;
import io.kconmon.agent.probe.PeerState;
import io.kconmon.agent.probe.ZoneSeries;
import io.kconmon.agent.support.ScriptedPeers;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** A UDP protocol for the mesh and the page, with results that a test gives. */
public final class ScriptedUdp {

    /** The results that a run may have: all of five packets and a duplicate, or none and two late replies. */
    public enum Found {
        PASS(new UdpResult(IntStream.of(125, 250, 500, 125, 250).mapToObj(ScriptedUdp::took).toList(), 0, 1, false,
                LossDirections.NONE, List.of())), FAIL(
                        new UdpResult(Collections.nCopies(5, lost(Cause.TIMEOUT)), 2, 0,
                                false, new LossDirections(3, 1, 1), List.of()));

        private final UdpResult result;

        Found(UdpResult result) {
            this.result = result;
        }
    }

    /** One run. */
    public interface Run {
        Found run() throws InterruptedException;
    }

    private ScriptedUdp() {
    }

    public static PeerProtocol<?> protocol(String name, Function<InetSocketAddress, Run> runs) {
        return new ScriptedPeers<>(name, peer -> {
            Run run = runs.apply(peer);
            return () -> run.run().result;
        }, UdpSeries::new, () -> new ZoneSeries<>(UdpCounts.NONE, UdpProtocol.DURATIONS), round -> PeerState.UNKNOWN);
    }

    /** A packet that came back in time. */
    static UdpPacketResult took(int micros) {
        return new UdpPacketResult(40001, Optional.of(Duration.ofNanos(micros * 1000L)), Optional.empty(), "");
    }

    /** A packet that did not. */
    static UdpPacketResult lost(Cause cause) {
        return new UdpPacketResult(40002, Optional.empty(), Optional.of(cause), "in words");
    }
}
