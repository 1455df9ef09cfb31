package io.kconmon.controller.report;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an agent says of a peer beside its {@link PeerReport}.
 *
 * @param state
 *            whether it is tested at all
 * @param leastMicros
 *            the shortest round trip, in microseconds
 * @param mostMicros
 *            the longest
 * @param retransmits
 *            TCP segments that had to be sent again
 * @param undeliverable
 *            UDP packets that somebody answered cannot be delivered
 * @param saidBy
 *            the address of who answered so
 */
public record PeerDetail(State state, OptionalLong leastMicros, OptionalLong mostMicros, int retransmits,
        int undeliverable, Optional<String> saidBy) {

    /** As the agent sees it: the peer's tests pause, or it has said itself that it stops. */
    public enum State {
        ACTIVE, PAUSED, DRAINING
    }
}
