package io.kconmon.agent.kernel;

import java.net.InetSocketAddress;

/** Opens a socket and sets it up; numbers are those of {@code asm-generic/socket.h} and {@code linux/in.h}. */
final class Descriptor {

    static final int SOCK_STREAM = 1;
    static final int SOCK_DGRAM = 2;
    private static final int SOCK_NONBLOCK_CLOEXEC = 0x800 | 0x80000;
    private static final int SO_ERROR = 4;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int SO_TIMESTAMPING = 37;
    /** Of {@code linux/net_tstamp.h}. */
    static final int TX_SOFTWARE = 1 << 1;
    static final int RX_SOFTWARE = 1 << 3;
    static final int SOFTWARE = 1 << 4;
    static final int OPT_ID = 1 << 7;
    static final int OPT_CMSG = 1 << 10;
    static final int OPT_TSONLY = 1 << 11;

    private Descriptor() {
    }

    static int open(Memory memory, int family, int type) throws SocketError {
        return Libc.SOCKET.require(memory, family, type | SOCK_NONBLOCK_CLOEXEC, 0);
    }

    static void set(Memory memory, int fd, int level, int option, int value) throws SocketError {
        memory.putInt(Memory.VALUE, value);
        Libc.SETSOCKOPT.require(memory, fd, level, option, memory.at(Memory.VALUE), 4);
    }

    static void stamp(Memory memory, int fd, int flags) throws SocketError {
        set(memory, fd, Message.SOL_SOCKET, SO_TIMESTAMPING, flags);
    }

    /**
     * As large buffers as the system allows (net.core.rmem_max, wmem_max). The send buffer holds requests that wait for
     * a neighbour's address; the receive buffer holds packets that come while this process is kept from running.
     */
    static void enlarge(Memory memory, int fd) throws SocketError {
        set(memory, fd, Message.SOL_SOCKET, SO_SNDBUF, BUFFER_BYTES);
        set(memory, fd, Message.SOL_SOCKET, SO_RCVBUF, BUFFER_BYTES);
    }

    /** ICMP errors come with their sender. */
    static void tellErrors(Memory memory, int fd, int family) throws SocketError {
        if (family == SocketAddress.AF_INET6) {
            set(memory, fd, Message.SOL_IPV6, Message.IPV6_RECVERR, 1);
        } else {
            set(memory, fd, Message.SOL_IP, Message.IP_RECVERR, 1);
        }
    }

    static void bind(Memory memory, int fd, int family, InetSocketAddress local) throws SocketError {
        int size = SocketAddress.write(memory, Memory.NAME, family, local);
        Libc.BIND.require(memory, fd, memory.at(Memory.NAME), size);
    }

    static int port(Memory memory, int fd) throws SocketError {
        memory.putInt(Memory.VALUE, Memory.NAME_SIZE);
        Libc.GETSOCKNAME.require(memory, fd, memory.at(Memory.NAME), memory.at(Memory.VALUE));
        return memory.getShortInNetworkOrder(Memory.NAME + 2);
    }

    /** The error that a socket has come to; 0 if it has come to none. */
    static int error(Memory memory, int fd) throws SocketError {
        memory.putInt(Memory.VALUE, 0);
        memory.putInt(Memory.VALUE + 8, 4);
        Libc.GETSOCKOPT.require(memory, fd, Message.SOL_SOCKET, SO_ERROR, memory.at(Memory.VALUE),
                memory.at(Memory.VALUE + 8));
        return memory.getInt(Memory.VALUE);
    }

    static void close(Memory memory, int fd) {
        Libc.CLOSE.call(memory, fd, 0);
    }
}
