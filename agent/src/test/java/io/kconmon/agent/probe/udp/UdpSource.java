package io.kconmon.agent.probe.udp;

import io.kconmon.agent.kernel.Ticks;
import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.kernel.TestKernel;
import io.kconmon.agent.support.Loopback;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/** The near end of UDP tests: sockets, and flows for all peers. */
final class UdpSource implements AutoCloseable {

    /** For packets that are answered: on a busy machine, too, they are, and nobody waits for longer than that. */
    static final Duration LONG = Duration.ofSeconds(20);
    /** For packets that are not, and long enough for those that are beside them. */
    static final Duration SHORT = Duration.ofMillis(500);
    private static final Duration HOUR = Duration.ofHours(1);

    final Sockets sockets;
    final UdpFlows flows;

    UdpSource(Sockets.Clock clock) throws IOException {
        this(clock, Loopback.ONE, 5);
    }

    UdpSource(Sockets.Clock clock, InetAddress address, int count) throws IOException {
        sockets = TestKernel.open(clock);
        flows = new UdpFlows(sockets, address, count);
    }

    /** A probe that waits for {@link #LONG} and longer. */
    UdpProbe patient(InetSocketAddress peer, int packets) {
        return probe(peer, new UdpSettings(HOUR, LONG, packets, flows.count()));
    }

    /** A probe that waits for {@link #SHORT}, and no longer for late replies. */
    UdpProbe hasty(InetSocketAddress peer, int packets) {
        return probe(peer, new UdpSettings(SHORT, SHORT, packets, flows.count()));
    }

    /** A probe with this timeout, which waits for late replies as long as it ever does. */
    UdpProbe strict(InetSocketAddress peer, Duration timeout, int packets) {
        return probe(peer, new UdpSettings(HOUR, timeout, packets, flows.count()));
    }

    UdpProbe probe(InetSocketAddress peer, UdpSettings settings) {
        return new UdpProbe(settings, Ticks.PROMPT, sockets, flows, new UdpSession(peer, flows.count()), () -> {
        });
    }

    @Override
    public void close() {
        flows.close();
        sockets.close();
    }
}
