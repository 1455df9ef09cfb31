package io.kconmon.agent.probe.dns;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.Result;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The result of one lookup.
 *
 * @param outcome
 *            of the whole lookup, and its duration if it passed
 * @param servers
 *            the servers that it could have asked, in their order
 * @param asked
 *            the outcome of each question
 */
public record DnsResult(Outcome<Duration> outcome, List<InetSocketAddress> servers,
        List<DnsServerResult> asked) implements Result {

    public DnsResult {
        servers = List.copyOf(servers);
        asked = List.copyOf(asked);
    }

    @Override
    public Optional<Cause> cause() {
        return outcome.cause();
    }

    /** Why it failed, in words; empty if it passed. */
    String detail() {
        return outcome instanceof Outcome.Failure<Duration>(Cause ignored, String detail) ? detail : "";
    }
}
