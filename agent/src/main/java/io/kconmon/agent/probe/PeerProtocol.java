package io.kconmon.agent.probe;

import io.kconmon.agent.kernel.Ticks;
import java.net.InetSocketAddress;
import java.util.List;

/** A protocol that is tested against every other agent. */
public non-sealed interface PeerProtocol<R extends Result> extends Protocol<R> {

    /**
     * Makes a probe of the agent at this address.
     *
     * @param ticks
     *            the times at which it looks for answers, if it can choose
     */
    Probe<R> to(InetSocketAddress peer, Ticks ticks);

    /** Makes an empty series of all peers in one zone. */
    default ZoneSeries<R> zoneSeries() {
        return new ZoneSeries<>(new ResultTotals<>(name()), List.of());
    }

    /** Counts one peer's results for the report. */
    default ReportCounts<R> reportCounts() {
        return new ResultReportCounts<>();
    }

    /** The peer's state, from the answers that led to this result. */
    default PeerState peerState(R result) {
        return PeerState.UNKNOWN;
    }
}
