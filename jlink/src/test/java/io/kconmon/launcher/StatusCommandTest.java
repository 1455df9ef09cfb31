package io.kconmon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.http.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Over real HTTP, with a controller that answers by a test's script. */
@Timeout(60)
class StatusCommandTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private HttpServer server;

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    private String serve(Handler status) {
        server = HttpServer.start(InetAddress.getLoopbackAddress(), 0, List.of(),
                routes -> routes.get("/status", status).get("/proxy/status", status));
        return "http://127.0.0.1:" + server.port();
    }

    private int run(boolean terminal, String... options) {
        return StatusCommand.run(List.of(options), new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8), terminal);
    }

    @ParameterizedTest
    @CsvSource({"well, 0", "verdict, 1", "unknown, 2", "'', 2"})
    void theExitStatusIsTheMeshsState(String health, int expected) {
        String url = serve((request, response) -> response.header("Kconmon-Health", health)
                .send("it is so" + request.query().first("colour").orElse("") + "\n"));
        assertEquals(expected, run(false, url));
        assertEquals(expected, run(true, url + "/proxy/"), "behind a proxy's path");
        assertEquals("it is so\nit is sotrue\n", out.toString(StandardCharsets.UTF_8));
        assertEquals("", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aTokenIsShown() throws Exception {
        String url = serve((request, response) -> response.header("Kconmon-Health", "well").send(
                String.join(",", request.headers().values(io.helidon.http.HeaderNames.AUTHORIZATION)) + "\n"));
        Path token = Files.writeString(folder.resolve("token"), "a-secret-of-ours\n");
        assertEquals(0, run(false, "--token-file", token.toString(), url));
        assertEquals(0, run(false, url, "--token-file=" + token));
        assertEquals("Bearer a-secret-of-ours\n".repeat(2), out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void anUnreachableControllerIsUnknownInOneLine() {
        String url = serve((request, response) -> response.status(Status.UNAUTHORIZED_401)
                .send("{\"error\":\"the right token is wanted\"}\n"));
        assertEquals(2, run(false, url));
        assertEquals("kconmon: status: %s answered 401 {\"error\":\"the right token is wanted\"}\n".formatted(url),
                err.toString(StandardCharsets.UTF_8));
        server.close();
        err.reset();
        assertEquals(2, run(false, url));
        String line = err.toString(StandardCharsets.UTF_8);
        assertTrue(line.startsWith("kconmon: status: " + url + ": 127.0.0.1: connection refused"), line);
        assertEquals(1, line.lines().count());
    }

    @ParameterizedTest
    @CsvSource({"ftp://a", "http://a?b=c", "--wach", "http://a http://b", "--token-file", "http://", "a b"})
    void invalidArgumentsAreOneLine(String words) {
        String message = assertThrows(BadSettingException.class, () -> run(false, words.split(" ", -1))).getMessage();
        assertTrue(message.matches("status: \"[^\"]*\" is not allowed; allowed: --watch, --token-file FILE, .*"),
                message);
    }
}
