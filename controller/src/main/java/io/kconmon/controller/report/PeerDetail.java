package io.kconmon.controller.report;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Details of an agent's report on a peer, beside its {@link PeerReport}.
 *
 * @param state
 *            whether the peer is tested at all
 * @param leastMicros
 *            the shortest round trip, in microseconds
 * @param mostMicros
 *            the longest
 * @param retransmits
 *            TCP segments that had to be sent again
 * @param undeliverable
 *            UDP packets that were reported as undeliverable by an ICMP error
 * @param saidBy
 *            the address of the sender of that ICMP error
 */
public record PeerDetail(State state, OptionalLong leastMicros, OptionalLong mostMicros, int retransmits,
        int undeliverable, Optional<String> saidBy) {

    /** The agent's view: the peer is tested, its tests pause, or it has announced its stop. */
    public enum State {
        ACTIVE, PAUSED, DRAINING
    }
}
