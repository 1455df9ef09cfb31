package io.kconmon.agent.probe.dns;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.Result;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * One name server's answer to one question.
 *
 * @param outcome
 *            of the question; passed if the server's answer has an address
 * @param took
 *            from the question's leaving to the answer's arrival, or the time spent waiting
 */
public record DnsServerResult(InetSocketAddress server, Outcome<Duration> outcome, Duration took) implements Result {

    private static final int DNS_PORT = 53;

    @Override
    public Optional<Cause> cause() {
        return outcome.cause();
    }

    /** Whether its answer is about the name, so that no other server is asked. */
    boolean isAnswer() {
        return outcome.cause().map(it -> it == Cause.NXDOMAIN || it == Cause.NODATA).orElse(true);
    }

    /** The higher, the more informative: a failed answer tells more about a failure than silence does. */
    int weight() {
        return switch (outcome.cause().orElse(Cause.NODATA)) {
            case NXDOMAIN, NODATA -> 3;
            case LOCAL -> 0;
            case TIMEOUT, UNREACHABLE, RESET -> 1;
            default -> 2;
        };
    }

    String label() {
        return label(server);
    }

    /** As people write it in {@code dns.servers}: the port only if it is another than 53. */
    static String label(InetSocketAddress server) {
        String address = server.getAddress().getHostAddress().replaceFirst("(^|:)0(:0)+(:|$)", "::");
        if (server.getPort() == DNS_PORT) {
            return address;
        }
        return (server.getAddress() instanceof Inet6Address ? "[" + address + "]" : address) + ":" + server.getPort();
    }
}
