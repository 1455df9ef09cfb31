package io.kconmon.shared.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.log.CapturedLog;
import io.kconmon.shared.config.BadSettingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class BearerTokenTest {

    @TempDir
    private Path folder;

    private final CapturedLog log = new CapturedLog("http", "tls");
    private final List<String> lines = log.lines();

    @AfterEach
    void unlisten() {
        log.close();
    }

    private Path write(String file, String text) throws IOException {
        return Files.writeString(folder.resolve(file), text);
    }

    private static HttpServer serve(BearerToken token) {
        return HttpServer.start(InetAddress.getLoopbackAddress(), 0, List.of(), routes -> routes.addFilter(token)
                .get("/agents", (request, response) -> response.send("all"))
                .get("/metrics", (request, response) -> response.send("metrics"))
                .get("/readiness", (request, response) -> response.send("ok")));
    }

    private static int status(HttpServer server, String path, String... headers) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(server.port(), path)));
            return client.send((headers.length == 0 ? request : request.headers(headers)).build(),
                    BodyHandlers.discarding()).statusCode();
        }
    }

    private static void until(java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "not in time");
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static String refused(org.junit.jupiter.api.function.Executable what) {
        return String.valueOf(assertThrows(BadSettingException.class, what).getMessage());
    }

    @Test
    void theTokenIsRequiredExceptOnPublicPaths() throws Exception {
        var token = new BearerToken(write("token", " kconmon-marker-secret-of-ours\n"));
        try (HttpServer server = serve(token)) {
            for (String open : List.of("/metrics", "/readiness", "/health", "/health/live", "/health/ready",
                    "/health/started", "/metrics?a=b")) {
                assertEquals(200, status(server, open), open);
            }
            assertEquals(200, status(server, "/agents", "Authorization", token.header()));
            assertEquals("Bearer kconmon-marker-secret-of-ours", token.header());
            for (String wrong : List.of("Bearer kconmon-marker-secret-of-our", "Bearer kconmon-marker-secret-of-ours2",
                    "Bearer ", "Bearer",
                    "kconmon-marker-secret-of-ours", "Basic kconmon-marker-secret-of-ours", "x")) {
                assertEquals(401, status(server, "/agents", "Authorization", wrong), wrong);
            }
            for (String path : List.of("/agents", "/%61gents", "//agents", "/agents/", "/metrics/../agents",
                    "/health/../agents", "/health/%2e%2e/agents", "/agents;/metrics", "/nothing")) {
                int status = status(server, path);
                assertTrue(status == 401 || status == 400, path + " answers " + status);
            }
            assertEquals(1, lines.size(), lines::toString);
            assertFalse(lines.getFirst().contains("kconmon-marker-secret"));
        }
    }

    @Test
    void aReplacedTokenIsUsedSoon() throws Exception {
        Path file = write("token", "kconmon-marker-secret-of-ours");
        var token = new BearerToken(file);
        Files.writeString(file, "another-kconmon-marker-secret");
        until(() -> token.header().equals("Bearer another-kconmon-marker-secret"));
        assertFalse(token.isRight("Bearer kconmon-marker-secret-of-ours"));
        Files.writeString(file, "");
        Files.delete(file);
        until(() -> lines.stream().anyMatch(it -> it.contains("cannot be read")) || token.header().isEmpty());
        assertTrue(token.isRight("Bearer another-kconmon-marker-secret"), "the last one stays");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "two SECRET", "é-SECRET", "SECRET\nSECRET"})
    void anInvalidTokenIsRefusedInOneLine(String text) throws IOException {
        Path file = write("token", text.replace("SECRET", "kconmon-marker-secret"));
        assertEquals("token-file: \"%s\" is not allowed: it must hold a token of 8 to 4096 letters, digits and -._~+/ "
                .formatted(file) + "and nothing else", refused(() -> new BearerToken(file)));
    }

    @Test
    void aMissingFileIsReportedInOneLine() {
        Path none = folder.resolve("none");
        assertEquals(
                "token-file: \"%s\" is not allowed: %s cannot be read: there is no such file".formatted(none, none),
                refused(() -> new BearerToken(none)));
    }
}
