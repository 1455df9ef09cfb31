package io.kconmon.shared.http;

import static io.kconmon.testkit.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.Status;
import io.helidon.json.JsonObject;
import io.helidon.webserver.http.HttpRouting;
import io.kconmon.shared.config.BadSettingException;
import io.kconmon.testkit.CapturedLog;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class HttpServerTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private volatile String unready = "";
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server = HttpServer.start(LOOPBACK, 0,
            List.of(HealthChecks.ready("roster", () -> Optional.of(unready).filter(it -> !it.isEmpty())),
                    HealthChecks.live("alive", Optional::empty), HealthChecks.started("started", Optional::empty)),
            HttpServerTest::routes);

    private static void routes(HttpRouting.Builder routes) {
        routes.get("/hello", (request, response) -> response.send("hello"))
                .get("/json", (request, response) -> Responses.json(response, Status.NOT_FOUND_404,
                        JsonObject.builder().set("error", "a \"b\"").build()))
                .get("/bug", (request, response) -> {
                    throw new IllegalStateException("a secret of ours");
                });
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://%s:%d%s".formatted(LOOPBACK.getHostAddress(), server.port(), path));
    }

    private void livesOn() throws IOException, InterruptedException {
        assertEquals("hello", get("/hello").body());
    }

    @Test
    void healthSaysWhyItIsNotReady() throws Exception {
        assertEquals(200, get("/health/ready").statusCode());
        unready = "the first roster has not come yet";
        HttpResponse<String> ready = get("/health/ready");
        assertEquals(503, ready.statusCode());
        assertEquals("""
                {"status":"DOWN","checks":[{"name":"roster","status":"DOWN",\
                "data":{"reason":"the first roster has not come yet"}}]}""", ready.body());
        assertEquals(200, get("/health/live").statusCode());
        assertEquals(200, get("/health/started").statusCode());
        assertEquals(503, get("/health").statusCode());
        unready = "";
        assertEquals("""
                {"status":"UP","checks":[{"name":"roster","status":"UP"}]}""", get("/health/ready").body());
        assertEquals(200, get("/health").statusCode());
    }

    @Test
    void jsonIsALineOfItsType() throws Exception {
        HttpResponse<String> response = get("/json");
        assertEquals(404, response.statusCode());
        assertEquals("{\"error\":\"a \\\"b\\\"\"}\n", response.body());
        assertEquals(Optional.of("application/json"), response.headers().firstValue("Content-Type"));
    }

    @Test
    void anInternalErrorIsNotDisclosed() throws Exception {
        HttpResponse<String> response = get("/bug");
        assertEquals(500, response.statusCode());
        assertEquals("", response.body().replace("Internal Server Error", ""));
        assertEquals(404, get("/nothing").statusCode());
        livesOn();
    }

    /** Each gets a response of 4xx or none, and the next request is answered. */
    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n\r\n", "hello\r\n\r\n", "GET\r\n\r\n", "GET /hello\r\n\r\n",
            "GET /hello HTTP/1.1\r\nno colon\r\n\r\n", "GET /hello HTTP/9.9\r\n\r\n", "GET hello HTTP/1.1\r\n\r\n",
            "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a\u0000b HTTP/1.1\r\nHost: a\r\n\r\n",
            "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n"})
    void aBadRequestIsRefused(String request) throws Exception {
        try (var wire = new Wire(server.port())) {
            if (!request.isEmpty()) {
                wire.send(request);
                String status = wire.line();
                assertTrue(status.isEmpty() || status.startsWith("HTTP/1.1 4") || status.startsWith("HTTP/1.1 505"),
                        status);
                assertTrue(wire.rest().length() < 1000, "read until the other side has closed");
            }
        }
        livesOn();
    }

    @Test
    void aRequestThatIsTooLongIsRefused() throws Exception {
        assertEquals("HTTP/1.1 4", first10("GET /" + "a".repeat(4000) + " HTTP/1.1\r\nHost: a\r\n\r\n"));
        assertEquals("HTTP/1.1 4", first10("GET /hello HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(9000) + "\r\n\r\n"));
        assertEquals("HTTP/1.1 4",
                first10("GET /hello HTTP/1.1\r\nHost: a\r\n" + "X: aaaaaaa\r\n".repeat(2000) + "\r\n"));
        livesOn();
    }

    /** Each line costs many objects, which are not made in vain. */
    @Test
    void aHeadOfTooManyLinesIsRefusedBeforeItsEnd() throws Exception {
        try (var wire = new Wire(server.port())) {
            for (int i = 0; i < 2; i++) {
                wire.send("GET /hello HTTP/1.1\r\nHost: a\r\n" + "a: b\r\n".repeat(HeaderLimit.MOST - 2) + "\r\n");
                assertTrue(head(wire).startsWith("HTTP/1.1 200 OK\r\n"), "so many may be");
                assertEquals("hello", wire.bytes(5));
            }
            wire.send("GET /hello HTTP/1.1\r\nHost: a\r\n" + "a: b\r\n".repeat(HeaderLimit.MOST - 1));
            assertEquals("HTTP/1.1 431 Request Header Fields Too Large\r\n", wire.line());
            assertTrue(wire.rest().endsWith("\r\n\r\n"), "read until the other side has closed");
        }
        livesOn();
    }

    /** Clients could fill the log with it. */
    @ParameterizedTest
    @ValueSource(strings = {"G{T / HTTP/1.1\r\nHost: a\r\n\r\n", "[] / HTTP/1.1\r\nHost: a\r\n\r\n",
            "G\u00ffT / HTTP/1.1\r\nHost: a\r\n\r\n", "\r\nG:T / HTTP/1.1\r\nHost: a\r\n\r\n", "{",
            "GET http:=//a/hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n\u0000 / HTTP/1.1\r\nHost: a\r\n\r\n"})
    void aMalformedRequestIsRefusedAndNotLogged(String request) throws Exception {
        assertEquals(List.of(), logged(() -> {
            try (var wire = new Wire(server.port())) {
                wire.send(request);
                String answers = wire.rest();
                assertTrue(answers.contains("HTTP/1.1 400 Bad Request\r\n"), answers);
            }
            livesOn();
        }));
    }

    @Test
    void aClientThatLeavesWithinAHeadIsNotLogged() throws Exception {
        assertEquals(List.of(), logged(() -> {
            for (String head : List.of("", "GET /hel", "GET /hello HTTP/1.1\r\nHo",
                    "GET /hello HTTP/1.1\r\nHost: a\r\n")) {
                var wire = new Wire(server.port());
                wire.send(head);
                wire.close();
            }
            livesOn();
        }));
    }

    private interface Attempt {
        void run() throws Exception;
    }

    /** What Helidon logs until all connections have ended. */
    private List<String> logged(Attempt attempt) throws Exception {
        try (var log = CapturedLog.messages("io.helidon.webserver")) {
            attempt.run();
            client.close();
            eventually(() -> server.connections() == 0);
            return List.copyOf(log.lines());
        }
    }

    private String first10(String request) throws IOException {
        try (var wire = new Wire(server.port())) {
            wire.send(request);
            String status = wire.line();
            return status.substring(0, Math.min(10, status.length()));
        }
    }

    @Test
    void aBodyIsRefused() throws Exception {
        for (String body : List.of("a", "a".repeat(100))) {
            var post = HttpRequest.newBuilder(uri("/hello")).POST(BodyPublishers.ofString(body)).build();
            assertEquals(4, client.send(post, BodyHandlers.ofString()).statusCode() / 100);
        }
        livesOn();
    }

    /** The connection is kept, and the next request on it answered. */
    @Test
    void otherMethodsThanGetAndHeadAreRefused() throws Exception {
        try (var wire = new Wire(server.port())) {
            for (String method : List.of("DELETE", "HACK", "OPTIONS")) {
                wire.send(method + " /hello HTTP/1.1\r\nHost: a\r\n\r\n");
                String head = head(wire);
                assertTrue(head.startsWith("HTTP/1.1 405 Method Not Allowed\r\n"), head);
                assertTrue(head.contains("\r\nAllow: GET, HEAD\r\n"), head);
                assertEquals("only GET and HEAD are allowed\n", wire.bytes(30));
            }
            wire.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
            assertTrue(head(wire).startsWith("HTTP/1.1 200 OK\r\n"));
            assertEquals("hello", wire.bytes(5));
        }
    }

    private static String head(Wire wire) throws IOException {
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            String line = wire.line();
            assertFalse(line.isEmpty(), () -> "closed after: " + head);
            head.append(line);
        }
        return head.toString();
    }

    /** Its end, which may never arrive, is not waited for. */
    @Test
    void aBodyOfUnknownLengthIsRefusedBeforeItComes() throws Exception {
        try (var wire = new Wire(server.port())) {
            wire.send("GET /hello HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertEquals("HTTP/1.1 413 Request Entity Too Large\r\n", wire.line());
            assertTrue(wire.rest().endsWith("a request may have no body\n"), "read until the other side has closed");
        }
        livesOn();
    }

    /** Each of these clients would cost a copy if Helidon made one. */
    @Test
    void aLargeBodyIsNotCopiedForEachReader() throws Exception {
        byte[] body = new byte[8_000_000];
        Arrays.fill(body, (byte) 'a');
        var readers = new ArrayList<Wire>();
        try (var large = HttpServer.start(LOOPBACK, 0, List.of(),
                routes -> routes.get("/large", (request, response) -> Responses.send(response, body)))) {
            long before = usedBytes();
            for (int i = 0; i < 32; i++) {
                var reader = new Wire(large.port());
                readers.add(reader);
                reader.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
                assertEquals("HTTP/1.1 200 OK\r\n", reader.line());
            }
            assertTrue(usedBytes() - before < 8L * body.length, "they share it");
            Wire last = readers.getLast();
            String line = last.line();
            while (!line.equals("\r\n")) {
                line = last.line();
            }
            assertEquals("a".repeat(body.length), last.bytes(body.length));
            last.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
            assertEquals("HTTP/1.1 200 OK\r\n", last.line(), "the connection is kept");
        } finally {
            for (Wire reader : readers) {
                reader.close();
            }
        }
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** The TCP test asks for it. */
    @ParameterizedTest
    @CsvSource({"/hello, 200", "/json, 404", "/nothing, 404", "/bug, 500", "/health/ready, 200"})
    void connectionCloseIsHonoured(String path, int status) throws Exception {
        for (String close : List.of("Connection: close", "connection: Close", "Connection: x, close")) {
            try (var wire = new Wire(server.port())) {
                wire.send("GET %s HTTP/1.1\r\nHost: a\r\n%s\r\n\r\n".formatted(path, close));
                assertTrue(wire.line().startsWith("HTTP/1.1 " + status));
                assertFalse(wire.rest().isEmpty(), "read until the other side has closed");
            }
        }
    }

    @Test
    void aConnectionIsKeptOtherwise() throws Exception {
        try (var wire = new Wire(server.port())) {
            for (int i = 0; i < 3; i++) {
                wire.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
                assertEquals("HTTP/1.1 200 OK\r\n", wire.line());
                var response = new StringBuilder();
                while (!response.toString().endsWith("\r\n\r\n")) {
                    response.append(wire.line());
                }
                assertEquals("hello", wire.bytes(5));
            }
        }
    }

    @Test
    void anOccupiedPortIsReportedInOneLine() throws Exception {
        try (var other = new ServerSocket(0, 1, LOOPBACK)) {
            assertEquals("port: \"%d\" cannot be listened on at 127.0.0.1: Address already in use"
                    .formatted(other.getLocalPort()), refused(LOOPBACK, other.getLocalPort()));
        }
        assertEquals("port: \"0\" cannot be listened on at 192.0.2.1: Cannot assign requested address",
                refused(InetAddress.getByAddress(new byte[]{(byte) 192, 0, 2, 1}), 0));
    }

    private static String refused(InetAddress address, int port) {
        return String.valueOf(assertThrows(BadSettingException.class,
                () -> HttpServer.start(address, port, List.of(), routes -> {
                })).getMessage());
    }

    @Test
    void thePortIsFreeAgainOnceItIsClosed() throws Exception {
        int port = server.port();
        livesOn();
        server.close();
        assertThrows(ConnectException.class, () -> new Wire(port).close());
        try (var again = HttpServer.start(LOOPBACK, port, List.of(), HttpServerTest::routes)) {
            assertEquals(port, again.port());
            try (var wire = new Wire(port)) {
                wire.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
                assertEquals("HTTP/1.1 200 OK\r\n", wire.line());
            }
        }
    }
}
