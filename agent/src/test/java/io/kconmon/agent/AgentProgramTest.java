package io.kconmon.agent;

import static io.kconmon.testkit.Eventually.eventually;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.json.JsonArray;
import io.helidon.json.JsonObject;
import io.helidon.json.JsonParser;
import io.kconmon.agent.support.RosterServer;
import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.CommonSettings;
import io.kconmon.shared.config.Setting;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.net.IpAddress;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterEvent;
import io.kconmon.shared.roster.RosterJson;
import io.kconmon.testkit.CapturedLog;
import io.kconmon.testkit.Eventually;
import io.kconmon.testkit.NameServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;

/** Two agents, whole, and a controller in the test's hands. */
class AgentProgramTest {

    /** Addresses that nobody else in the tests has, so that a port that is free for UDP is free for TCP, too. */
    private static final InetAddress AT_A = IpAddress.of("127.0.0.31");
    private static final InetAddress AT_B = IpAddress.of("127.0.0.32");
    private static final Duration LONG = Duration.ofSeconds(20);

    private final CapturedLog log = CapturedLog.withLevels("agent");
    private final HttpClient http = HttpClient.newHttpClient();
    private RosterServer controller;
    private NameServer dns;
    private AgentProgram a;
    private AgentProgram b;

    @BeforeEach
    void open() throws Exception {
        controller = new RosterServer();
        dns = new NameServer(query -> {
            String name = query.getQuestion().getName().toString();
            int rcode = name.equals("none.test.") ? Rcode.NXDOMAIN : Rcode.NOERROR;
            return List.of(NameServer.answer(query, rcode, 1).toWire());
        });
        a = new AgentProgram(settings(AT_A, "pod-a"));
        b = new AgentProgram(settings(AT_B, "pod-b"));
    }

    @AfterEach
    void close() throws IOException {
        a.close();
        b.close();
        controller.close();
        dns.close();
        http.close();
        log.close();
    }

    private Settings settings(InetAddress address, String pod) {
        return settings(address, 0, pod);
    }

    private Settings settings(InetAddress address, int port, String pod) {
        var declared = new ArrayList<Setting<?>>(CommonSettings.ALL);
        declared.addAll(AgentSettings.ALL);
        var texts = new TreeMap<>(
                Map.of("bind-address", address.getHostAddress(), "port", String.valueOf(port), "pod-name", pod,
                        "controller-url", controller.uri().toString(), "dns.hosts", "good.test,none.test",
                        "dns.servers", dns.hostAndPort()));
        for (String test : List.of("tcp", "udp", "dns")) {
            texts.put(test + ".interval", test.equals("dns") ? "1h" : "1s");
            texts.put(test + ".timeout", test.equals("dns") ? "1m" : "1s");
        }
        return Settings.of(declared, texts);
    }

    private Roster roster() {
        return Roster.of(List.of(new Agent("pod-a", "node-a", AT_A.getHostAddress(), "zone-1", a.port(), false),
                new Agent("pod-b", "node-b", AT_B.getHostAddress(), "zone-2", b.port(), false)));
    }

    @Test
    void aPortThatIsTakenIsReportedInOneLine() {
        var refused = assertThrows(BadSettingException.class,
                () -> new AgentProgram(settings(AT_A, a.port(), "pod-c")));
        assertEquals("port: \"%d\" cannot be listened on at 127.0.0.31, UDP: bind: address already in use"
                .formatted(a.port()), refused.getMessage());
    }

    /** Both agents have each other in their roster. */
    private void introduce() throws Exception {
        for (int i = 0; i < 2; i++) {
            controller.nextStream().send(new RosterEvent.Snapshot(roster(), Duration.ZERO));
        }
        eventually("both know the other", () -> page(a).contains("kconmon_roster_agents{state=\"active\"} 1.0")
                && page(b).contains("kconmon_roster_agents{state=\"active\"} 1.0"));
    }

    private HttpRequest request(AgentProgram agent, String path, String... headers) {
        InetAddress address = agent.equals(b) ? AT_B : AT_A;
        var request = HttpRequest.newBuilder(URI.create("http://%s:%d%s".formatted(address.getHostAddress(),
                agent.port(), path))).timeout(Eventually.PATIENCE);
        return (headers.length == 0 ? request : request.headers(headers)).build();
    }

    private HttpResponse<String> get(AgentProgram agent, String path, String... headers) {
        try {
            return http.send(request(agent, path, headers), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(path, e);
        }
    }

    private String page(AgentProgram agent) {
        return get(agent, "/metrics").body();
    }

    private JsonObject json(AgentProgram agent, String path) {
        HttpResponse<String> response = get(agent, path);
        assertEquals(200, response.statusCode(), response::body);
        assertEquals(Optional.of("application/json"), response.headers().firstValue("Content-Type"));
        return object(response.body());
    }

    private static JsonObject object(String body) {
        return JsonParser.create(body).readJsonObject();
    }

    private static List<JsonObject> objects(JsonObject json, String field) {
        return json.arrayValue(field).map(JsonArray::values).orElseThrow().stream().map(it -> it.asObject()).toList();
    }

    private void refuses(String path, String reason) {
        HttpResponse<String> response = get(a, path);
        assertEquals(404, response.statusCode());
        assertEquals(reason, object(response.body()).stringValue("error", ""));
    }

    @Test
    void agentsTestEachOther() throws Exception {
        introduce();
        shows(a, "destination=\"node-b\",destination_zone=\"zone-2\"", "source=\"node-a\",source_zone=\"zone-1\"");
        shows(b, "destination=\"node-a\",destination_zone=\"zone-1\"", "source=\"node-b\",source_zone=\"zone-2\"");
        assertFalse(page(a).contains("destination=\"node-a\""), "nobody tests himself");
        assertTrue(page(a).contains("kconmon_dns_results_total{host=\"good.test\",result=\"pass\",source=\"node-a\""));
    }

    private void shows(AgentProgram agent, String destination, String source) {
        for (String gauge : List.of("tcp_connect_milliseconds", "tcp_duration_milliseconds",
                "udp_duration_milliseconds", "udp_duration_variance_milliseconds", "udp_loss")) {
            awaits(agent, "kconmon_%s{%s,%s} [0-9]".formatted(gauge, destination, source));
        }
        for (String counter : List.of("tcp_results_total", "udp_results_total")) {
            awaits(agent, "kconmon_%s{%s,result=\"pass\",%s} [1-9]".formatted(counter, destination, source));
        }
    }

    private void awaits(AgentProgram agent, String series) {
        Pattern line = Pattern.compile("(?m)^" + series.replace("{", "\\{").replace("}", "\\}"));
        eventually(series, () -> line.matcher(page(agent)).find());
    }

    @Test
    void reportsOfAClosedIntervalAreMadeOnce() throws Exception {
        assertEquals(503, get(a, "/report").statusCode(), "it does not know who it is");
        introduce();
        Pattern line = Pattern.compile("(?m)^1,[0-9a-z]+ 5(,[0-9a-z]+){3} =node-b$");
        eventually("node-b is measured", () -> line.matcher(get(a, "/report").body()).find());
        assertTrue(get(a, "/report").body().startsWith("kconmon report 1\nsource=node-a\ninterval=1000\nage="));
        String placed = get(a, "/report?roster=" + roster().revision()).body();
        assertTrue(placed.contains("\nroster=" + roster().revision() + "\n\n@1 "), placed);
        eventually("who has it is told that there is nothing new", () -> {
            HttpResponse<String> report = get(a, "/report");
            String tag = report.headers().firstValue("ETag").orElseThrow();
            HttpResponse<String> again = get(a, "/report", "If-None-Match", tag);
            return again.statusCode() == 304 && again.body().isEmpty()
                    && again.headers().firstValueAsLong("Kconmon-Next").orElseThrow() <= 1000;
        });
        a.drain();
        HttpResponse<String> draining = get(a, "/report");
        assertTrue(draining.body().contains("\nstate=draining\n"), draining.body());
        assertTrue(draining.headers().firstValue("ETag").orElseThrow().endsWith("-draining\""), "it is another report");
    }

    @Test
    void anAgentThatLeavesTakesItsSeriesWithIt() throws Exception {
        var streams = List.of(controller.nextStream(), controller.nextStream());
        for (var stream : streams) {
            stream.send(new RosterEvent.Snapshot(roster(), Duration.ZERO));
        }
        awaits(a, "kconmon_udp_results_total{destination=\"node-b\"");
        Roster alone = Roster.of(List.of(requireNonNull(roster().byNode().get("node-a"))));
        for (var stream : streams) {
            stream.send(new RosterEvent.Change(roster().changesTo(alone)));
        }
        eventually("it is gone", () -> !page(a).contains("node-b"));
        assertTrue(page(a).contains("kconmon_roster_agents{state=\"active\"} 0.0"));
    }

    /** An operator may test any pair, whoever tests it otherwise. */
    @Test
    void inABoundedMeshOthersCanBeTestedOnDemandToo() throws Exception {
        Agent other = requireNonNull(roster().byNode().get("node-b"));
        controller.answers("/agent/node-b", RosterServer.Answer.json(RosterJson.encode(other).toString()));
        Roster alone = Roster.of(List.of(requireNonNull(roster().byNode().get("node-a"))));
        for (var stream : List.of(controller.nextStream(), controller.nextStream())) {
            stream.send(new RosterEvent.Snapshot(alone, Duration.ZERO));
            stream.send(new RosterEvent.Incoming(alone.revision(), 20));
        }
        eventually("it is told", () -> page(a).contains("kconmon_incoming_peers 20.0"));
        List<JsonObject> results = objects(json(a, "/test/udp/node-b"), "results");
        assertEquals("pass", results.getFirst().stringValue("result", ""));
        refuses("/test/udp/node-c", "\"node-c\" is not an agent in the roster or its node");
        refuses("/test/udp/node-a", "\"node-a\" is not an agent in the roster or its node");
        assertFalse(page(a).contains("node-b"), "it is not tested otherwise");
    }

    @Test
    void anAgentWithoutARosterServesAndShowsNoTests() {
        assertEquals(200, get(a, "/health/ready").statusCode());
        assertFalse(page(a).contains("source_zone="));
        assertEquals(List.of(), objects(json(a, "/test/udp"), "results"));
        refuses("/test/udp/node-b", "\"node-b\" is not an agent in the roster or its node");
    }

    @Test
    void readinessAnswersAndCloses() throws Exception {
        assertEquals(200, get(a, "/readiness").statusCode());
        try (var socket = new Socket(AT_A, a.port())) {
            socket.setSoTimeout((int) Eventually.PATIENCE.toMillis());
            socket.getOutputStream().write("GET /readiness HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(response.startsWith("HTTP/1.1 200 OK\r\n"), response);
            assertTrue(response.contains("\r\nConnection: close\r\n"), response);
            assertTrue(response.endsWith("\r\n\r\nok\n"), response);
        }
    }

    @Test
    void aPageSaysHowManySeriesItHas() throws Exception {
        introduce();
        eventually("it has histograms", () -> page(a).contains("kconmon_udp_rtt_seconds_bucket"));
        List<String> series = page(a).lines().filter(it -> !it.startsWith("#")).toList();
        assertTrue(series.contains("kconmon_series " + (double) series.size()), () -> String.join("\n", series));
    }

    @Test
    void metricsComeInBothFormats() {
        HttpResponse<String> text = get(a, "/metrics");
        assertEquals(Optional.of("text/plain; version=0.0.4; charset=utf-8"),
                text.headers().firstValue("Content-Type"));
        assertTrue(text.body().contains("# TYPE kconmon_roster_agents gauge\n"));
        HttpResponse<String> open = get(a, "/metrics", "Accept", "application/openmetrics-text;version=1.0.0");
        assertEquals(Optional.of("application/openmetrics-text; version=1.0.0; charset=utf-8"),
                open.headers().firstValue("Content-Type"));
        assertTrue(open.body().endsWith("\n# EOF\n"));
        for (String own : List.of("kconmon_build_info", "kconmon_test_loops", "kconmon_loop_bugs",
                "kconmon_schedule_lag_seconds_count", "kconmon_echo_delay_seconds_count",
                "kconmon_clock_info{source=\"kernel\"} 1.0")) {
            assertTrue(text.body().contains("\n" + own), () -> own + " is not in\n" + text.body());
        }
    }

    @Test
    void healthIsUp() {
        for (String path : List.of("/health", "/health/live", "/health/ready", "/health/started")) {
            HttpResponse<String> response = get(a, path);
            assertEquals(200, response.statusCode(), path);
            assertEquals("UP", object(response.body()).stringValue("status", ""), path);
        }
        assertEquals(404, get(a, "/healthy").statusCode());
    }

    @Test
    void testsOnDemand() throws Exception {
        introduce();
        for (String path : List.of("/test/udp", "/test/udp/pod-b", "/test/udp/node-b")) {
            JsonObject json = json(a, path);
            assertEquals("udp", json.stringValue("test", ""));
            assertEquals("node-a", json.stringValue("source", ""));
            assertEquals("zone-1", json.stringValue("sourceZone", ""));
            JsonObject result = objects(json, "results").getFirst();
            assertEquals("node-b", result.stringValue("destination", ""));
            assertEquals("zone-2", result.stringValue("destinationZone", ""));
            assertEquals("pod-b", result.stringValue("agent", ""));
            assertEquals(AT_B.getHostAddress(), result.stringValue("ip", ""));
            assertEquals("pass", result.stringValue("result", ""), json::toString);
            assertEquals(0.0, result.doubleValue("lossPercent", -1));
            assertEquals(5, objects(result, "packets").size());
            assertEquals(5, objects(result, "packets").stream().map(it -> it.intValue("sourcePort", 0))
                    .filter(it -> it > 0).distinct().count(), json::toString);
            assertTrue(objects(result, "packets").stream()
                    .allMatch(packet -> packet.stringValue("outcome", "").equals("received")
                            && packet.doubleValue("roundTripMillis", -1) > 0),
                    json::toString);
        }
        JsonObject tcp = objects(json(a, "/test/tcp/pod-b"), "results").getFirst();
        assertEquals("pass", tcp.stringValue("result", ""));
        assertTrue(tcp.doubleValue("connectMillis", -1) > 0
                && tcp.doubleValue("connectMillis", -1) < tcp.doubleValue("durationMillis", -1), tcp::toString);
        assertEquals(1, objects(json(a, "/test/tcp"), "results").size());
        JsonObject good = objects(json(a, "/test/dns/good.test"), "results").getFirst();
        assertEquals("good.test", good.stringValue("host", ""));
        assertEquals("pass", good.stringValue("result", ""));
        assertEquals(2, objects(json(a, "/test/dns"), "results").size());
    }

    @Test
    void aTestOnDemandThatFailsSaysWhy() throws Exception {
        introduce();
        b.close();
        JsonObject udp = objects(json(a, "/test/udp/node-b"), "results").getFirst();
        assertEquals("fail", udp.stringValue("result", ""));
        assertEquals(100.0, udp.doubleValue("lossPercent", -1));
        JsonObject packet = objects(udp, "packets").getFirst();
        assertEquals("lost", packet.stringValue("outcome", ""));
        assertEquals("refused", packet.stringValue("cause", ""));
        assertEquals("ICMP: connection refused, says 127.0.0.32", packet.stringValue("detail", ""));
        JsonObject tcp = objects(json(a, "/test/tcp/node-b"), "results").getFirst();
        assertEquals("refused", tcp.stringValue("cause", ""), tcp::toString);
        JsonObject none = objects(json(a, "/test/dns/none.test"), "results").getFirst();
        assertEquals("nxdomain", none.stringValue("cause", ""), none::toString);
    }

    @Test
    void aTestOnDemandOfAPausedAgentReportsThePause() throws Exception {
        Roster paused = Roster.of(roster().agents().stream()
                .map(it -> new Agent(it.name(), it.nodeName(), it.ip(), it.zone(), it.port(),
                        it.name().equals("pod-b")))
                .toList());
        for (int i = 0; i < 2; i++) {
            controller.nextStream().send(new RosterEvent.Snapshot(paused, Duration.ZERO));
        }
        eventually("it is paused", () -> page(a).contains("kconmon_roster_agents{state=\"paused\"} 1.0"));
        assertTrue(objects(json(a, "/test/udp/node-b"), "results").getFirst().booleanValue("paused", false));
        b.close();
        JsonObject udp = objects(json(a, "/test/udp"), "results").getFirst();
        assertEquals("fail", udp.stringValue("result", ""));
        assertEquals("refused", objects(udp, "packets").getFirst().stringValue("cause", ""));
    }

    @Test
    void onlyKnownDestinationsCanBeTested() throws Exception {
        introduce();
        refuses("/test/udp/pod-a", "\"pod-a\" is not an agent in the roster or its node");
        refuses("/test/tcp/10.0.0.1", "\"10.0.0.1\" is not an agent in the roster or its node");
        refuses("/test/dns/www.google.com", "\"www.google.com\" is not a configured host (dns.hosts)");
        String all = Protocols.ALL.stream().map(it -> "/test/" + it.name()).collect(joining(", "));
        int last = all.lastIndexOf(", ");
        refuses("/test/nothing", "no such test; there are %s and %s, each with or without /{name}"
                .formatted(all.substring(0, last), all.substring(last + 2)));
    }

    @Test
    void aStoppingAgentStillAnswers() throws Exception {
        introduce();
        awaits(a, "kconmon_udp_results_total{destination=\"node-b\",destination_zone=\"zone-2\",result=\"pass\","
                + "source=\"node-a\",source_zone=\"zone-1\"} [1-9]");
        var at = new InetSocketAddress(AT_A, a.port());
        assertEquals(Optional.empty(), get(a, "/readiness").headers().firstValue("Kconmon-Stopping"));
        long begin = System.nanoTime();
        a.drain();
        assertTrue(System.nanoTime() - begin < LONG.toNanos() / 2, "draining waited for the controller");

        HttpResponse<String> ready = get(a, "/health/ready");
        assertEquals(503, ready.statusCode());
        assertTrue(ready.body().contains("the agent is stopping"), ready.body());
        assertEquals(200, get(a, "/health/live").statusCode());
        assertEquals(Optional.of("true"), get(a, "/readiness").headers().firstValue("Kconmon-Stopping"));
        for (String protocol : List.of("tcp", "udp")) {
            JsonObject result = objects(json(b, "/test/%s/node-a".formatted(protocol)), "results").getFirst();
            assertEquals("pass", result.stringValue("result", ""), result::toString);
        }

        List<String> then = results(a);
        int more = passes(b) + 2;
        eventually("the other one goes on with its tests", () -> passes(b) >= more);
        assertEquals(then, results(a), "it tests nobody any more");
    }

    private List<String> results(AgentProgram agent) {
        return page(agent).lines().filter(line -> line.matches("kconmon_(tcp|udp)_(results|packets).*")).toList();
    }

    private int passes(AgentProgram agent) {
        return results(agent).stream().filter(it -> it.startsWith("kconmon_udp_results") && it.contains("\"pass\""))
                .mapToInt(it -> (int) Double.parseDouble(it.substring(it.lastIndexOf(' ')))).sum();
    }

    @Test
    void aClosedAgentGivesItsPortBack() throws Exception {
        var at = new InetSocketAddress(AT_A, a.port());
        a.close();
        assertThrows(ConnectException.class, () -> new Socket(AT_A, at.getPort()).close());
        try (var udp = new DatagramSocket(at); var tcp = new ServerSocket(at.getPort(), 1, AT_A)) {
            assertEquals(udp.getLocalPort(), tcp.getLocalPort());
        }
        a.close();
    }

    @Test
    void anAgentWhosePortIsTakenLeavesNothingOpen() throws Exception {
        try (var taken = new ServerSocket(0, 1, AT_A)) {
            Settings settings = settings(AT_A, taken.getLocalPort(), "pod-c");
            assertThrows(BadSettingException.class, () -> new AgentProgram(settings));
            try (var udp = new DatagramSocket(new InetSocketAddress(AT_A, taken.getLocalPort()))) {
                assertEquals(taken.getLocalPort(), udp.getLocalPort());
            }
        }
    }
}
