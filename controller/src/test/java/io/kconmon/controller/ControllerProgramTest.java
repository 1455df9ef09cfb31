package io.kconmon.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.CommonSettings;
import io.kconmon.shared.config.Setting;
import io.kconmon.shared.config.Settings;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole program, with a roster from a file. */
@Timeout(60)
final class ControllerProgramTest {

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        client.close();
    }

    private ControllerProgram controller(String roster, int port) throws Exception {
        return controller(roster, port, "");
    }

    private ControllerProgram controller(String roster, int port, String token) throws Exception {
        Path file = Files.writeString(folder.resolve("roster.yaml"), roster);
        var declared = new ArrayList<Setting<?>>(CommonSettings.ALL);
        declared.addAll(ControllerSettings.ALL);
        return new ControllerProgram(Settings.of(declared, Map.of("roster", "static", "roster-file", file.toString(),
                "bind-address", "127.0.0.1", "port", String.valueOf(port), "metricsPrefix", "mesh", "heartbeat",
                "10s", "token-file", token)));
    }

    private HttpResponse<String> get(int port, String path) throws Exception {
        return get(port, path, "Accept", "*/*");
    }

    @Test
    void servesTheRosterItsHealthAndItsMetrics() throws Exception {
        try (var controller = controller("""
                - {name: a, nodeName: n, ip: 10.0.0.1, zone: z}
                - {name: b, nodeName: m, ip: 10.0.0.2, paused: true}
                """, 0)) {
            int port = controller.port();
            assertEquals("[{\"name\":\"a\",\"nodeName\":\"n\",\"ip\":\"10.0.0.1\",\"zone\":\"z\"}]\n",
                    get(port, "/agents").body());
            assertEquals(200, get(port, "/agent/b").statusCode());
            assertEquals("ok\n", get(port, "/readiness").body());
            for (String path : List.of("/health", "/health/ready", "/health/live", "/health/started")) {
                assertEquals(200, get(port, path).statusCode(), path);
            }
            List<String> metrics = get(port, "/metrics").body().lines().toList();
            for (String line : List.of("mesh_roster_agents{state=\"active\"} 1.0",
                    "mesh_roster_agents{state=\"paused\"} 1.0", "mesh_roster_age_seconds 0.0",
                    "# TYPE mesh_build_info gauge", "# TYPE mesh_stream_readers gauge",
                    "# TYPE mesh_stream_events_total counter", "# TYPE mesh_stream_sent_bytes_total counter")) {
                assertTrue(metrics.contains(line), () -> line + " is not in " + metrics);
            }
        }
    }

    private HttpResponse<String> get(int port, String path, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
                .headers(headers);
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static String type(HttpResponse<String> response) {
        return response.headers().firstValue("Content-Type").orElse("");
    }

    @Test
    void aBrowserGetsThePageAndATerminalTheText() throws Exception {
        try (var controller = controller("[]", 0)) {
            int port = controller.port();
            assertEquals("text/html; charset=utf-8", type(get(port, "/", "Accept", "text/html,*/*;q=0.8")));
            assertEquals("text/plain; charset=utf-8", type(get(port, "/", "Accept", "*/*")));
            assertEquals("application/json", type(get(port, "/", "Accept", "application/json")));
            assertEquals("text/plain; charset=utf-8", type(get(port, "/status", "Accept", "text/html")));
            assertTrue(get(port, "/status", "Accept", "*/*").body()
                    .startsWith("not known: there is no agent in the roster\n"));
            List<String> metrics = get(port, "/metrics").body().lines().toList();
            assertTrue(metrics.contains("mesh_verdicts_total{kind=\"node\"} 0.0"), metrics::toString);
        }
    }

    @Test
    void thePageNeedsNoTokenButItsDataDoes() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "kconmon-marker-secret");
        try (var controller = controller("[]", 0, token.toString())) {
            int port = controller.port();
            assertEquals(200, get(port, "/", "Accept", "text/html").statusCode());
            assertEquals(200, get(port, "/page.css", "Accept", "text/css").statusCode());
            for (String path : List.of("/", "/status", "/status/stream", "/status/pair", "/status/recording")) {
                assertEquals(401, get(port, path, "Accept", "*/*").statusCode(), path);
            }
            assertEquals(401, get(port, "/status", "Accept", "text/html").statusCode());
            assertEquals(200, get(port, "/", "Authorization", "Bearer kconmon-marker-secret").statusCode());
        }
    }

    @Test
    void reportsThatItStopsAndServesUntilTheEnd() throws Exception {
        int port;
        try (var controller = controller("[]", 0)) {
            port = controller.port();
            try (var reader = new Reader(port, Optional.empty())) {
                reader.next();
                controller.drain();
                assertTrue(reader.ended());
            }
            HttpResponse<String> readiness = get(port, "/readiness");
            assertEquals(503, readiness.statusCode());
            assertEquals("the controller is stopping\n", readiness.body());
            assertEquals(503, get(port, "/health/ready").statusCode());
            assertEquals(200, get(port, "/health/live").statusCode());
            assertEquals("[]\n", get(port, "/agents").body());
        }
        int closed = port;
        assertThrows(ConnectException.class, () -> get(closed, "/agents"));
    }

    /** Replicas that share a file would else be unready together. */
    @Test
    void aBadEditKeepsItReadyAndIsReported() throws Exception {
        try (var controller = controller("[]", 0)) {
            int port = controller.port();
            String metric = "mesh_roster_file_last_reload_successful ";
            assertTrue(get(port, "/metrics").body().contains("\n" + metric + "1.0\n"));
            assertFalse(get(port, "/health").body().contains("remark"));
            Files.writeString(folder.resolve("roster.yaml"), "agents: 7");
            while (!get(port, "/metrics").body().contains("\n" + metric + "0.0\n")) {
                Thread.onSpinWait();
            }
            HttpResponse<String> health = get(port, "/health");
            assertEquals(200, health.statusCode());
            assertTrue(health.body().contains("expected a list of agents"), health.body());
            assertEquals(200, get(port, "/health/ready").statusCode());
            assertEquals("ok\n", get(port, "/readiness").body());
            assertEquals("[]\n", get(port, "/agents").body());
            assertTrue(get(port, "/metrics").body().contains("\nmesh_roster_age_seconds 0.0\n"));
        }
    }

    @Test
    void aFailureToStartIsOneLine() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            refused("port: \"%d\" cannot be listened on at 127.0.0.1: Address already in use"
                    .formatted(other.getLocalPort()), "[]", other.getLocalPort());
        }
        refused("roster-file: \"%s\" is not allowed: expected a list of agents, at the top or under \"agents\""
                .formatted(folder.resolve("roster.yaml")), "", 0);
    }

    private void refused(String message, String roster, int port) {
        assertEquals(message,
                assertThrows(BadSettingException.class, () -> controller(roster, port)).getMessage());
    }
}
