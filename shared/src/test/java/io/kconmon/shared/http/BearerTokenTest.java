package io.kconmon.shared.http;

import static io.kconmon.testkit.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.HeaderNames;
import io.helidon.webclient.http1.Http1ClientRequest;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.testing.junit5.DirectClient;
import io.kconmon.shared.config.BadSettingException;
import io.kconmon.testkit.CapturedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
@Tag("routing")
class BearerTokenTest {

    @TempDir
    private Path folder;

    private final CapturedLog log = CapturedLog.messages("http", "tls");
    private final List<String> lines = log.lines();

    @AfterEach
    void unlisten() {
        log.close();
    }

    private Path write(String file, String text) throws IOException {
        return Files.writeString(folder.resolve(file), text);
    }

    private static DirectClient serve(BearerToken token) {
        return new DirectClient(HttpRouting.builder().addFilter(token)
                .get("/agents", (request, response) -> response.send("all"))
                .get("/metrics", (request, response) -> response.send("metrics"))
                .get("/readiness", (request, response) -> response.send("ok"))
                .get("/health/*", (request, response) -> response.send("up"))
                .get("/health", (request, response) -> response.send("up")));
    }

    private static int status(DirectClient client, String path, String... authorization) {
        Http1ClientRequest request = client.get().skipUriEncoding(true).uri(path);
        for (String value : authorization) {
            request.header(HeaderNames.AUTHORIZATION, value);
        }
        return request.request(String.class).status().code();
    }

    private static String refused(org.junit.jupiter.api.function.Executable what) {
        return String.valueOf(assertThrows(BadSettingException.class, what).getMessage());
    }

    @Test
    void theTokenIsRequiredExceptOnPublicPaths() throws Exception {
        var token = new BearerToken(write("token", " kconmon-marker-secret-of-ours\n"));
        DirectClient server = serve(token);
        for (String open : List.of("/metrics", "/readiness", "/health", "/health/live", "/health/ready",
                "/health/started", "/metrics?a=b")) {
            assertEquals(200, status(server, open), open);
        }
        assertEquals(200, status(server, "/agents", token.header()));
        assertEquals("Bearer kconmon-marker-secret-of-ours", token.header());
        for (String wrong : List.of("Bearer kconmon-marker-secret-of-our", "Bearer kconmon-marker-secret-of-ours2",
                "Bearer ", "Bearer",
                "kconmon-marker-secret-of-ours", "Basic kconmon-marker-secret-of-ours", "x")) {
            assertEquals(401, status(server, "/agents", wrong), wrong);
        }
        for (String path : List.of("/agents", "/%61gents", "//agents", "/agents/", "/metrics/../agents",
                "/health/../agents", "/health/%2e%2e/agents", "/agents;/metrics", "/nothing")) {
            int status = status(server, path);
            assertTrue(status == 401 || status == 400, path + " answers " + status);
        }
        assertEquals(1, lines.size(), lines::toString);
        assertFalse(lines.getFirst().contains("kconmon-marker-secret"));
    }

    @Test
    void aReplacedTokenIsUsedSoon() throws Exception {
        Path file = write("token", "kconmon-marker-secret-of-ours");
        var token = new BearerToken(file);
        Files.writeString(file, "another-kconmon-marker-secret");
        eventually(() -> token.header().equals("Bearer another-kconmon-marker-secret"));
        assertFalse(token.isRight("Bearer kconmon-marker-secret-of-ours"));
        Files.writeString(file, "");
        Files.delete(file);
        eventually(() -> lines.stream().anyMatch(it -> it.contains("cannot be read")) || token.header().isEmpty());
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
