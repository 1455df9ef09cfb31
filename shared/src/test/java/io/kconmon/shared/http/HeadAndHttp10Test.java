package io.kconmon.shared.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HEAD and HTTP/1.0, which Helidon itself does not answer, beside GET and HTTP/1.1. */
@Timeout(60)
final class HeadAndHttp10Test {

    private static final int LARGE = 3_000_000;

    private final CountDownLatch streamEnded = new CountDownLatch(1);
    private final HttpServer server = HttpServer.start(ServerSetup
            .of(InetAddress.getLoopbackAddress(), 0, List.of(HealthChecks.live("alive", Optional::empty)),
                    List.of("/endless", "/stream"), this::routes)
            .with(new QuickAnswer("/readiness", Optional::empty, "ok\n")));

    private void routes(HttpRouting.Builder routes) {
        routes.get("/hello", (request, response) -> response.send("hello"))
                .get("/readiness", (request, response) -> response.send("ok\n"))
                .get("/large", (request, response) -> Responses.send(response, new byte[LARGE]))
                .get("/none", (request, response) -> response.status(Status.NOT_MODIFIED_304).send())
                .get("/stream", (request, response) -> {
                    try (OutputStream out = response.outputStream()) {
                        for (String event : List.of("one\\r\\n", "two", "0\\r\\n", "three")) {
                            out.write(event.getBytes(StandardCharsets.UTF_8));
                            out.flush();
                        }
                    }
                }).get("/endless", (request, response) -> {
                    try (OutputStream out = response.outputStream()) {
                        while (true) {
                            out.write("event\n".getBytes(StandardCharsets.UTF_8));
                            out.flush();
                        }
                    } finally {
                        streamEnded.countDown();
                    }
                }).get("/bug", (request, response) -> {
                    throw new IllegalStateException("a bug");
                });
    }

    @AfterEach
    void close() {
        server.close();
    }

    private static List<String> head(Wire wire) throws IOException {
        var lines = new ArrayList<String>();
        for (String line = wire.line(); !line.equals("\r\n"); line = wire.line()) {
            assertTrue(line.endsWith("\r\n"), () -> "closed after " + lines);
            lines.add(line.strip());
        }
        return lines;
    }

    private static List<String> withoutDate(List<String> head) {
        return head.stream().filter(it -> !it.startsWith("Date: ")).toList();
    }

    private String exchange(String request) throws IOException {
        try (var wire = new Wire(server.port())) {
            wire.send(request);
            return wire.rest();
        }
    }

    /** Each request with one behind it on the same connection: a body would be taken for its answer. */
    @ParameterizedTest
    @ValueSource(strings = {"/hello", "/readiness", "/large", "/none", "/health", "/health/live", "/health/ready",
            "/nothing",
            "/bug", "/hello?a=b"})
    void headIsAnsweredAsGetWithoutTheBody(String path) throws Exception {
        List<String> get;
        try (var wire = new Wire(server.port())) {
            wire.send("GET %s HTTP/1.1\r\nHost: a\r\n\r\n".formatted(path));
            get = head(wire);
        }
        try (var wire = new Wire(server.port())) {
            for (String method : List.of("HEAD", "HEAD", "head")) {
                wire.send("%s %s HTTP/1.1\r\nHost: a\r\n\r\n".formatted(method, path));
                assertEquals(withoutDate(get), withoutDate(head(wire)));
            }
            wire.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertTrue(wire.rest().endsWith("hello"));
        }
    }

    @Test
    void headOfAStreamEndsTheStream() throws Exception {
        String answer = exchange("HEAD /endless HTTP/1.1\r\nHost: a\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n") && answer.endsWith("\r\n\r\n"), answer);
        streamEnded.await();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /hello HTTP/1.0\r\n\r\n", "GET /hello HTTP/1.0\r\nHost: a:1\r\nUser-Agent: b\r\n\r\n",
            "GET /hello HTTP/1.0\r\nConnection: close\r\n\r\n", "GET /readiness HTTP/1.0\r\n\r\n",
            "GET /hello HTTP/1.0\r\nConnection: Keep-Alive, close\r\nHost: a\r\n\r\n"})
    void http10IsAnsweredAndTheConnectionClosed(String request) throws IOException {
        String answer = exchange(request);
        assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
        assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
        assertTrue(answer.endsWith("\r\n\r\nhello") || answer.endsWith("\r\n\r\nok\n"), answer);
    }

    @Test
    void http10KeepsTheConnectionOnRequest() throws Exception {
        try (var wire = new Wire(server.port())) {
            for (int i = 0; i < 3; i++) {
                wire.send("GET /hello HTTP/1.0\r\nconnection: Keep-Alive\r\n\r\n");
                List<String> head = head(wire);
                assertTrue(head.containsAll(List.of("Connection: keep-alive", "Content-Length: 5")), head::toString);
                assertEquals("hello", wire.bytes(5));
            }
            wire.send("HEAD /hello HTTP/1.0\r\n\r\n");
            assertTrue(wire.rest().endsWith("\r\n\r\n"));
        }
    }

    /** RFC 9112, 6.1: no chunks to HTTP/1.0, even if it asks that the connection be kept. */
    @ParameterizedTest
    @ValueSource(strings = {"", "Connection: keep-alive\r\n"})
    void http10ReadsAStreamToTheEndOfTheConnection(String field) throws Exception {
        String answer = exchange("GET /stream HTTP/1.0\r\n" + field + "\r\n");
        assertFalse(answer.contains("Transfer-Encoding"), answer);
        assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
        assertTrue(answer.endsWith("\r\n\r\none\\r\\ntwo0\\r\\nthree"), answer);
        String health = exchange("GET /health HTTP/1.0\r\n" + field + "\r\n");
        assertTrue(health.contains("\r\nConnection: close\r\n"), health);
        assertTrue(health.endsWith("\r\n\r\n{\"status\":\"UP\",\"checks\":[{\"name\":\"alive\",\"status\":\"UP\"}]}"),
                health);
    }

    @Test
    void http10ReadsALargeBodyWhole() throws IOException {
        String answer = exchange("GET /large HTTP/1.0\r\n\r\n");
        assertEquals(LARGE, answer.length() - answer.indexOf("\r\n\r\n") - 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /hello HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc", "DELETE /hello HTTP/1.0\r\n\r\n",
            "GET /nothing HTTP/1.0\r\n\r\n", "GET /%zz HTTP/1.0\r\n\r\n", "GET HTTP/1.0\r\n\r\n", "HTTP/1.0\r\n\r\n",
            "GET /hello HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", "GET /hello http/1.0\r\n\r\n",
            "GET /hello HTTP/1.0\r\nConnection: x\n\n"})
    void aBadRequestOfHttp10IsRefused(String request) throws Exception {
        try {
            String answer = exchange(request);
            assertTrue(answer.matches("(?s)HTTP/1\\.1 4\\d\\d .*\r\nConnection: close\r\n.*"), answer);
        } catch (SocketException e) {
            // reset, for its body was not read
        }
        assertTrue(exchange("GET /hello HTTP/1.0\r\n\r\n").endsWith("hello"));
    }
}
