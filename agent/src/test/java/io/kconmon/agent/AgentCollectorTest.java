package io.kconmon.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.mesh.HostProbes;
import io.kconmon.agent.mesh.LoopMonitor;
import io.kconmon.agent.mesh.Mesh;
import io.kconmon.agent.mesh.PairMetrics;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.Protocol;
import io.kconmon.agent.probe.tcp.ScriptedTcp;
import io.kconmon.agent.probe.udp.ScriptedUdp;
import io.kconmon.agent.roster.Identity;
import io.kconmon.agent.roster.RosterClient;
import io.kconmon.agent.roster.RosterState;
import io.kconmon.agent.support.Loopback;
import io.kconmon.agent.support.OutcomeSeries;
import io.kconmon.agent.support.RosterServer;
import io.kconmon.agent.support.ScriptedHosts;
import io.kconmon.shared.client.Endpoint;
import io.kconmon.shared.http.HttpServer;
import io.kconmon.shared.metrics.MetricsHandler;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterEvent;
import io.kconmon.testkit.CapturedLog;
import io.kconmon.testkit.Eventually;
import java.net.InetSocketAddress;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole page, as Prometheus reads it. */
class AgentCollectorTest {

    private static final List<Agent> AGENTS = List.of(new Agent("pod-a", "node-a", "127.0.0.11", "zone-1"),
            new Agent("pod-b", "node-b", "127.0.0.12", "zone-1"), new Agent("pod-c", "node-c", "127.0.0.13", "zone-2"),
            new Agent("pod-d", "node-d", "127.0.0.14", "zone-2", Agent.COMMON_PORT, true));
    private static final int TESTS_UNDER_WAY = 5;

    /** Returns its result once, after the warm-up; the third run never ends. */
    private static final class Once<T> {

        private final T finds;
        private final CountDownLatch recorded;
        private int runs;

        Once(T finds, CountDownLatch recorded) {
            this.finds = finds;
            this.recorded = recorded;
        }

        T run() throws InterruptedException {
            if (++runs == 3) {
                recorded.countDown();
                new CountDownLatch(1).await();
            }
            return finds;
        }
    }

    private final Sockets sockets = Sockets.open();
    private final CapturedLog log = CapturedLog.withLevels("agent");
    private final CountDownLatch recorded = new CountDownLatch(TESTS_UNDER_WAY);
    private final LoopMonitor monitor = new LoopMonitor(lag -> {
    });
    private final List<Protocol<?>> protocols = List.of(
            ScriptedTcp.protocol("tcp", peer -> new Once<>(tcp(peer), recorded)::run),
            ScriptedUdp.protocol("udp", peer -> new Once<>(udp(peer), recorded)::run),
            new ScriptedHosts<>("dns", List.of("kubernetes.default.svc.cluster.local"),
                    host -> new Once<Outcome<Duration>>(new Outcome.Success<>(Duration.ofNanos(1_500_000)),
                            recorded)::run,
                    OutcomeSeries::new));
    private final Mesh mesh = new Mesh(protocols, 8080, sockets, monitor, PairMetrics.EVERY);
    private final HostProbes hosts = new HostProbes(protocols, sockets, monitor);
    private final RosterState rosterState = new RosterState(new Identity("pod-a", "", 8080, "pod-a", "unknown", false),
            (roster, identity) -> mesh.update(roster, identity.node()));
    private final HttpClient http = HttpClient.newHttpClient();
    private RosterServer controller;
    private RosterClient client;
    private HttpServer server;

    private static boolean isWell(InetSocketAddress peer) {
        return peer.getHostString().equals("127.0.0.12");
    }

    private static ScriptedTcp.Found tcp(InetSocketAddress peer) {
        return isWell(peer) ? ScriptedTcp.Found.PASS : ScriptedTcp.Found.FAIL;
    }

    private static ScriptedUdp.Found udp(InetSocketAddress peer) {
        return isWell(peer) ? ScriptedUdp.Found.PASS : ScriptedUdp.Found.FAIL;
    }

    @BeforeEach
    void open() throws Exception {
        controller = new RosterServer();
        client = new RosterClient(Endpoint.of(controller.uri()), rosterState, Duration.ofSeconds(5));
        var page = new MetricsHandler(
                List.of(new AgentCollector("kconmon", Sockets.Clock.KERNEL, rosterState, mesh, hosts, monitor,
                        MetricSnapshots::new)));
        server = HttpServer.start(Loopback.ONE, 0, List.of(), routes -> routes.get("/metrics", page));
    }

    @AfterEach
    void close() {
        mesh.close();
        hosts.close();
        client.close();
        controller.close();
        server.close();
        sockets.close();
        http.close();
        log.close();
    }

    private void measure() throws Exception {
        client.start();
        controller.nextStream().send(new RosterEvent.Snapshot(Roster.of(AGENTS), Duration.ZERO));
        Eventually.await(recorded);
    }

    /** The page, without the values that differ from run to run and without most buckets. */
    private String page(String accept, String contentType) throws Exception {
        HttpResponse<String> response = http.send(HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:%d/metrics".formatted(server.port()))).header("Accept", accept)
                .build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(200, response.statusCode());
        assertEquals(contentType, response.headers().firstValue("Content-Type").orElseThrow());
        return response.body().replaceAll("java=\"[0-9.]+\",version=\"[\\w.-]+\"", "java=\"…\",version=\"…\"")
                .replaceAll("(kconmon_roster_age_seconds) [0-9.E-]+", "$1 …")
                .replaceAll("kconmon_(tcp|udp)_\\w+_bucket\\{.*\n", "");
    }

    @Test
    void inTheTextFormat() throws Exception {
        measure();
        assertEquals(TEXT, page("*/*", "text/plain; version=0.0.4; charset=utf-8"));
    }

    @Test
    void inOpenMetrics() throws Exception {
        measure();
        assertEquals(OPEN_METRICS, page("application/openmetrics-text;version=1.0.0,text/plain;q=0.5",
                "application/openmetrics-text; version=1.0.0; charset=utf-8"));
    }

    /** An agent that does not know its own labels shows no series that have them. */
    @Test
    void anAgentThatDoesNotKnowItselfYet() throws Exception {
        assertEquals(
                """
                        # HELP kconmon_build_info What runs here: always 1
                        # TYPE kconmon_build_info gauge
                        kconmon_build_info{component="agent",java="…",version="…"} 1
                        # HELP kconmon_clock_info Whose clock times packets: the kernel's or this process's
                        # TYPE kconmon_clock_info gauge
                        kconmon_clock_info{source="kernel"} 1.0
                        # HELP kconmon_excused_rounds_total Failed rounds of peers that had said that they stop: no results
                        # TYPE kconmon_excused_rounds_total counter
                        kconmon_excused_rounds_total 0.0
                        # HELP kconmon_incoming_peers Agents that are to test this one all the time
                        # TYPE kconmon_incoming_peers gauge
                        kconmon_incoming_peers 0.0
                        # HELP kconmon_roster_age_seconds Time since the roster was last known to be right; since the start if it never was
                        # TYPE kconmon_roster_age_seconds gauge
                        kconmon_roster_age_seconds …
                        # HELP kconmon_roster_agents Other agents in the roster, by whether they are being tested
                        # TYPE kconmon_roster_agents gauge
                        kconmon_roster_agents{state="active"} 0.0
                        kconmon_roster_agents{state="paused"} 0.0
                        # HELP kconmon_series Series on this page
                        # TYPE kconmon_series gauge
                        kconmon_series 8.0
                        """,
                page("*/*", "text/plain; version=0.0.4; charset=utf-8"));
    }

    private static final String TEXT = """
            # HELP kconmon_build_info What runs here: always 1
            # TYPE kconmon_build_info gauge
            kconmon_build_info{component="agent",java="…",version="…"} 1
            # HELP kconmon_clock_info Whose clock times packets: the kernel's or this process's
            # TYPE kconmon_clock_info gauge
            kconmon_clock_info{source="kernel"} 1.0
            # HELP kconmon_dns_duration_milliseconds Time of the DNS lookup
            # TYPE kconmon_dns_duration_milliseconds gauge
            kconmon_dns_duration_milliseconds{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1"} 1.5
            # HELP kconmon_dns_results_total Tests over DNS by result
            # TYPE kconmon_dns_results_total counter
            kconmon_dns_results_total{host="kubernetes.default.svc.cluster.local",result="fail",source="node-a",source_zone="zone-1"} 0.0
            kconmon_dns_results_total{host="kubernetes.default.svc.cluster.local",result="pass",source="node-a",source_zone="zone-1"} 1.0
            # HELP kconmon_dns_seconds Times of DNS lookups that passed
            # TYPE kconmon_dns_seconds histogram
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="5.0E-5"} 0
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="1.0E-4"} 0
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="2.0E-4"} 0
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="5.0E-4"} 0
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="0.001"} 0
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="0.002"} 1
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="0.005"} 1
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="0.01"} 1
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="0.05"} 1
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="0.25"} 1
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="1.0"} 1
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="+Inf"} 1
            kconmon_dns_seconds_count{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1"} 1
            kconmon_dns_seconds_sum{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1"} 0.0015
            # HELP kconmon_excused_rounds_total Failed rounds of peers that had said that they stop: no results
            # TYPE kconmon_excused_rounds_total counter
            kconmon_excused_rounds_total 0.0
            # HELP kconmon_incoming_peers Agents that are to test this one all the time
            # TYPE kconmon_incoming_peers gauge
            kconmon_incoming_peers 3.0
            # HELP kconmon_roster_age_seconds Time since the roster was last known to be right; since the start if it never was
            # TYPE kconmon_roster_age_seconds gauge
            kconmon_roster_age_seconds …
            # HELP kconmon_roster_agents Other agents in the roster, by whether they are being tested
            # TYPE kconmon_roster_agents gauge
            kconmon_roster_agents{state="active"} 2.0
            kconmon_roster_agents{state="paused"} 1.0
            # HELP kconmon_series Series on this page
            # TYPE kconmon_series gauge
            kconmon_series 159.0
            # HELP kconmon_tcp_connect_milliseconds Time until the TCP connection was established
            # TYPE kconmon_tcp_connect_milliseconds gauge
            kconmon_tcp_connect_milliseconds{destination="node-b",destination_zone="zone-1",source="node-a",source_zone="zone-1"} 0.25
            # HELP kconmon_tcp_connect_seconds Round trips of TCP handshakes, of requests that passed
            # TYPE kconmon_tcp_connect_seconds histogram
            kconmon_tcp_connect_seconds_count{destination_zone="zone-1",source="node-a",source_zone="zone-1"} 1
            kconmon_tcp_connect_seconds_sum{destination_zone="zone-1",source="node-a",source_zone="zone-1"} 2.5E-4
            kconmon_tcp_connect_seconds_count{destination_zone="zone-2",source="node-a",source_zone="zone-1"} 0
            kconmon_tcp_connect_seconds_sum{destination_zone="zone-2",source="node-a",source_zone="zone-1"} 0.0
            # HELP kconmon_tcp_duration_milliseconds Time of the whole HTTP request, connecting included
            # TYPE kconmon_tcp_duration_milliseconds gauge
            kconmon_tcp_duration_milliseconds{destination="node-b",destination_zone="zone-1",source="node-a",source_zone="zone-1"} 1.25
            # HELP kconmon_tcp_duration_seconds Times of whole HTTP requests that passed
            # TYPE kconmon_tcp_duration_seconds histogram
            kconmon_tcp_duration_seconds_count{destination_zone="zone-1",source="node-a",source_zone="zone-1"} 1
            kconmon_tcp_duration_seconds_sum{destination_zone="zone-1",source="node-a",source_zone="zone-1"} 0.00125
            kconmon_tcp_duration_seconds_count{destination_zone="zone-2",source="node-a",source_zone="zone-1"} 0
            kconmon_tcp_duration_seconds_sum{destination_zone="zone-2",source="node-a",source_zone="zone-1"} 0.0
            # HELP kconmon_tcp_failures_total Failed tests over TCP by cause; a local one is no fault of the network and no result
            # TYPE kconmon_tcp_failures_total counter
            kconmon_tcp_failures_total{cause="refused",destination="node-c",destination_zone="zone-2",source="node-a",source_zone="zone-1"} 1.0
            # HELP kconmon_tcp_results_total Tests over TCP by result
            # TYPE kconmon_tcp_results_total counter
            kconmon_tcp_results_total{destination="node-b",destination_zone="zone-1",result="fail",source="node-a",source_zone="zone-1"} 0.0
            kconmon_tcp_results_total{destination="node-b",destination_zone="zone-1",result="pass",source="node-a",source_zone="zone-1"} 1.0
            kconmon_tcp_results_total{destination="node-c",destination_zone="zone-2",result="fail",source="node-a",source_zone="zone-1"} 1.0
            kconmon_tcp_results_total{destination="node-c",destination_zone="zone-2",result="pass",source="node-a",source_zone="zone-1"} 0.0
            kconmon_tcp_results_total{destination="node-d",destination_zone="zone-2",result="fail",source="node-a",source_zone="zone-1"} 0.0
            kconmon_tcp_results_total{destination="node-d",destination_zone="zone-2",result="pass",source="node-a",source_zone="zone-1"} 0.0
            # HELP kconmon_udp_duration_milliseconds Mean round trip time of the batch's packets
            # TYPE kconmon_udp_duration_milliseconds gauge
            kconmon_udp_duration_milliseconds{destination="node-b",destination_zone="zone-1",source="node-a",source_zone="zone-1"} 0.25
            # HELP kconmon_udp_duration_variance_milliseconds Slowest round trip of the batch less the fastest
            # TYPE kconmon_udp_duration_variance_milliseconds gauge
            kconmon_udp_duration_variance_milliseconds{destination="node-b",destination_zone="zone-1",source="node-a",source_zone="zone-1"} 0.375
            # HELP kconmon_udp_failures_total Failed tests over UDP by cause; a local one is no fault of the network and no result
            # TYPE kconmon_udp_failures_total counter
            kconmon_udp_failures_total{cause="timeout",destination="node-c",destination_zone="zone-2",source="node-a",source_zone="zone-1"} 1.0
            # HELP kconmon_udp_loss Packets lost, percent of the batch
            # TYPE kconmon_udp_loss gauge
            kconmon_udp_loss{destination="node-b",destination_zone="zone-1",source="node-a",source_zone="zone-1"} 0.0
            kconmon_udp_loss{destination="node-c",destination_zone="zone-2",source="node-a",source_zone="zone-1"} 100.0
            # HELP kconmon_udp_lost_packets_total UDP packets lost, by whether the peer has seen the request
            # TYPE kconmon_udp_lost_packets_total counter
            kconmon_udp_lost_packets_total{destination="node-c",destination_zone="zone-2",direction="back",source="node-a",source_zone="zone-1"} 1.0
            kconmon_udp_lost_packets_total{destination="node-c",destination_zone="zone-2",direction="there",source="node-a",source_zone="zone-1"} 3.0
            kconmon_udp_lost_packets_total{destination="node-c",destination_zone="zone-2",direction="unknown",source="node-a",source_zone="zone-1"} 1.0
            # HELP kconmon_udp_packets_total UDP packets by outcome: sent, and of these lost; late and duplicate are replies beside these
            # TYPE kconmon_udp_packets_total counter
            kconmon_udp_packets_total{destination="node-b",destination_zone="zone-1",outcome="duplicate",source="node-a",source_zone="zone-1"} 1.0
            kconmon_udp_packets_total{destination="node-b",destination_zone="zone-1",outcome="lost",source="node-a",source_zone="zone-1"} 0.0
            kconmon_udp_packets_total{destination="node-b",destination_zone="zone-1",outcome="sent",source="node-a",source_zone="zone-1"} 5.0
            kconmon_udp_packets_total{destination="node-c",destination_zone="zone-2",outcome="late",source="node-a",source_zone="zone-1"} 2.0
            kconmon_udp_packets_total{destination="node-c",destination_zone="zone-2",outcome="lost",source="node-a",source_zone="zone-1"} 5.0
            kconmon_udp_packets_total{destination="node-c",destination_zone="zone-2",outcome="sent",source="node-a",source_zone="zone-1"} 5.0
            kconmon_udp_packets_total{destination="node-d",destination_zone="zone-2",outcome="lost",source="node-a",source_zone="zone-1"} 0.0
            kconmon_udp_packets_total{destination="node-d",destination_zone="zone-2",outcome="sent",source="node-a",source_zone="zone-1"} 0.0
            # HELP kconmon_udp_results_total Tests over UDP by result
            # TYPE kconmon_udp_results_total counter
            kconmon_udp_results_total{destination="node-b",destination_zone="zone-1",result="fail",source="node-a",source_zone="zone-1"} 0.0
            kconmon_udp_results_total{destination="node-b",destination_zone="zone-1",result="pass",source="node-a",source_zone="zone-1"} 1.0
            kconmon_udp_results_total{destination="node-c",destination_zone="zone-2",result="fail",source="node-a",source_zone="zone-1"} 1.0
            kconmon_udp_results_total{destination="node-c",destination_zone="zone-2",result="pass",source="node-a",source_zone="zone-1"} 0.0
            kconmon_udp_results_total{destination="node-d",destination_zone="zone-2",result="fail",source="node-a",source_zone="zone-1"} 0.0
            kconmon_udp_results_total{destination="node-d",destination_zone="zone-2",result="pass",source="node-a",source_zone="zone-1"} 0.0
            # HELP kconmon_udp_rtt_seconds Round trips of UDP packets that came back in time
            # TYPE kconmon_udp_rtt_seconds histogram
            kconmon_udp_rtt_seconds_count{destination_zone="zone-1",source="node-a",source_zone="zone-1"} 5
            kconmon_udp_rtt_seconds_sum{destination_zone="zone-1",source="node-a",source_zone="zone-1"} 0.00125
            kconmon_udp_rtt_seconds_count{destination_zone="zone-2",source="node-a",source_zone="zone-1"} 0
            kconmon_udp_rtt_seconds_sum{destination_zone="zone-2",source="node-a",source_zone="zone-1"} 0.0
            # HELP kconmon_zone_tcp_failures_total Failed tests over TCP by cause; a local one is no fault of the network and no result
            # TYPE kconmon_zone_tcp_failures_total counter
            kconmon_zone_tcp_failures_total{cause="refused",destination_zone="zone-2",source="node-a",source_zone="zone-1"} 1.0
            # HELP kconmon_zone_tcp_results_total Tests over TCP by result
            # TYPE kconmon_zone_tcp_results_total counter
            kconmon_zone_tcp_results_total{destination_zone="zone-1",result="fail",source="node-a",source_zone="zone-1"} 0.0
            kconmon_zone_tcp_results_total{destination_zone="zone-1",result="pass",source="node-a",source_zone="zone-1"} 1.0
            kconmon_zone_tcp_results_total{destination_zone="zone-2",result="fail",source="node-a",source_zone="zone-1"} 1.0
            kconmon_zone_tcp_results_total{destination_zone="zone-2",result="pass",source="node-a",source_zone="zone-1"} 0.0
            # HELP kconmon_zone_udp_failures_total Failed tests over UDP by cause; a local one is no fault of the network and no result
            # TYPE kconmon_zone_udp_failures_total counter
            kconmon_zone_udp_failures_total{cause="timeout",destination_zone="zone-2",source="node-a",source_zone="zone-1"} 1.0
            # HELP kconmon_zone_udp_lost_packets_total UDP packets lost, by whether the peer has seen the request
            # TYPE kconmon_zone_udp_lost_packets_total counter
            kconmon_zone_udp_lost_packets_total{destination_zone="zone-2",direction="back",source="node-a",source_zone="zone-1"} 1.0
            kconmon_zone_udp_lost_packets_total{destination_zone="zone-2",direction="there",source="node-a",source_zone="zone-1"} 3.0
            kconmon_zone_udp_lost_packets_total{destination_zone="zone-2",direction="unknown",source="node-a",source_zone="zone-1"} 1.0
            # HELP kconmon_zone_udp_packets_total UDP packets by outcome: sent, and of these lost; late and duplicate are replies beside these
            # TYPE kconmon_zone_udp_packets_total counter
            kconmon_zone_udp_packets_total{destination_zone="zone-1",outcome="duplicate",source="node-a",source_zone="zone-1"} 1.0
            kconmon_zone_udp_packets_total{destination_zone="zone-1",outcome="lost",source="node-a",source_zone="zone-1"} 0.0
            kconmon_zone_udp_packets_total{destination_zone="zone-1",outcome="sent",source="node-a",source_zone="zone-1"} 5.0
            kconmon_zone_udp_packets_total{destination_zone="zone-2",outcome="late",source="node-a",source_zone="zone-1"} 2.0
            kconmon_zone_udp_packets_total{destination_zone="zone-2",outcome="lost",source="node-a",source_zone="zone-1"} 5.0
            kconmon_zone_udp_packets_total{destination_zone="zone-2",outcome="sent",source="node-a",source_zone="zone-1"} 5.0
            # HELP kconmon_zone_udp_results_total Tests over UDP by result
            # TYPE kconmon_zone_udp_results_total counter
            kconmon_zone_udp_results_total{destination_zone="zone-1",result="fail",source="node-a",source_zone="zone-1"} 0.0
            kconmon_zone_udp_results_total{destination_zone="zone-1",result="pass",source="node-a",source_zone="zone-1"} 1.0
            kconmon_zone_udp_results_total{destination_zone="zone-2",result="fail",source="node-a",source_zone="zone-1"} 1.0
            kconmon_zone_udp_results_total{destination_zone="zone-2",result="pass",source="node-a",source_zone="zone-1"} 0.0
            """;

    private static final String OPEN_METRICS = """
            # TYPE kconmon_build info
            # HELP kconmon_build What runs here: always 1
            kconmon_build_info{component="agent",java="…",version="…"} 1
            # TYPE kconmon_clock_info gauge
            # HELP kconmon_clock_info Whose clock times packets: the kernel's or this process's
            kconmon_clock_info{source="kernel"} 1.0
            # TYPE kconmon_dns_duration_milliseconds gauge
            # HELP kconmon_dns_duration_milliseconds Time of the DNS lookup
            kconmon_dns_duration_milliseconds{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1"} 1.5
            # TYPE kconmon_dns_results counter
            # HELP kconmon_dns_results Tests over DNS by result
            kconmon_dns_results_total{host="kubernetes.default.svc.cluster.local",result="fail",source="node-a",source_zone="zone-1"} 0.0
            kconmon_dns_results_total{host="kubernetes.default.svc.cluster.local",result="pass",source="node-a",source_zone="zone-1"} 1.0
            # TYPE kconmon_dns_seconds histogram
            # HELP kconmon_dns_seconds Times of DNS lookups that passed
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="5.0E-5"} 0
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="1.0E-4"} 0
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="2.0E-4"} 0
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="5.0E-4"} 0
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="0.001"} 0
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="0.002"} 1
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="0.005"} 1
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="0.01"} 1
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="0.05"} 1
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="0.25"} 1
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="1.0"} 1
            kconmon_dns_seconds_bucket{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1",le="+Inf"} 1
            kconmon_dns_seconds_count{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1"} 1
            kconmon_dns_seconds_sum{host="kubernetes.default.svc.cluster.local",source="node-a",source_zone="zone-1"} 0.0015
            # TYPE kconmon_excused_rounds counter
            # HELP kconmon_excused_rounds Failed rounds of peers that had said that they stop: no results
            kconmon_excused_rounds_total 0.0
            # TYPE kconmon_incoming_peers gauge
            # HELP kconmon_incoming_peers Agents that are to test this one all the time
            kconmon_incoming_peers 3.0
            # TYPE kconmon_roster_age_seconds gauge
            # HELP kconmon_roster_age_seconds Time since the roster was last known to be right; since the start if it never was
            kconmon_roster_age_seconds …
            # TYPE kconmon_roster_agents gauge
            # HELP kconmon_roster_agents Other agents in the roster, by whether they are being tested
            kconmon_roster_agents{state="active"} 2.0
            kconmon_roster_agents{state="paused"} 1.0
            # TYPE kconmon_series gauge
            # HELP kconmon_series Series on this page
            kconmon_series 159.0
            # TYPE kconmon_tcp_connect_milliseconds gauge
            # HELP kconmon_tcp_connect_milliseconds Time until the TCP connection was established
            kconmon_tcp_connect_milliseconds{destination="node-b",destination_zone="zone-1",source="node-a",source_zone="zone-1"} 0.25
            # TYPE kconmon_tcp_connect_seconds histogram
            # HELP kconmon_tcp_connect_seconds Round trips of TCP handshakes, of requests that passed
            kconmon_tcp_connect_seconds_count{destination_zone="zone-1",source="node-a",source_zone="zone-1"} 1
            kconmon_tcp_connect_seconds_sum{destination_zone="zone-1",source="node-a",source_zone="zone-1"} 2.5E-4
            kconmon_tcp_connect_seconds_count{destination_zone="zone-2",source="node-a",source_zone="zone-1"} 0
            kconmon_tcp_connect_seconds_sum{destination_zone="zone-2",source="node-a",source_zone="zone-1"} 0.0
            # TYPE kconmon_tcp_duration_milliseconds gauge
            # HELP kconmon_tcp_duration_milliseconds Time of the whole HTTP request, connecting included
            kconmon_tcp_duration_milliseconds{destination="node-b",destination_zone="zone-1",source="node-a",source_zone="zone-1"} 1.25
            # TYPE kconmon_tcp_duration_seconds histogram
            # HELP kconmon_tcp_duration_seconds Times of whole HTTP requests that passed
            kconmon_tcp_duration_seconds_count{destination_zone="zone-1",source="node-a",source_zone="zone-1"} 1
            kconmon_tcp_duration_seconds_sum{destination_zone="zone-1",source="node-a",source_zone="zone-1"} 0.00125
            kconmon_tcp_duration_seconds_count{destination_zone="zone-2",source="node-a",source_zone="zone-1"} 0
            kconmon_tcp_duration_seconds_sum{destination_zone="zone-2",source="node-a",source_zone="zone-1"} 0.0
            # TYPE kconmon_tcp_failures counter
            # HELP kconmon_tcp_failures Failed tests over TCP by cause; a local one is no fault of the network and no result
            kconmon_tcp_failures_total{cause="refused",destination="node-c",destination_zone="zone-2",source="node-a",source_zone="zone-1"} 1.0
            # TYPE kconmon_tcp_results counter
            # HELP kconmon_tcp_results Tests over TCP by result
            kconmon_tcp_results_total{destination="node-b",destination_zone="zone-1",result="fail",source="node-a",source_zone="zone-1"} 0.0
            kconmon_tcp_results_total{destination="node-b",destination_zone="zone-1",result="pass",source="node-a",source_zone="zone-1"} 1.0
            kconmon_tcp_results_total{destination="node-c",destination_zone="zone-2",result="fail",source="node-a",source_zone="zone-1"} 1.0
            kconmon_tcp_results_total{destination="node-c",destination_zone="zone-2",result="pass",source="node-a",source_zone="zone-1"} 0.0
            kconmon_tcp_results_total{destination="node-d",destination_zone="zone-2",result="fail",source="node-a",source_zone="zone-1"} 0.0
            kconmon_tcp_results_total{destination="node-d",destination_zone="zone-2",result="pass",source="node-a",source_zone="zone-1"} 0.0
            # TYPE kconmon_udp_duration_milliseconds gauge
            # HELP kconmon_udp_duration_milliseconds Mean round trip time of the batch's packets
            kconmon_udp_duration_milliseconds{destination="node-b",destination_zone="zone-1",source="node-a",source_zone="zone-1"} 0.25
            # TYPE kconmon_udp_duration_variance_milliseconds gauge
            # HELP kconmon_udp_duration_variance_milliseconds Slowest round trip of the batch less the fastest
            kconmon_udp_duration_variance_milliseconds{destination="node-b",destination_zone="zone-1",source="node-a",source_zone="zone-1"} 0.375
            # TYPE kconmon_udp_failures counter
            # HELP kconmon_udp_failures Failed tests over UDP by cause; a local one is no fault of the network and no result
            kconmon_udp_failures_total{cause="timeout",destination="node-c",destination_zone="zone-2",source="node-a",source_zone="zone-1"} 1.0
            # TYPE kconmon_udp_loss gauge
            # HELP kconmon_udp_loss Packets lost, percent of the batch
            kconmon_udp_loss{destination="node-b",destination_zone="zone-1",source="node-a",source_zone="zone-1"} 0.0
            kconmon_udp_loss{destination="node-c",destination_zone="zone-2",source="node-a",source_zone="zone-1"} 100.0
            # TYPE kconmon_udp_lost_packets counter
            # HELP kconmon_udp_lost_packets UDP packets lost, by whether the peer has seen the request
            kconmon_udp_lost_packets_total{destination="node-c",destination_zone="zone-2",direction="back",source="node-a",source_zone="zone-1"} 1.0
            kconmon_udp_lost_packets_total{destination="node-c",destination_zone="zone-2",direction="there",source="node-a",source_zone="zone-1"} 3.0
            kconmon_udp_lost_packets_total{destination="node-c",destination_zone="zone-2",direction="unknown",source="node-a",source_zone="zone-1"} 1.0
            # TYPE kconmon_udp_packets counter
            # HELP kconmon_udp_packets UDP packets by outcome: sent, and of these lost; late and duplicate are replies beside these
            kconmon_udp_packets_total{destination="node-b",destination_zone="zone-1",outcome="duplicate",source="node-a",source_zone="zone-1"} 1.0
            kconmon_udp_packets_total{destination="node-b",destination_zone="zone-1",outcome="lost",source="node-a",source_zone="zone-1"} 0.0
            kconmon_udp_packets_total{destination="node-b",destination_zone="zone-1",outcome="sent",source="node-a",source_zone="zone-1"} 5.0
            kconmon_udp_packets_total{destination="node-c",destination_zone="zone-2",outcome="late",source="node-a",source_zone="zone-1"} 2.0
            kconmon_udp_packets_total{destination="node-c",destination_zone="zone-2",outcome="lost",source="node-a",source_zone="zone-1"} 5.0
            kconmon_udp_packets_total{destination="node-c",destination_zone="zone-2",outcome="sent",source="node-a",source_zone="zone-1"} 5.0
            kconmon_udp_packets_total{destination="node-d",destination_zone="zone-2",outcome="lost",source="node-a",source_zone="zone-1"} 0.0
            kconmon_udp_packets_total{destination="node-d",destination_zone="zone-2",outcome="sent",source="node-a",source_zone="zone-1"} 0.0
            # TYPE kconmon_udp_results counter
            # HELP kconmon_udp_results Tests over UDP by result
            kconmon_udp_results_total{destination="node-b",destination_zone="zone-1",result="fail",source="node-a",source_zone="zone-1"} 0.0
            kconmon_udp_results_total{destination="node-b",destination_zone="zone-1",result="pass",source="node-a",source_zone="zone-1"} 1.0
            kconmon_udp_results_total{destination="node-c",destination_zone="zone-2",result="fail",source="node-a",source_zone="zone-1"} 1.0
            kconmon_udp_results_total{destination="node-c",destination_zone="zone-2",result="pass",source="node-a",source_zone="zone-1"} 0.0
            kconmon_udp_results_total{destination="node-d",destination_zone="zone-2",result="fail",source="node-a",source_zone="zone-1"} 0.0
            kconmon_udp_results_total{destination="node-d",destination_zone="zone-2",result="pass",source="node-a",source_zone="zone-1"} 0.0
            # TYPE kconmon_udp_rtt_seconds histogram
            # HELP kconmon_udp_rtt_seconds Round trips of UDP packets that came back in time
            kconmon_udp_rtt_seconds_count{destination_zone="zone-1",source="node-a",source_zone="zone-1"} 5
            kconmon_udp_rtt_seconds_sum{destination_zone="zone-1",source="node-a",source_zone="zone-1"} 0.00125
            kconmon_udp_rtt_seconds_count{destination_zone="zone-2",source="node-a",source_zone="zone-1"} 0
            kconmon_udp_rtt_seconds_sum{destination_zone="zone-2",source="node-a",source_zone="zone-1"} 0.0
            # TYPE kconmon_zone_tcp_failures counter
            # HELP kconmon_zone_tcp_failures Failed tests over TCP by cause; a local one is no fault of the network and no result
            kconmon_zone_tcp_failures_total{cause="refused",destination_zone="zone-2",source="node-a",source_zone="zone-1"} 1.0
            # TYPE kconmon_zone_tcp_results counter
            # HELP kconmon_zone_tcp_results Tests over TCP by result
            kconmon_zone_tcp_results_total{destination_zone="zone-1",result="fail",source="node-a",source_zone="zone-1"} 0.0
            kconmon_zone_tcp_results_total{destination_zone="zone-1",result="pass",source="node-a",source_zone="zone-1"} 1.0
            kconmon_zone_tcp_results_total{destination_zone="zone-2",result="fail",source="node-a",source_zone="zone-1"} 1.0
            kconmon_zone_tcp_results_total{destination_zone="zone-2",result="pass",source="node-a",source_zone="zone-1"} 0.0
            # TYPE kconmon_zone_udp_failures counter
            # HELP kconmon_zone_udp_failures Failed tests over UDP by cause; a local one is no fault of the network and no result
            kconmon_zone_udp_failures_total{cause="timeout",destination_zone="zone-2",source="node-a",source_zone="zone-1"} 1.0
            # TYPE kconmon_zone_udp_lost_packets counter
            # HELP kconmon_zone_udp_lost_packets UDP packets lost, by whether the peer has seen the request
            kconmon_zone_udp_lost_packets_total{destination_zone="zone-2",direction="back",source="node-a",source_zone="zone-1"} 1.0
            kconmon_zone_udp_lost_packets_total{destination_zone="zone-2",direction="there",source="node-a",source_zone="zone-1"} 3.0
            kconmon_zone_udp_lost_packets_total{destination_zone="zone-2",direction="unknown",source="node-a",source_zone="zone-1"} 1.0
            # TYPE kconmon_zone_udp_packets counter
            # HELP kconmon_zone_udp_packets UDP packets by outcome: sent, and of these lost; late and duplicate are replies beside these
            kconmon_zone_udp_packets_total{destination_zone="zone-1",outcome="duplicate",source="node-a",source_zone="zone-1"} 1.0
            kconmon_zone_udp_packets_total{destination_zone="zone-1",outcome="lost",source="node-a",source_zone="zone-1"} 0.0
            kconmon_zone_udp_packets_total{destination_zone="zone-1",outcome="sent",source="node-a",source_zone="zone-1"} 5.0
            kconmon_zone_udp_packets_total{destination_zone="zone-2",outcome="late",source="node-a",source_zone="zone-1"} 2.0
            kconmon_zone_udp_packets_total{destination_zone="zone-2",outcome="lost",source="node-a",source_zone="zone-1"} 5.0
            kconmon_zone_udp_packets_total{destination_zone="zone-2",outcome="sent",source="node-a",source_zone="zone-1"} 5.0
            # TYPE kconmon_zone_udp_results counter
            # HELP kconmon_zone_udp_results Tests over UDP by result
            kconmon_zone_udp_results_total{destination_zone="zone-1",result="fail",source="node-a",source_zone="zone-1"} 0.0
            kconmon_zone_udp_results_total{destination_zone="zone-1",result="pass",source="node-a",source_zone="zone-1"} 1.0
            kconmon_zone_udp_results_total{destination_zone="zone-2",result="fail",source="node-a",source_zone="zone-1"} 1.0
            kconmon_zone_udp_results_total{destination_zone="zone-2",result="pass",source="node-a",source_zone="zone-1"} 0.0
            # EOF
            """;
}
