package io.kconmon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.kconmon.shared.config.BadSettingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckTest {

    private static final String ALLOWED = "http://host:port/path or https, --within=SECONDS, --tls-ca=FILE, "
            + "--token-file=FILE";

    private final AtomicInteger asked = new AtomicInteger();
    private final List<String> shown = new CopyOnWriteArrayList<>();
    @TempDir
    private Path folder;
    private final HttpServer server;
    private final String url;

    CheckTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/well", exchange -> exchange.sendResponseHeaders(200, -1));
        server.createContext("/later",
                exchange -> exchange.sendResponseHeaders(asked.incrementAndGet() < 3 ? 503 : 200, -1));
        server.createContext("/shown", exchange -> {
            shown.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            exchange.sendResponseHeaders(200, -1);
        });
        server.start();
        url = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    @Test
    void aHealthyServerPasses() throws IOException {
        Check.run(List.of(url + "/well", url + "/well"));
    }

    @Test
    void waitsUntilTheServerIsHealthy() throws IOException {
        Check.run(List.of("--within=30", url + "/later"));
        assertEquals(3, asked.get());
    }

    @Test
    void theTokenIsSentOnlyToTheUrlsAfterIt() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "kconmon-marker-secret\n");
        Check.run(List.of(url + "/shown", "--token-file=" + token, url + "/shown", url + "/shown"));
        assertEquals(List.of("null", "Bearer kconmon-marker-secret", "Bearer kconmon-marker-secret"), shown);
    }

    @Test
    void theLastAnswerIsReported() {
        var refusal = assertThrows(IOException.class, () -> Check.run(List.of("--within=0", url + "/missing")));
        assertEquals("check: %s/missing did not answer 200 within 0 s: it answered 404".formatted(url),
                refusal.getMessage());
    }

    @Test
    void aRefusedConnectionIsReported() {
        server.stop(0);
        var refusal = assertThrows(IOException.class, () -> Check.run(List.of("--within=0", url + "/well")));
        assertTrue(String.valueOf(refusal.getMessage()).contains("connection refused"), refusal.getMessage());
    }

    /** Half a character is one that no locale has. */
    @Test
    void aPathThatTheLocaleCannotWriteIsRefused() {
        invalidArgumentsAreRefused("--tls-ca=/a\ud800", "check: \"--tls-ca=/a\ud800\" is not allowed; allowed: %1$s");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --within=60 | check: nothing to ask; allowed: http://host:port/path or https, once or more
            --within=1m | check: "--within=1m" is not allowed; allowed: --within=0 to 99999
            --wihtin=60 | check: "--wihtin=60" is not allowed; allowed: %1$s
            --tls-ca= | check: "--tls-ca=" is not allowed; allowed: %1$s
            --tls-ca=/missing.crt | tls-ca: "/missing.crt" is not allowed: /missing.crt cannot be read: there is no such file
            --token-file=/missing | token-file: "/missing" is not allowed: /missing cannot be read: there is no such file
            ftp://host/ | check: "ftp://host/" is not allowed; allowed: %1$s
            http://a:99999/ | check: "http://a:99999/" is not allowed; allowed: %1$s
            http://a:65536/ | check: "http://a:65536/" is not allowed; allowed: %1$s
            http://a:0/ | check: "http://a:0/" is not allowed; allowed: %1$s
            http:///metrics | check: "http:///metrics" is not allowed; allowed: %1$s
            """)
    void invalidArgumentsAreRefused(String option, String message) {
        assertEquals(message.formatted(ALLOWED),
                assertThrows(BadSettingException.class, () -> Check.run(List.of(option))).getMessage());
    }
}
