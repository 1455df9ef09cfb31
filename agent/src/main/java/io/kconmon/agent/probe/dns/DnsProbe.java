package io.kconmon.agent.probe.dns;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.Probe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.WireParseException;
import org.xbill.DNS.config.ResolvConfResolverConfigProvider;

/**
 * The DNS test: an A query (RFC 1035) for a host, with no cache, no search list and no retry. A truncated answer is asked
 * for again over TCP. The first name server is asked; if it does not answer, the next one is asked in what is left of
 * the time, as a stub resolver would.
 */
final class DnsProbe implements Probe<Outcome<Duration>> {

    private final Duration timeout;
    private final List<InetSocketAddress> servers;
    private final InetAddress source;
    private final String host;

    /**
     * Makes a probe of one host.
     *
     * @param timeout
     *            for the whole lookup
     * @param servers
     *            name servers to ask; where there are none, those of {@code /etc/resolv.conf} as it is at each run
     * @param source
     *            where queries come from, except those to a name server of this machine or of the other address family
     */
    DnsProbe(Duration timeout, List<InetSocketAddress> servers, InetAddress source, String host) {
        this.timeout = timeout;
        this.servers = List.copyOf(servers);
        this.source = source;
        this.host = host;
    }

    @Override
    public Outcome<Duration> run() throws InterruptedException {
        Name name;
        try {
            name = Name.fromString(host, Name.root);
        } catch (TextParseException e) {
            return new Outcome.Failure<>(Cause.LOCAL, String.valueOf(e.getMessage()));
        }
        List<InetSocketAddress> ask = servers.isEmpty() ? resolvConf() : servers;
        Outcome<Duration> outcome = new Outcome.Failure<>(Cause.LOCAL, "/etc/resolv.conf names no server");
        long begin = System.nanoTime();
        for (int i = 0; i < ask.size(); i++) {
            long left = timeout.toNanos() - (System.nanoTime() - begin);
            outcome = ask(ask.get(i), name, begin, Duration.ofNanos(left / (ask.size() - i)));
            if (outcome.cause().filter(DnsProbe::isSilence).isEmpty()) {
                break;
            }
        }
        return outcome;
    }

    private Outcome<Duration> ask(InetSocketAddress server, Name name, long begin, Duration atMost)
            throws InterruptedException {
        var resolver = new SimpleResolver(server);
        resolver.setLocalAddress(sourceFor(server.getAddress()));
        resolver.setTimeout(atMost);
        resolver.setIoClientFactory(new BlockingDnsClient(atMost));
        try {
            Message query = Message.newQuery(Record.newRecord(name, Type.A, DClass.IN));
            Message answer = resolver.sendAsync(query, Runnable::run).toCompletableFuture().get();
            return judge(answer, Duration.ofNanos(System.nanoTime() - begin));
        } catch (ExecutionException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return failure(e.getCause());
        }
    }

    /** A stub resolver answers its own machine only, and no address family reaches the other. */
    private @Nullable InetAddress sourceFor(InetAddress server) {
        boolean fits = source.getClass() == server.getClass()
                && (source.isLoopbackAddress() || !server.isLoopbackAddress());
        return fits ? source : null;
    }

    private static Outcome<Duration> judge(Message answer, Duration took) {
        int rcode = answer.getRcode();
        return switch (rcode) {
            case Rcode.NOERROR -> answer.getSection(Section.ANSWER).stream().anyMatch(ARecord.class::isInstance)
                    ? new Outcome.Success<>(took)
                    : new Outcome.Failure<>(Cause.NODATA, "no A record");
            case Rcode.NXDOMAIN -> new Outcome.Failure<>(Cause.NXDOMAIN, "the name does not exist");
            case Rcode.SERVFAIL -> new Outcome.Failure<>(Cause.SERVFAIL, "the server failed");
            case Rcode.REFUSED -> new Outcome.Failure<>(Cause.REFUSED, "the server refused to answer");
            default -> new Outcome.Failure<>(Cause.BAD_STATUS, "rcode " + Rcode.string(rcode));
        };
    }

    private static Outcome<Duration> failure(@Nullable Throwable error) {
        return switch (error) {
            case WireParseException e -> new Outcome.Failure<>(Cause.BAD_REPLY, String.valueOf(e.getMessage()));
            case PortUnreachableException ignored -> new Outcome.Failure<>(Cause.UNREACHABLE,
                    "nothing listens on the server's port");
            case IOException e -> Outcome.failure(e);
            case null, default -> throw new IllegalStateException(error);
        };
    }

    private static boolean isSilence(Cause cause) {
        return cause == Cause.TIMEOUT || cause == Cause.UNREACHABLE || cause == Cause.RESET;
    }

    private static List<InetSocketAddress> resolvConf() {
        var provider = new ResolvConfResolverConfigProvider();
        provider.initialize();
        return provider.servers();
    }
}
