package io.kconmon.agent.kernel;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * {@code sockaddr_in} of {@code netinet/in.h} (family 2 bytes, port 2, address 4), {@code sockaddr_in6} (family 2, port 2, flow
 * 4, address 16, scope 4) and the two as they are in memory.
 */
final class SocketAddress {

    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    private static final int SIZE_INET = 16;
    private static final int MAPPED = 0xFFFF_0000;

    private SocketAddress() {
    }

    static int family(InetAddress address) {
        return address instanceof Inet4Address ? AF_INET : AF_INET6;
    }

    /**
     * Writes an address.
     *
     * @param family
     *            of the socket: an IPv4 address becomes a mapped one (RFC 4291, 2.5.5.2) for a socket of IPv6
     * @return its size
     * @throws SocketError
     *             if the socket is of IPv4 and the address of IPv6
     */
    static int write(Memory memory, int offset, int family, InetSocketAddress address) throws SocketError {
        byte[] bytes = address.getAddress().getAddress();
        if (family == AF_INET && bytes.length != 4) {
            throw Errno.localError(Errno.EAFNOSUPPORT, "address");
        }
        memory.clear(offset, Memory.NAME_SIZE);
        memory.putShort(offset, family);
        memory.putShortInNetworkOrder(offset + 2, address.getPort());
        if (family == AF_INET) {
            memory.put(offset + 4, bytes, 0, 4);
            return SIZE_INET;
        }
        if (bytes.length == 4 && !address.getAddress().isAnyLocalAddress()) {
            memory.putInt(offset + 16, MAPPED);
            memory.put(offset + 20, bytes, 0, 4);
        } else if (address.getAddress() instanceof Inet6Address six) {
            memory.put(offset + 8, bytes, 0, 16);
            memory.putInt(offset + 24, six.getScopeId());
        }
        return Memory.NAME_SIZE;
    }

    static InetSocketAddress read(Memory memory, int offset) {
        return new InetSocketAddress(address(memory, offset), memory.getShortInNetworkOrder(offset + 2));
    }

    /** A mapped address is read as the IPv4 address that it is; anything but an IP address as the wildcard. */
    static InetAddress address(Memory memory, int offset) {
        try {
            return switch (memory.getByte(offset)) { // the families are small and little-endian
                case AF_INET -> InetAddress.getByAddress(memory.bytes(offset + 4, 4));
                case AF_INET6 -> {
                    InetAddress plain = InetAddress.getByAddress(memory.bytes(offset + 8, 16));
                    int scope = memory.getInt(offset + 24);
                    yield scope != 0 && plain.isLinkLocalAddress()
                            ? Inet6Address.getByAddress(null, plain.getAddress(), scope)
                            : plain;
                }
                default -> new InetSocketAddress(0).getAddress();
            };
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // for other lengths than 4 and 16
        }
    }
}
