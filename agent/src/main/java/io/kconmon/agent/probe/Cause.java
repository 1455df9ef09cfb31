package io.kconmon.agent.probe;

import io.kconmon.agent.kernel.SocketError;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.util.Locale;

/** Why a test failed. These are the values of the label {@code cause}, so there are few of them. */
public enum Cause {
    /** Nothing came back in time. */
    TIMEOUT,
    /** The right answer came, after the timeout: the way is long, not cut. */
    LATE,
    /** TCP: no handshake in time. */
    CONNECT_TIMEOUT,
    /** TCP: the handshake worked, and the peer's kernel has not acknowledged the full-size request: large packets vanish. */
    UNACKNOWLEDGED,
    /** TCP: the peer's kernel has acknowledged the request, and its agent does not answer, or not in time. */
    STALLED,
    /** UDP: packets from a fresh port are answered, packets of the flows are not. */
    STALE_FLOW,
    /** The other end refuses: TCP RST to a connect, ICMP port unreachable, DNS rcode REFUSED. */
    REFUSED,
    /** A router, or this node's own routing table, has no route: ICMP host or net unreachable. */
    UNREACHABLE,
    /** An established connection was cut. */
    RESET,
    /** An answer that is not the right one: an HTTP status other than 200, a DNS rcode without a cause of its own. */
    BAD_STATUS,
    /** The answer cannot be read: it is not HTTP, too long, or cut short. */
    BAD_REPLY,
    /** DNS: the name does not exist. */
    NXDOMAIN,
    /** DNS: the server failed to look the name up. */
    SERVFAIL,
    /** DNS: the name exists and has no address of the type that was asked for, or only the unspecified one. */
    NODATA,
    /** A failure of this agent, such as no free descriptor. It is counted here and in no result. */
    LOCAL;

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    public String label() {
        return label;
    }

    /** Tells errors apart by their class where that is enough, and otherwise by the operating system's words. */
    public static Cause of(IOException error) {
        String message = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
        return switch (error) {
            case SocketError known -> of(known);
            case SocketTimeoutException ignored -> TIMEOUT;
            case PortUnreachableException ignored -> REFUSED;
            case NoRouteToHostException ignored -> UNREACHABLE;
            // What connect(2) says of a route of type prohibit comes as one, too.
            case BindException ignored when !message.contains("permission denied") -> LOCAL;
            default -> {
                // What connect(2) and sendto(2) say of a route of type blackhole or prohibit.
                boolean forbidden = message.contains("invalid argument") || message.contains("permission denied");
                // ICMP protocol unreachable, and other such codes (RFC 1122, 3.2.2.1).
                boolean saidByARouter = message.contains("protocol not available") || message.contains("protocol error")
                        || message.contains("host is down") || message.contains("machine is not on the network");
                if (saidByARouter || message.contains("unreachable") || message.contains("no route to host")
                        || forbidden) {
                    yield UNREACHABLE;
                }
                if (message.contains("timed out")) {
                    yield TIMEOUT;
                }
                if (message.contains("reset") || message.contains("broken pipe")) {
                    yield RESET;
                }
                if (error instanceof ConnectException && message.contains("refused")) {
                    yield REFUSED;
                }
                yield LOCAL;
            }
        };
    }

    /** The cause that the kernel's error number or a router's ICMP error stands for. */
    public static Cause of(SocketError error) {
        return switch (error.kind()) {
            case REFUSED -> REFUSED;
            case UNREACHABLE -> UNREACHABLE;
            case RESET -> RESET;
            case TIMED_OUT -> TIMEOUT;
            case LOCAL -> LOCAL;
        };
    }
}
