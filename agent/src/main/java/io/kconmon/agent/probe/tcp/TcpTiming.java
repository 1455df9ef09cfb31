package io.kconmon.agent.probe.tcp;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a request took on the network.
 *
 * @param connect
 *            the round trip of the handshake; empty if the SYN had to be sent again, because the retransmission timer
 *            was measured then
 * @param total
 *            the handshake, and from the sending of the request to the last byte of the answer
 */
record TcpTiming(Optional<Duration> connect, Duration total) {
}
