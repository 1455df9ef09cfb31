package io.kconmon.agent.kernel;

import io.kconmon.agent.kernel.SocketError.Kind;
import java.net.InetAddress;
import java.util.Optional;

/** Error numbers of {@code asm-generic/errno.h}, which x86-64 and aarch64 share. */
final class Errno {

    static final int EBADF = 9;
    static final int EAGAIN = 11;
    /** A packet is too long for this host; on a socket that receives errors also ICMP "fragmentation needed". */
    static final int EMSGSIZE = 90;
    static final int EAFNOSUPPORT = 97;
    static final int EADDRINUSE = 98;
    static final int ECONNREFUSED = 111;
    static final int EINPROGRESS = 115;

    private Errno() {
    }

    static SocketError error(int errno, String call) {
        return error(errno, call, Optional.empty());
    }

    static SocketError error(int errno, String call, Optional<InetAddress> saidBy) {
        String message = call + ": " + text(errno) + saidBy.map(it -> ", says " + it.getHostAddress()).orElse("");
        return new SocketError(kind(errno), errno, message, saidBy);
    }

    /** The error of a call that does not use the network, where the number has no network meaning. */
    static SocketError localError(int errno, String call) {
        return new SocketError(Kind.LOCAL, errno, call + ": " + text(errno), Optional.empty());
    }

    /** Whether an ICMP error that came for an earlier packet may be behind it. */
    static boolean mayBeOfAnEarlierPacket(int errno) {
        return errno == EMSGSIZE || kind(errno) != Kind.LOCAL;
    }

    /** The meaning of a system call's failure for the network. */
    static Kind kind(int errno) {
        return switch (errno) {
            case ECONNREFUSED -> Kind.REFUSED;
            case 104, 32, 103 -> Kind.RESET; // ECONNRESET, EPIPE, ECONNABORTED
            case 110 -> Kind.TIMED_OUT; // ETIMEDOUT
            // ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH, ENONET; of ICMP errors also EPROTO, ENOPROTOOPT, EOPNOTSUPP
            // (RFC 1122, 3.2.2.1); of a route of type prohibit EACCES, of one of type blackhole EINVAL
            case 100, 101, 112, 113, 64, 71, 92, 95, 13, 22 -> Kind.UNREACHABLE;
            default -> Kind.LOCAL;
        };
    }

    private static String text(int errno) {
        return switch (errno) {
            case 1 -> "operation not permitted";
            case EBADF -> "closed";
            case EAGAIN -> "try again";
            case 12 -> "out of memory";
            case 13 -> "permission denied";
            case 22 -> "invalid argument";
            case 23, 24 -> "too many open files";
            case 32 -> "broken pipe";
            case 64 -> "machine is not on the network";
            case 71 -> "protocol error";
            case EMSGSIZE -> "message too long";
            case 92 -> "protocol not available";
            case EAFNOSUPPORT -> "address family not supported";
            case EADDRINUSE -> "address already in use";
            case 99 -> "cannot assign requested address";
            case 100 -> "network is down";
            case 101 -> "network is unreachable";
            case 103 -> "connection aborted";
            case 104 -> "connection reset";
            case 105 -> "no buffer space available";
            case 110 -> "timed out";
            case ECONNREFUSED -> "connection refused";
            case 112 -> "host is down";
            case 113 -> "no route to host";
            default -> "error " + errno;
        };
    }
}
