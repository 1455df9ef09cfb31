package io.kconmon.agent.probe.udp;

import io.helidon.json.JsonObject;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.PeerProtocol;
import io.kconmon.agent.probe.Probe;
import io.kconmon.agent.probe.ProbeContext;
import io.kconmon.agent.probe.ProtocolType;
import io.kconmon.agent.probe.ResultJson;
import io.kconmon.agent.probe.Series;
import io.kconmon.shared.config.BadSettingException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;

/** The UDP test of every other agent, and the echo that answers theirs. */
public final class UdpProtocol implements PeerProtocol<UdpResult> {

    public static final ProtocolType<UdpSettings> TYPE = new ProtocolType<>("udp", UdpSettings.TIMING,
            List.of(UdpSettings.PACKETS), UdpSettings::new, UdpProtocol::new);

    private final UdpSettings settings;
    private final InetAddress source;
    private final UdpEcho echo;

    private UdpProtocol(UdpSettings settings, ProbeContext context) {
        this.settings = settings;
        this.source = context.address();
        this.echo = echo(context);
        context.meters().counter("echo.answered", "UDP requests answered", echo::answered);
        context.meters().counter("echo.ignored", "Datagrams that were no requests", echo::ignored);
    }

    private static UdpEcho echo(ProbeContext context) {
        try {
            return UdpEcho.start(context.address(), context.port(), context.answers(), context.meters()
                    .timer("echo.delay", "How long UDP requests lay with this agent before it answered them"));
        } catch (SocketException e) {
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
    public Probe<UdpResult> to(InetSocketAddress peer) {
        return new UdpProbe(settings, new UdpPath(source, peer));
    }

    @Override
    public Series<UdpResult> series(String destination) {
        return new UdpSeries(destination);
    }

    @Override
    public JsonObject.Builder describe(JsonObject.Builder json, UdpResult result) {
        ResultJson.result(json, result);
        if (result.sent() > 0) {
            json.set("lossPercent", result.loss());
        }
        result.meanMillis().ifPresent(it -> json.set("durationMillis", it));
        result.varianceMillis().ifPresent(it -> json.set("varianceMillis", it));
        return json.set("late", result.late()).set("duplicates", result.duplicates()).setValues("packets",
                result.packets().stream().map(UdpProtocol::packet).toList());
    }

    private static JsonObject packet(Outcome<Duration> outcome) {
        var json = JsonObject.builder().set("outcome", outcome.cause().isEmpty() ? "received" : "lost");
        outcome.success().ifPresent(it -> json.set("roundTripMillis", ResultJson.millis(it)));
        return ResultJson.failure(json, outcome).build();
    }

    @Override
    public void close() {
        echo.close();
    }
}
