package io.kconmon.agent;

import io.helidon.webserver.http.HttpRouting;
import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.mesh.HostProbes;
import io.kconmon.agent.mesh.LoopMonitor;
import io.kconmon.agent.mesh.Mesh;
import io.kconmon.agent.mesh.PairMetrics;
import io.kconmon.agent.ondemand.OnDemandHandler;
import io.kconmon.agent.probe.InjectedFaults;
import io.kconmon.agent.probe.ProbeContext;
import io.kconmon.agent.probe.Protocol;
import io.kconmon.agent.report.ReportHandler;
import io.kconmon.agent.roster.PeerAddresses;
import io.kconmon.agent.roster.RosterClient;
import io.kconmon.agent.roster.RosterState;
import io.kconmon.agent.roster.Identity;
import io.kconmon.shared.Program;
import io.kconmon.shared.client.Endpoint;
import io.kconmon.shared.config.CommonSettings;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.http.BearerToken;
import io.kconmon.shared.http.HealthChecks;
import io.kconmon.shared.http.HttpServer;
import io.kconmon.shared.http.ServerSetup;
import io.kconmon.shared.log.Log;
import io.kconmon.shared.metrics.MetricsHandler;
import io.kconmon.shared.metrics.ProgramMeters;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.PauseLog;
import io.kconmon.shared.roster.Roster;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The agent's parts, in the order in which data goes through them. */
public final class AgentProgram implements Program {

    /** The time for the controller to confirm this agent's identity, before the agent uses its own settings. */
    private static final Duration IDENTITY_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(5);
    private static final Log LOG = Log.of("agent");

    private final Sockets sockets;
    private final List<Protocol<?>> protocols;
    private final Mesh mesh;
    private final HostProbes hosts;
    private final RosterState rosterState;
    private final RosterClient rosterClient;
    private final HttpServer server;
    private Optional<String> shortageTold = Optional.empty();
    private volatile boolean draining;

    /** Starts an agent that answers everybody. */
    public AgentProgram(Settings settings) throws IOException {
        this(settings, sender -> true);
    }

    /**
     * Starts an agent: it serves when this returns, and tests once it has a roster.
     *
     * @param faults
     *            that are injected on purpose
     * @throws IOException
     *             if its port is not available
     */
    public AgentProgram(Settings settings, InjectedFaults faults) throws IOException {
        InetAddress address = CommonSettings.address(settings);
        int port = FreePort.orAny(settings.get(CommonSettings.PORT), address);
        Endpoint access = AgentSettings.access(settings);
        PeerAddresses allowed = AgentSettings.peers(settings);
        String prefix = settings.get(CommonSettings.METRICS_PREFIX);
        var meters = new ProgramMeters(prefix);
        var monitor = new LoopMonitor(meters.timer("schedule.lag", "How late test loops wake"));
        meters.gauge("test.loops", "Tests that are repeated: one a destination and protocol", monitor::alive);
        meters.gauge("loop.bugs", "Exceptions that escaped a test", monitor::bugs);

        sockets = Sockets.open();
        protocols = startProtocols(settings,
                new ProbeContext(sockets, address, AgentSettings.ownAddress(settings), port,
                        meters, () -> draining, faults));
        mesh = new Mesh(protocols, port, sockets, monitor, settings.read(PairMetrics::new));
        hosts = new HostProbes(protocols, sockets, monitor);
        var pauses = new PauseLog(LOG);
        rosterState = new RosterState(identity(settings, port), (roster, identity) -> {
            test(identity.others(allowed.of(roster)), identity);
            pauses.update(roster);
        });
        rosterClient = new RosterClient(access, rosterState, POLL_INTERVAL);

        var page = new AgentCollector(prefix, sockets.clock(), rosterState, mesh, hosts, monitor, meters);
        var metrics = new MetricsHandler(List.of(page));
        var onDemand = new OnDemandHandler(protocols, mesh, rosterState, name -> other(name, allowed));
        var report = new ReportHandler(rosterState, mesh, monitor, () -> draining);
        try {
            ServerSetup setup = ServerSetup.of(address, port,
                    List.of(HealthChecks.ready("serving", this::whyNotReady),
                            HealthChecks.started("started", Optional::empty),
                            HealthChecks.live("alive", Optional::empty)),
                    List.of("/test"), routes -> routes(routes, meters, metrics, onDemand, report,
                            access.token()));
            server = HttpServer.start(protocols.stream().flatMap(it -> it.quickAnswer().stream()).findFirst()
                    .map(setup::with).orElse(setup));
        } catch (RuntimeException e) {
            Sockets.closeQuietly(hosts);
            protocols.forEach(Sockets::closeQuietly);
            Sockets.closeQuietly(sockets);
            throw e;
        }
        rosterClient.start();
        Thread.ofVirtual().name("identity-timeout").start(this::settleAfterTimeout);
        LOG.info("agent started", "port", server.port(), "name", rosterState.identity().podName(), "node",
                rosterState.identity().node());
    }

    /** With too few descriptors the tests of many are better than none. */
    private void test(Roster roster, Identity identity) {
        Optional<String> shortage = ServerSetup.shortage(roster.size());
        if (shortage.isPresent() && !shortage.equals(shortageTold)) {
            LOG.warn("too few file descriptors for this roster: some tests may fail", "reason", shortage.get());
        }
        shortageTold = shortage;
        mesh.update(roster, identity.node());
    }

    /** Another agent that may be tested. */
    private Optional<Agent> other(String name, PeerAddresses allowed) {
        return rosterClient.find(name).filter(it -> !it.nodeName().equals(rosterState.identity().node())).map(List::of)
                .map(Roster::of).map(allowed::of)
                .map(rosterState.identity()::others).flatMap(it -> it.agents().stream().findFirst());
    }

    private List<Protocol<?>> startProtocols(Settings settings, ProbeContext context) {
        try {
            return Protocols.start(settings, context);
        } catch (RuntimeException e) {
            Sockets.closeQuietly(sockets);
            throw e;
        }
    }

    private void routes(HttpRouting.Builder routes, ProgramMeters meters, MetricsHandler metrics,
            OnDemandHandler onDemand, ReportHandler report, Optional<BearerToken> token) {
        routes.addFilter(meters.httpFilter());
        token.ifPresent(routes::addFilter);
        protocols.forEach(it -> it.routing(routes));
        routes.get("/metrics", metrics).get("/report", report).register("/test", onDemand);
    }

    private Optional<String> whyNotReady() {
        return draining ? Optional.of("the agent is stopping") : Optional.empty();
    }

    private void settleAfterTimeout() {
        try {
            Thread.sleep(IDENTITY_TIMEOUT);
            rosterState.settle();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Identity identity(Settings settings, int port) {
        String podName = settings.get(AgentSettings.POD_NAME);
        String name = podName.isEmpty() ? Program.hostName() : podName;
        String node = settings.get(AgentSettings.NODE_NAME);
        InetAddress own = AgentSettings.ownAddress(settings);
        return new Identity(name, own.isAnyLocalAddress() ? "" : own.getHostAddress(), port,
                node.isEmpty() ? name : node,
                settings.get(AgentSettings.ZONE), false);
    }

    public int port() {
        return server.port();
    }

    @Override
    public void drain() {
        draining = true;
        mesh.close();
        hosts.close();
        rosterClient.close();
    }

    @Override
    public void close() {
        drain();
        server.close();
        protocols.forEach(Protocol::close);
        sockets.close();
    }
}
