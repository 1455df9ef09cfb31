package io.kconmon.agent.probe.tcp;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.PeerState;
import io.kconmon.agent.probe.Result;
import java.util.Optional;

/**
 * The result of one request.
 *
 * @param outcome
 *            its times, or the cause of its failure
 * @param peer
 *            the state that the peer has reported, even if the request failed
 * @param retransmits
 *            segments that had to be sent again, SYNs included: losses that TCP hides
 */
record TcpResult(Outcome<TcpTiming> outcome, PeerState peer, int retransmits) implements Result {

    @Override
    public Optional<Cause> cause() {
        return outcome.cause();
    }

    @Override
    public double roundTripSeconds() {
        return outcome.success().flatMap(TcpTiming::connect).map(it -> it.toNanos() / 1e9).orElse(Double.NaN);
    }

    /** In words, why it failed; empty if it did not. */
    String detail() {
        return outcome instanceof Outcome.Failure<TcpTiming> failure ? failure.detail() : "";
    }
}
