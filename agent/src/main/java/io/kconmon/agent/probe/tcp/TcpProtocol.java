package io.kconmon.agent.probe.tcp;

import io.helidon.http.Header;
import io.helidon.http.HeaderValues;
import io.helidon.json.JsonObject;
import io.helidon.webserver.http.HttpRules;
import io.kconmon.agent.kernel.Ticks;
import io.kconmon.agent.probe.DurationFamily;
import io.kconmon.agent.probe.PeerProtocol;
import io.kconmon.agent.probe.PeerState;
import io.kconmon.agent.probe.Probe;
import io.kconmon.agent.probe.ProbeContext;
import io.kconmon.agent.probe.ProtocolType;
import io.kconmon.agent.probe.ResultJson;
import io.kconmon.agent.probe.Series;
import io.kconmon.agent.probe.ReportCounts;
import io.kconmon.agent.probe.ZoneSeries;
import io.kconmon.shared.http.QuickAnswer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The TCP test of every other agent, and {@code /readiness}, which answers theirs. */
public final class TcpProtocol implements PeerProtocol<TcpResult> {

    public static final ProtocolType<TcpSettings> TYPE = new ProtocolType<>("tcp", TcpSettings.TIMING,
            List.of(TcpSettings.REQUEST_BYTES), TcpSettings::new, TcpProtocol::new);

    private static final String READINESS = "/readiness";
    private static final String OK = "ok\n";
    private static final Header STOPPING = HeaderValues.create(TcpAnswer.STOPPING, "true");

    static final List<DurationFamily<TcpResult>> DURATIONS = List.of(
            new DurationFamily<>("tcp_connect_seconds", "Round trips of TCP handshakes, of requests that passed",
                    (result, to) -> result.outcome().success().flatMap(TcpTiming::connect).ifPresent(to)),
            new DurationFamily<>("tcp_duration_seconds", "Times of whole HTTP requests that passed",
                    (result, to) -> result.outcome().success().ifPresent(timing -> to.accept(timing.total()))));

    private final TcpSettings settings;
    private final ProbeContext context;
    private final AtomicLong answered = new AtomicLong();

    private TcpProtocol(TcpSettings settings, ProbeContext context) {
        this.settings = settings;
        this.context = context;
        context.meters().counter("readiness.requests", "Requests of /readiness, which are the others' TCP tests",
                answered::get);
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
    public Probe<TcpResult> to(InetSocketAddress peer, Ticks ticks) {
        return new TcpProbe(settings, ticks, context.sockets(), context.address(), peer);
    }

    @Override
    public PeerState peerState(TcpResult result) {
        return result.peer();
    }

    @Override
    public Series<TcpResult> series(String destination) {
        return new TcpSeries(destination);
    }

    @Override
    public ZoneSeries<TcpResult> zoneSeries() {
        return new ZoneSeries<>(TcpCounts.NONE, DURATIONS);
    }

    @Override
    public ReportCounts<TcpResult> reportCounts() {
        return new TcpReportCounts();
    }

    @Override
    public JsonObject.Builder describe(JsonObject.Builder json, TcpResult result) {
        ResultJson.result(json, result);
        result.outcome().success().ifPresent(timing -> {
            timing.connect().ifPresent(it -> json.set("connectMillis", ResultJson.millis(it)));
            json.set("durationMillis", ResultJson.millis(timing.total()));
        });
        if (result.retransmits() > 0) {
            json.set("retransmits", result.retransmits());
        }
        return ResultJson.failure(json, result.outcome());
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(READINESS, (request, response) -> {
            stopping().ifPresent(response::header);
            response.send(OK);
        });
    }

    @Override
    public Optional<QuickAnswer> quickAnswer() {
        return Optional.of(new QuickAnswer(READINESS, this::stopping, OK));
    }

    /** Counts an answer. It is given while the agent drains, too, and says then that it is about to stop. */
    private Optional<Header> stopping() {
        answered.incrementAndGet();
        return context.stopping().getAsBoolean() ? Optional.of(STOPPING) : Optional.empty();
    }
}
