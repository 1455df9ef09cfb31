package io.kconmon.agent.probe;

import java.net.InetSocketAddress;

/** A protocol that is tested against every other agent. */
public non-sealed interface PeerProtocol<R extends Result> extends Protocol<R> {

    /** Makes a probe of the agent at this address. */
    Probe<R> to(InetSocketAddress peer);

    /** Counts one peer's results for the report. */
    default Tally<R> tally() {
        return new ResultTally<>();
    }

    /** What the peer has said about itself in the answers that led to this result. */
    default PeerState peerState(R result) {
        return PeerState.UNKNOWN;
    }
}
