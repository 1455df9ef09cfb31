package io.kconmon.agent.probe;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/** Why a test failed: the values of the label {@code cause}, so there are few of them and no others. */
public enum Cause {
    /** Nothing came back in time. */
    TIMEOUT,
    /** The other end says no: TCP RST to a connect, ICMP port unreachable, DNS rcode REFUSED. */
    REFUSED,
    /** A router, or this node's own table, knows no way: ICMP host or net unreachable. */
    UNREACHABLE,
    /** An established connection was cut. */
    RESET,
    /** An answer that is not the right one: an HTTP status other than 200, a DNS rcode without a cause of its own. */
    BAD_STATUS,
    /** What came back is no answer at all: not HTTP, too long, or the end of the stream. */
    BAD_REPLY,
    /** DNS: the name does not exist. */
    NXDOMAIN,
    /** DNS: the server could not find out. */
    SERVFAIL,
    /** DNS: the name exists and has no A record. */
    NODATA,
    /** A failure of our own, such as no free descriptor: never counted as the network's. */
    LOCAL;

    /** For most the other end, or a router, has said what is wrong; these may also be seen by who looks too late. */
    private static final Set<Cause> OF_LOOKING_LATE = EnumSet.of(TIMEOUT, RESET, BAD_REPLY);

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    public String label() {
        return label;
    }

    /** Whether a tester that stood still for a while may see this, where nothing is wrong. */
    public boolean isOfLookingLate() {
        return OF_LOOKING_LATE.contains(this);
    }

    /** Most errors are told apart by their class; the rest only by what the operating system calls them. */
    public static Cause of(IOException error) {
        String message = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
        return switch (error) {
            case SocketTimeoutException ignored -> TIMEOUT;
            case PortUnreachableException ignored -> REFUSED;
            case NoRouteToHostException ignored -> UNREACHABLE;
            // What connect(2) says of a route of type prohibit comes as one, too.
            case BindException ignored when !message.contains("permission denied") -> LOCAL;
            default -> {
                // What connect(2) and sendto(2) say of a route of type blackhole or prohibit.
                boolean forbidden = message.contains("invalid argument") || message.contains("permission denied");
                // ICMP protocol unreachable, and what other such codes become (RFC 1122, 3.2.2.1).
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

    static <T> Outcome<T> failure(IOException error) {
        return new Outcome.Failure<>(of(error), Objects.requireNonNullElse(error.getMessage(), ""));
    }
}
