package io.kconmon.controller;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.kconmon.controller.report.ReportCollector;
import io.kconmon.controller.report.ReportHistory;
import io.kconmon.controller.status.VerdictLoop;
import io.kconmon.controller.status.MeshStatus;
import io.kconmon.controller.status.RosterHistory;
import io.kconmon.controller.status.StatusRoutes;
import io.kconmon.controller.status.StatusText;
import io.kconmon.controller.status.MonotonicClock;
import io.kconmon.controller.status.NodeVerdictEvents;
import io.kconmon.controller.verdict.VerdictEvent;
import io.kconmon.controller.web.Page;
import io.kconmon.k8s.KubernetesRosterSource;
import io.kconmon.k8s.NodeEvents;
import io.kconmon.shared.Program;
import io.kconmon.shared.net.HostPort;
import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.CommonSettings;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.http.BearerToken;
import io.kconmon.shared.http.HealthChecks;
import io.kconmon.shared.http.HttpServer;
import io.kconmon.shared.http.ServerSetup;
import io.kconmon.shared.log.Log;
import io.kconmon.shared.metrics.MetricsHandler;
import io.kconmon.shared.metrics.ProgramMeters;
import io.kconmon.shared.roster.RosterBoard;
import io.kconmon.shared.roster.RosterSource;
import io.kconmon.shared.tls.ServerTls;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The controller's parts. */
public final class ControllerProgram implements Program {

    private static final long HISTORY_BYTES = 24 << 20;
    private static final Duration FILE_INTERVAL = Duration.ofSeconds(1);
    private static final Log LOG = Log.of("controller");

    private final RosterBoard board = new RosterBoard();
    private final RosterSource source;
    private final PeerLists lists;
    private final RosterStream stream;
    private final RosterHistory rosters = new RosterHistory();
    private final MeshStatus status;
    private final VerdictLoop verdictLoop;
    private final Optional<ReportCollector> collector;
    private final HttpServer server;
    private volatile boolean draining;

    /** Starts a controller: it serves when this returns, and is ready once it has a roster. */
    public ControllerProgram(Settings settings) {
        String prefix = settings.get(CommonSettings.METRICS_PREFIX);
        var meters = new ProgramMeters(prefix);
        Optional<BearerToken> token = BearerToken.from(settings);
        Optional<ServerTls> tls = tls(settings);
        tls.ifPresent(it -> meters.gauge("tls.certificate.expiry.seconds",
                "Unix time at which the certificate that is served expires", () -> it.expiry().getEpochSecond()));
        source = switch (settings.get(ControllerSettings.ROSTER)) {
            case STATIC -> file(settings, meters);
            case KUBERNETES -> kubernetes(settings, meters);
        };
        lists = new PeerLists(ControllerSettings.mesh(settings), System::currentTimeMillis);
        stream = new RosterStream(board, lists, settings.get(ControllerSettings.HEARTBEAT));
        meters.gauge("mesh.cycle.seconds", "Time in which every node tests every other; 0 if each does all the time",
                () -> lists.cycle().toSeconds());
        meters.gauge("stream.readers", "Agents that read the roster's stream", stream::readers);
        meters.counter("stream.events", "Events sent on all streams", stream::events);
        meters.counter("stream.sent.bytes", "Bytes sent on all streams", stream::bytes);
        boolean reports = settings.get(ControllerSettings.REPORTS);
        var history = new ReportHistory(Math.min(HISTORY_BYTES, Runtime.getRuntime().maxMemory() / 5));
        var clock = MonotonicClock.start();
        status = new MeshStatus(board, reports, history, clock);
        verdictLoop = new VerdictLoop(board, status, rosters, clock, nodeEvents(settings, meters));
        collector = reports
                ? Optional.of(new ReportCollector(board, token, settings.get(CommonSettings.PORT), verdictLoop,
                        clock))
                : Optional.empty();
        collector.ifPresent(it -> {
            meters.counter("reports.received", "Reports that agents gave when they were asked", it::received);
            meters.counter("reports.failed", "Times that an agent was asked for a report and gave none", it::failures);
            meters.gauge("reports.kept.bytes", "What the reports of the last hour take", history::bytes);
        });
        var metrics = new MetricsHandler(List.of(new ControllerCollector(prefix, board, verdictLoop, status), meters));
        source.start();
        checkDescriptors(settings);
        verdictLoop.start();
        collector.ifPresent(ReportCollector::start);
        server = HttpServer.start(ServerSetup.of(CommonSettings.address(settings), settings.get(CommonSettings.PORT),
                List.of(HealthChecks.ready("roster", this::whyNotReady, this::remark),
                        HealthChecks.started("started", Optional::empty),
                        HealthChecks.live("alive", Optional::empty)),
                List.of("/agents/stream", "/status"), routes -> routes(routes, meters, metrics, token)).with(tls)
                .forReaders());
        stream.start();
        LOG.info("controller started", "port", server.port(), "roster", settings.get(ControllerSettings.ROSTER));
    }

    private RosterSource file(Settings settings, ProgramMeters meters) {
        var file = new StaticRosterSource(settings.get(ControllerSettings.ROSTER_FILE), board, FILE_INTERVAL);
        meters.gauge("roster.file.last.reload.successful", "Whether the roster is what its file says now",
                () -> file.trouble().isEmpty() ? 1 : 0);
        return file;
    }

    /** One of two replicas serves all agents alone while the other is away. */
    private void checkDescriptors(Settings settings) {
        board.roster().flatMap(roster -> ServerSetup.shortage(roster.size())).ifPresent(shortage -> {
            source.close();
            throw new BadSettingException("roster-file: \"%s\" is not allowed: its %s"
                    .formatted(settings.get(ControllerSettings.ROSTER_FILE), shortage));
        });
    }

    private RosterSource kubernetes(Settings settings, ProgramMeters meters) {
        var kubernetes = KubernetesRosterSource.create(settings, board);
        meters.counter("kubernetes.events", "Changes of pods and nodes that the API server told", kubernetes::events);
        meters.counter("kubernetes.lists", "Times that pods or nodes had to be listed anew", kubernetes::lists);
        return kubernetes;
    }

    /** Writes Kubernetes' Events, if there is a Kubernetes and they are enabled. */
    private Consumer<VerdictEvent> nodeEvents(Settings settings, ProgramMeters meters) {
        if (!(source instanceof KubernetesRosterSource kubernetes) || !settings.get(ControllerSettings.EVENTS)) {
            return event -> {
            };
        }
        NodeEvents events = kubernetes.nodeEvents();
        events.start();
        meters.counter("events.written", "Kubernetes Events of nodes that were written", events::written);
        meters.counter("events.dropped", "Kubernetes Events of nodes that were not", events::dropped);
        return new NodeVerdictEvents(events::post);
    }

    private void routes(HttpRouting.Builder routes, ProgramMeters meters, MetricsHandler metrics,
            Optional<BearerToken> token) {
        routes.addFilter(meters.httpFilter());
        var page = new Page();
        // The page holds nothing of the mesh, and asks for the token itself.
        token.ifPresent(it -> routes.addFilter(it.unless(request -> page.paths().contains(request.path().path())
                || (request.path().path().equals("/") && Page.wantsPage(request)))));
        routes.register(page).register(new StatusRoutes(status, rosters));
        int many = ServerSetup.mostReaders() / 4;
        routes.register(new RosterRoutes(board, lists, many)).get("/agents/stream", new PerClientLimit(many, stream))
                .get("/metrics", metrics).get("/readiness", (request, response) -> {
                    Optional<String> why = whyNotReady();
                    response.status(why.isEmpty() ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503)
                            .send(why.orElse("ok") + "\n");
                });
    }

    private static Optional<ServerTls> tls(Settings settings) {
        Optional<Path> certificate = settings.get(ControllerSettings.TLS_CERTIFICATE);
        Optional<Path> key = settings.get(ControllerSettings.TLS_PRIVATE_KEY);
        if (certificate.isEmpty() != key.isEmpty()) {
            throw settings.refuse(ControllerSettings.TLS_CERTIFICATE, "set with tls-private-key, or both empty");
        }
        return certificate.flatMap(chain -> key.map(it -> new ServerTls(chain, it, calledBy(settings))));
    }

    /** The host that agents call; it is known because they read the same settings file. */
    private static Optional<String> calledBy(Settings settings) {
        URI url = settings.get(CommonSettings.CONTROLLER_URL);
        return url.getScheme().equals("https") ? HostPort.of(url).map(HostPort::host) : Optional.empty();
    }

    private Optional<String> whyNotReady() {
        return draining ? Optional.of("the controller is stopping") : board.trouble();
    }

    /** The error of the file, while the last good roster is in force. */
    private Optional<String> remark() {
        return source instanceof StaticRosterSource file ? file.trouble() : Optional.empty();
    }

    /** The content of {@code /status}, for a program that runs a controller in its own process. */
    public String statusText(boolean coloured) {
        return StatusText.of(status.snapshot(), coloured);
    }

    public int port() {
        return server.port();
    }

    @Override
    public void drain() {
        draining = true;
        stream.close();
        status.close();
    }

    @Override
    public void close() {
        drain();
        collector.ifPresent(ReportCollector::close);
        verdictLoop.close();
        source.close();
        server.close();
    }
}
