package io.kconmon.agent;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.HttpRouting;
import io.kconmon.agent.echo.UdpEcho;
import io.kconmon.agent.measure.TcpMeasurements;
import io.kconmon.agent.measure.UdpMeasurements;
import io.kconmon.agent.mesh.HostTests;
import io.kconmon.agent.mesh.LoopWatch;
import io.kconmon.agent.mesh.Mesh;
import io.kconmon.agent.mesh.PeerTest;
import io.kconmon.agent.mesh.Word;
import io.kconmon.agent.ondemand.OnDemandTests;
import io.kconmon.agent.probe.DnsProbe;
import io.kconmon.agent.probe.TcpProbe;
import io.kconmon.agent.probe.UdpPath;
import io.kconmon.agent.probe.UdpProbe;
import io.kconmon.agent.roster.ControllerAccess;
import io.kconmon.agent.roster.PeerAddresses;
import io.kconmon.agent.roster.RosterClient;
import io.kconmon.agent.roster.RosterKeeper;
import io.kconmon.agent.roster.Self;
import io.kconmon.agent.strain.Strain;
import io.kconmon.shared.Program;
import io.kconmon.shared.access.Token;
import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.CommonSettings;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.http.Checks;
import io.kconmon.shared.http.HttpServer;
import io.kconmon.shared.http.ServerSetup;
import io.kconmon.shared.log.Log;
import io.kconmon.shared.metrics.MetricsPage;
import io.kconmon.shared.metrics.ProgramMeters;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** The agent's parts, in the order in which data goes through them. */
public final class AgentProgram implements Program {

    /** How long the controller is given to say who this agent is, so that no series is named by half of it. */
    private static final Duration IDENTITY_PATIENCE = Duration.ofSeconds(10);
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(5);
    private static final Header STOPPING = HeaderValues.create(TcpProbe.STOPPING, "true");
    private static final HeaderName HELD_UP = HeaderNames.create(TcpProbe.HELD_UP);
    private static final Log LOG = Log.of("agent");

    private final Strain strain;
    private final Mesh mesh;
    private final HostTests hosts;
    private final RosterKeeper keeper;
    private final RosterClient rosterClient;
    private final UdpEcho echo;
    private final AgentPage page;
    private final HttpServer server;
    private final AtomicLong readinessRequests = new AtomicLong();
    private volatile boolean draining;

    /** Starts an agent that answers everybody. */
    public AgentProgram(Settings settings) throws IOException {
        this(settings, sender -> true);
    }

    /**
     * Starts an agent: it serves when this returns, and tests once it has a roster.
     *
     * @param answers
     *            which senders its UDP echo answers; for faults that are made on purpose
     * @throws IOException
     *             if its port cannot be had
     */
    public AgentProgram(Settings settings, Predicate<InetAddress> answers) throws IOException {
        InetAddress address = CommonSettings.address(settings);
        TcpProbe tcp = AgentSettings.tcp(settings);
        UdpProbe udp = AgentSettings.udp(settings);
        DnsProbe dns = AgentSettings.dns(settings);
        List<String> dnsHosts = settings.get(AgentSettings.DNS_HOSTS);

        ControllerAccess access = AgentSettings.access(settings);

        String prefix = settings.get(CommonSettings.METRICS_PREFIX);
        var meters = new ProgramMeters(prefix);
        strain = Strain.start(settings.get(AgentSettings.MAX_LAG),
                Collections.min(List.of(tcp.timeout(), udp.timeout(), dns.timeout())));
        echo = echo(address, settings.get(CommonSettings.PORT), answers);
        meters.counter("echo.answered", "UDP requests answered", echo::answered);
        meters.counter("echo.ignored", "Datagrams that were no requests", echo::ignored);
        meters.counter("readiness.requests", "Requests of /readiness, which are the others' TCP tests",
                readinessRequests::get);
        var watch = new LoopWatch(meters.timer("schedule.lag", "How late test loops wake"), strain::stoodStillNanos,
                strain::last);
        meters.gauge("vthreads.tests", "Virtual threads that run tests", watch::alive);
        meters.gauge("loop.bugs", "Exceptions that escaped a test", watch::bugs);
        mesh = new Mesh(List.of(
                new PeerTest<>("tcp", tcp.watchedBy(strain::waitedNanos), peer -> peer, TcpMeasurements::new, Word::of),
                new PeerTest<>("udp", udp.watchedBy(strain::waitedNanos), peer -> new UdpPath(address, peer),
                        UdpMeasurements::new)),
                echo.port(), watch);
        hosts = new HostTests(dnsHosts, dns, watch);
        PeerAddresses allowed = AgentSettings.peers(settings);
        keeper = new RosterKeeper(self(settings),
                (roster, self) -> mesh.update(allowed.of(roster), self.node()));
        rosterClient = new RosterClient(access, keeper, POLL_INTERVAL);

        page = new AgentPage(prefix, keeper, mesh, hosts, watch);
        var metrics = new MetricsPage(List.of(page, meters));
        var onDemand = new OnDemandTests(mesh, keeper, address, tcp, udp, dns, dnsHosts);
        try {
            server = HttpServer.start(ServerSetup.of(address, echo.port(),
                    List.of(Checks.ready("serving", this::whyNotReady), Checks.started("started", Optional::empty),
                            Checks.live("alive", Optional::empty)),
                    List.of("/test"), routes -> routes(routes, meters, metrics, onDemand, access.token())));
        } catch (RuntimeException e) {
            hosts.close();
            echo.close();
            strain.close();
            throw e;
        }
        rosterClient.start();
        Thread.ofVirtual().name("patience").start(this::settleInTime);
        LOG.info("agent started", "port", server.port(), "name", keeper.self().podName(), "node", keeper.self().node());
    }

    /** {@code /readiness} is what the others test: it goes on to answer while the agent drains, and says so. */
    private void routes(HttpRouting.Builder routes, ProgramMeters meters, MetricsPage metrics,
            OnDemandTests onDemand, Optional<Token> token) {
        routes.addFilter(meters.httpFilter());
        token.ifPresent(routes::addFilter);
        routes.get("/readiness", (request, response) -> {
            readinessRequests.incrementAndGet();
            if (draining) {
                response.header(STOPPING);
            }
            long heldUpMillis = TimeUnit.NANOSECONDS.toMillis(strain.heldUpNanos());
            if (heldUpMillis > 0) {
                response.header(HELD_UP, String.valueOf(heldUpMillis));
            }
            response.send("ok\n");
        })
                .get("/metrics", metrics).register("/test", onDemand);
    }

    private Optional<String> whyNotReady() {
        return draining ? Optional.of("the agent is stopping") : Optional.empty();
    }

    private void settleInTime() {
        try {
            Thread.sleep(IDENTITY_PATIENCE);
            keeper.settle();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private UdpEcho echo(InetAddress address, int port, Predicate<InetAddress> answers) {
        try {
            return UdpEcho.start(address, port, answers, strain::heldUpNanos);
        } catch (SocketException e) {
            strain.close();
            throw new BadSettingException("port: \"%d\" cannot be listened on at %s, UDP: %s".formatted(port,
                    address.getHostAddress(), e.getMessage()));
        }
    }

    private static Self self(Settings settings) {
        String podName = settings.get(AgentSettings.POD_NAME);
        String name = podName.isEmpty() ? Program.hostName() : podName;
        String node = settings.get(AgentSettings.NODE_NAME);
        return new Self(name, settings.get(AgentSettings.POD_IP), node.isEmpty() ? name : node,
                settings.get(AgentSettings.ZONE), false);
    }

    /** What is on the metrics page of the tests, for those who run in the same process. */
    public MetricSnapshots measured() {
        return page.collect();
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
        echo.close();
        strain.close();
    }
}
