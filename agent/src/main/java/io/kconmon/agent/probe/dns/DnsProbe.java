package io.kconmon.agent.probe.dns;

import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.Probe;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TextParseException;

/**
 * The DNS test: a query (RFC 1035) for the addresses of a host, with no cache, no search list and no retry. Name
 * servers are asked in their order, as a stub resolver does: an address, NXDOMAIN and an empty answer are answers;
 * after an error code, a bad reply or silence the next server is asked. The remaining time is divided among the servers
 * that are left.
 *
 * <p>
 * Several address types are asked for one after the other. The test passes if one of them is there, unless the query
 * for another type fails: a name need not have both.
 */
final class DnsProbe implements Probe<DnsResult> {

    private final Sockets sockets;
    private final Duration timeout;
    private final Supplier<List<InetSocketAddress>> servers;
    private final List<Integer> types;
    private final InetAddress source;
    private final String host;

    /**
     * Makes a probe of one host.
     *
     * @param timeout
     *            for the whole lookup
     * @param servers
     *            name servers to ask, at each run
     * @param types
     *            of the addresses that are asked for: A, AAAA (RFC 3596)
     * @param source
     *            where queries come from, except those to a name server of this machine or of the other address family
     */
    DnsProbe(Sockets sockets, Duration timeout, Supplier<List<InetSocketAddress>> servers, List<Integer> types,
            InetAddress source, String host) {
        this.sockets = sockets;
        this.timeout = timeout;
        this.servers = servers;
        this.types = List.copyOf(types);
        this.source = source;
        this.host = host;
    }

    @Override
    public DnsResult run() throws InterruptedException {
        List<InetSocketAddress> ask = servers.get();
        Name name;
        try {
            name = Name.fromString(host, Name.root);
        } catch (TextParseException e) {
            return new DnsResult(new Outcome.Failure<>(Cause.LOCAL, String.valueOf(e.getMessage())), ask, List.of());
        }
        var asked = new ArrayList<DnsServerResult>();
        Outcome<Duration> whole = new Outcome.Failure<>(Cause.LOCAL, "there is no name server");
        for (int type : types) {
            Outcome<Duration> outcome = lookUp(ask, Record.newRecord(name, type, DClass.IN), asked);
            boolean isEmpty = outcome.cause().filter(it -> it == Cause.NODATA).isPresent();
            if (!isEmpty || whole.success().isEmpty()) {
                whole = outcome;
            }
            if (!isEmpty && outcome.success().isEmpty()) {
                break;
            }
        }
        return new DnsResult(whole.success().<Outcome<Duration>>map(it -> new Outcome.Success<>(spent(asked)))
                .orElse(whole), ask, asked);
    }

    /** Of one type. Adds what each server made of it. */
    private Outcome<Duration> lookUp(List<InetSocketAddress> ask, Record question, List<DnsServerResult> asked)
            throws InterruptedException {
        DnsServerResult telling = null;
        for (int i = 0; i < ask.size(); i++) {
            Duration left = timeout.minus(spent(asked));
            if (!left.isPositive()) {
                break;
            }
            DnsServerResult result = new DnsExchange(sockets, source, ask.get(i), question)
                    .run(left.dividedBy(ask.size() - i));
            asked.add(result);
            telling = telling == null || result.weight() >= telling.weight() ? result : telling;
            if (result.isAnswer()) {
                break;
            }
        }
        if (telling == null) {
            return ask.isEmpty()
                    ? new Outcome.Failure<>(Cause.LOCAL, "there is no name server")
                    : new Outcome.Failure<>(Cause.TIMEOUT, "no time is left");
        }
        return telling.outcome() instanceof Outcome.Failure<Duration>(Cause why, String detail)
                ? new Outcome.Failure<>(why, telling.label() + ": " + detail)
                : telling.outcome();
    }

    private static Duration spent(List<DnsServerResult> asked) {
        return asked.stream().map(DnsServerResult::took).reduce(Duration.ZERO, Duration::plus);
    }
}
