package io.kconmon.agent.probe.udp;

import io.helidon.json.JsonObject;
import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.kernel.UdpServer;
import io.kconmon.agent.kernel.Ticks;
import io.kconmon.agent.probe.DurationFamily;
import io.kconmon.agent.probe.PeerProtocol;
import io.kconmon.agent.probe.Probe;
import io.kconmon.agent.probe.ProbeContext;
import io.kconmon.agent.probe.ProtocolType;
import io.kconmon.agent.probe.ResultJson;
import io.kconmon.agent.probe.Series;
import io.kconmon.agent.probe.ReportCounts;
import io.kconmon.agent.probe.ZoneSeries;
import io.kconmon.shared.config.BadSettingException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** The UDP test of every other agent, and the echo that answers theirs. */
public final class UdpProtocol implements PeerProtocol<UdpResult> {

    public static final ProtocolType<UdpSettings> TYPE = new ProtocolType<>("udp", UdpSettings.TIMING,
            List.of(UdpSettings.PACKETS, UdpSettings.FLOWS), UdpSettings::new, UdpProtocol::new);

    static final List<DurationFamily<UdpResult>> DURATIONS = List.of(new DurationFamily<>("udp_rtt_seconds",
            "Round trips of UDP packets that came back in time", UdpResult::roundTrips));

    private final UdpSettings settings;
    private final Sockets sockets;
    private final UdpFlows flows;
    private final UdpServer server;
    private final Map<InetSocketAddress, UdpSession> sessions = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();

    private UdpProtocol(UdpSettings settings, ProbeContext context) {
        this.settings = settings;
        this.sockets = context.sockets();
        this.flows = new UdpFlows(sockets, context.address(), settings.flows());
        var echo = new UdpEcho(context.faults(), context.meters().timer("echo.delay",
                "How long UDP requests lay with this agent before it answered them"));
        context.meters().counter("echo.answered", "UDP requests answered", echo::answered);
        context.meters().counter("echo.ignored", "Datagrams that were no requests", echo::ignored);
        this.server = serve(echo, context);
    }

    private static UdpServer serve(UdpEcho echo, ProbeContext context) {
        try {
            return context.sockets().udpServer(new InetSocketAddress(context.address(), context.port()), echo);
        } catch (IOException e) {
            throw new BadSettingException("port: \"%d\" cannot be listened on at %s, UDP: %s".formatted(
                    context.port(), context.address().getHostAddress(), e.getMessage()));
        }
    }

    @Override
    public String name() {
        return TYPE.name();
    }

    @Override
    public Duration interval() {
        return settings.interval();
    }

    @Override
    public Probe<UdpResult> to(InetSocketAddress peer, Ticks ticks) {
        UdpSession session = join(peer);
        return new UdpProbe(settings, ticks, sockets, flows, session, () -> leave(session));
    }

    private UdpSession join(InetSocketAddress peer) {
        lock.lock();
        try {
            UdpSession session = sessions.computeIfAbsent(peer, it -> new UdpSession(it, flows.count()));
            session.users++;
            return session;
        } finally {
            lock.unlock();
        }
    }

    private void leave(UdpSession session) {
        lock.lock();
        try {
            if (--session.users == 0) {
                sessions.remove(session.peer);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Series<UdpResult> series(String destination) {
        return new UdpSeries(destination);
    }

    @Override
    public ZoneSeries<UdpResult> zoneSeries() {
        return new ZoneSeries<>(UdpCounts.NONE, DURATIONS);
    }

    @Override
    public ReportCounts<UdpResult> reportCounts() {
        return new UdpReportCounts();
    }

    @Override
    public JsonObject.Builder describe(JsonObject.Builder json, UdpResult result) {
        ResultJson.result(json, result);
        if (result.sent() > 0) {
            json.set("lossPercent", result.loss());
        }
        result.cause().ifPresent(it -> json.set("cause", it.label()));
        result.meanMillis().ifPresent(it -> json.set("durationMillis", it));
        result.varianceMillis().ifPresent(it -> json.set("varianceMillis", it));
        return json.set("late", result.late()).set("duplicates", result.duplicates()).setValues("packets",
                result.packets().stream().map(UdpProtocol::packet).toList());
    }

    private static JsonObject packet(UdpPacketResult packet) {
        var json = JsonObject.builder().set("outcome", packet.isReceived() ? "received" : "lost");
        packet.roundTrip().ifPresent(it -> json.set("roundTripMillis", ResultJson.millis(it)));
        if (packet.sourcePort() != 0) {
            json.set("sourcePort", packet.sourcePort());
        }
        packet.cause().ifPresent(it -> ResultJson.failure(json, it, packet.detail()));
        return json.build();
    }

    @Override
    public void close() {
        server.close();
        flows.close();
    }
}
