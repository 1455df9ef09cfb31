package io.kconmon.agent.probe.udp;

import io.kconmon.agent.probe.Cause;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * What became of one packet.
 *
 * @param sourcePort
 *            the port that it left by; 0 if it was not sent
 * @param roundTrip
 *            the network's share of it, if it came back, late or not, and the time is known
 * @param cause
 *            why it counts as lost; empty if it does not
 * @param detail
 *            in words; empty if the cause is enough
 * @param saidBy
 *            who answered that it cannot be delivered, if that is known
 */
record UdpPacketResult(int sourcePort, Optional<Duration> roundTrip, Optional<Cause> cause, String detail,
        Optional<InetAddress> saidBy) {

    UdpPacketResult(int sourcePort, Optional<Duration> roundTrip, Optional<Cause> cause, String detail) {
        this(sourcePort, roundTrip, cause, detail, Optional.empty());
    }

    boolean isSent() {
        return cause.isEmpty() || cause.get() != Cause.LOCAL;
    }

    boolean isReceived() {
        return cause.isEmpty();
    }

    boolean isLost() {
        return isSent() && !isReceived();
    }
}
