package io.kconmon.agent.kernel;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;

/** A system call on a socket has failed, or a router has reported that a packet cannot be delivered. */
public final class SocketError extends IOException {

    private static final long serialVersionUID = 1;

    /** The meaning of an error number, as far as it helps to find the fault. */
    public enum Kind {
        /** The other end refuses: TCP RST to a SYN, ICMP port unreachable. */
        REFUSED,
        /** A router, or this node's own table, knows no way. */
        UNREACHABLE,
        /** An established connection was cut. */
        RESET,
        /** The kernel gave up waiting. */
        TIMED_OUT,
        /** This process or this node: no descriptor, no memory, an address that is not its own. */
        LOCAL
    }

    private final Kind kind;
    private final int errno;
    private final transient Optional<InetAddress> saidBy;

    /**
     * @param errno
     *            of {@code errno.h}
     * @param message
     *            for people
     * @param saidBy
     *            who sent the ICMP error, if one is behind it
     */
    SocketError(Kind kind, int errno, String message, Optional<InetAddress> saidBy) {
        super(message);
        this.kind = kind;
        this.errno = errno;
        this.saidBy = saidBy;
    }

    public Kind kind() {
        return kind;
    }

    public int errno() {
        return errno;
    }

    /** The router or host that sent the ICMP error, if one is behind this. */
    public Optional<InetAddress> saidBy() {
        return saidBy;
    }
}
