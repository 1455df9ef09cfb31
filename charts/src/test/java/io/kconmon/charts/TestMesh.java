package io.kconmon.charts;

import io.kconmon.agent.AgentProgram;
import io.kconmon.agent.AgentSettings;
import io.kconmon.controller.ControllerProgram;
import io.kconmon.controller.ControllerSettings;
import io.kconmon.shared.config.CommonSettings;
import io.kconmon.shared.config.Setting;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.log.JsonLines;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.RosterJson;
import io.kconmon.testkit.Eventually;
import io.kconmon.testkit.NameServer;
import io.kconmon.testkit.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Three agents and a controller in this process; a fourth agent is in the roster only, so that its tests fail. */
final class TestMesh implements AutoCloseable {

    private static final List<Setting<?>> ALL = Stream
            .of(CommonSettings.ALL, AgentSettings.ALL, ControllerSettings.ALL).flatMap(List::stream).toList();
    private static final List<String> SEEN = List.of("kconmon_tcp_failures_total{", "kconmon_udp_failures_total{",
            "kconmon_dns_failures_total{", "kconmon_udp_lost_packets_total{", "kconmon_tcp_duration_milliseconds{",
            "kconmon_udp_duration_milliseconds{", "kconmon_dns_duration_milliseconds{");

    private final List<String> addresses = new ArrayList<>();
    private final List<AgentProgram> agents = new ArrayList<>();
    private final NameServer dns = NameServer.ofAllButMissing();
    private final ControllerProgram controller;
    private final HttpClient http = HttpClient.newHttpClient();

    TestMesh(Path folder) throws IOException {
        this(folder, Map.of());
    }

    /** With more settings of all programs; over TLS if these name a certificate. */
    TestMesh(Path folder, Map<String, String> more) throws IOException {
        JsonLines.install(JsonLines.Threshold.ERROR);
        int controllerPort = Ports.free();
        var roster = new ArrayList<Agent>();
        for (int i = 0; i < 4; i++) {
            roster.add(new Agent("pod-" + i, "node-" + i, "127.0.0.1", "zone-" + i % 2, Ports.free(), false));
        }
        Path file = Files.writeString(folder.resolve("roster.json"), RosterJson.encode(roster).toString());
        controller = new ControllerProgram(settings(more, Map.of("roster", "static", "roster-file", file.toString(),
                "bind-address", "127.0.0.1", "port", String.valueOf(controllerPort), "heartbeat", "500")));
        String scheme = more.containsKey("tls-certificate") ? "https" : "http";
        addresses.add("127.0.0.1:" + controllerPort);
        for (Agent agent : roster.subList(0, 3)) {
            agents.add(new AgentProgram(settings(more,
                    Map.ofEntries(Map.entry("controller-url", scheme + "://127.0.0.1:" + controllerPort),
                            Map.entry("bind-address", "127.0.0.1"), Map.entry("port", String.valueOf(agent.port())),
                            Map.entry("pod-name", agent.name()), Map.entry("node-name", agent.nodeName()),
                            Map.entry("tcp.interval", "200"), Map.entry("tcp.timeout", "200"),
                            Map.entry("udp.interval", "200"), Map.entry("udp.timeout", "50"),
                            Map.entry("dns.interval", "200"), Map.entry("dns.timeout", "200"),
                            Map.entry("dns.hosts", "example.com,missing.example.com"),
                            Map.entry("dns.servers", dns.hostAndPort())))));
            addresses.add("127.0.0.1:" + agent.port());
        }
    }

    private static Settings settings(Map<String, String> some, Map<String, String> others) {
        var all = new HashMap<>(some);
        all.putAll(others);
        return Settings.of(ALL, all);
    }

    /** The controller's, then the agents'. */
    List<String> addresses() {
        return addresses;
    }

    /** Until every agent has seen every test pass and fail. */
    void awaitResults() {
        Eventually.eventually(() -> "results of every kind", Eventually.PATIENCE, Duration.ofMillis(100),
                () -> pages().stream().skip(1).allMatch(it -> SEEN.stream().allMatch(it::contains)));
    }

    List<String> pages() throws IOException, InterruptedException {
        var pages = new ArrayList<String>();
        for (String address : addresses) {
            pages.add(http.send(HttpRequest.newBuilder(URI.create("http://" + address + "/metrics")).build(),
                    BodyHandlers.ofString()).body());
        }
        return pages;
    }

    @Override
    public void close() throws IOException {
        agents.forEach(AgentProgram::close);
        controller.close();
        dns.close();
        http.close();
    }
}
