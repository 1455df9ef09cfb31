package io.kconmon.agent.kernel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An ICMP error (RFC 792, RFC 4443) that a packet was answered with.
 *
 * @param destination
 *            where the packet was to go
 * @param payload
 *            what the error quotes of the packet's payload: often all of it, perhaps nothing
 * @param error
 *            what the kernel makes of its type and code
 * @param saidBy
 *            the router or host that sent the error, if it is known
 */
public record IcmpError(InetSocketAddress destination, ByteBuffer payload, SocketError error,
        Optional<InetAddress> saidBy) {
}
