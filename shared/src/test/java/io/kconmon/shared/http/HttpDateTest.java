package io.kconmon.shared.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class HttpDateTest {

    private static final Instant NOVEMBER = Instant.parse("2026-11-26T20:22:20.9Z");
    private static final Instant MAY = Instant.parse("2026-05-03T01:02:03Z");

    private volatile Instant now = NOVEMBER;

    @Test
    void theDateFollowsAClockThatIsSetBack() {
        var date = new HttpDate(() -> now);
        assertEquals("Thu, 26 Nov 2026 20:22:20 GMT", date.header().get());
        now = NOVEMBER.plusMillis(150);
        assertEquals("Thu, 26 Nov 2026 20:22:21 GMT", date.header().get());
        now = MAY;
        assertEquals("Sun, 03 May 2026 01:02:03 GMT", date.header().get());
        assertSame(date.header(), date.header(), "made once a second");
    }

    /** Answers of routes and filters, quick answers, and refusals of malformed requests. */
    @Test
    void everyResponseHasADate() throws Exception {
        var setup = ServerSetup
                .of(InetAddress.getLoopbackAddress(), 0, List.of(HealthChecks.live("alive", Optional::empty)),
                        List.of(),
                        routes -> routes.get("/hello", (request, response) -> response.send("hello"))
                                .get("/quick", (request, response) -> response.send("routed"))
                                .get("/large", (request, response) -> Responses.send(response, new byte[10_000]))
                                .get("/bug", (request, response) -> {
                                    throw new IllegalStateException("a bug");
                                }))
                .with(new QuickAnswer("/quick", Optional::empty, "quick"));
        try (HttpServer server = HttpServer.start(setup, () -> now)) {
            for (String line : List.of("GET /hello HTTP/1.1", "GET /quick HTTP/1.1", "GET /large HTTP/1.1",
                    "GET /health HTTP/1.1", "GET /nothing HTTP/1.1", "GET /bug HTTP/1.1", "PUT /hello HTTP/1.1",
                    "HEAD /hello HTTP/1.1", "GET /hello HTTP/1.0", "GET /hello HTTP/3.0", "GET /%zz HTTP/1.1", "{",
                    "GET http:=//a/hello HTTP/1.1")) {
                now = NOVEMBER;
                assertEquals(List.of("Date: Thu, 26 Nov 2026 20:22:20 GMT"), dates(server, line), line);
                now = MAY;
                assertEquals(List.of("Date: Sun, 03 May 2026 01:02:03 GMT"), dates(server, line), line);
            }
        }
    }

    private static List<String> dates(HttpServer server, String line) throws IOException {
        try (var wire = new Wire(server.port())) {
            wire.send(line + "\r\nHost: a\r\nConnection: close\r\n\r\n");
            String answer = wire.rest();
            assertTrue(answer.startsWith("HTTP/1.1 "), answer);
            return answer.lines().filter(it -> it.startsWith("Date:")).toList();
        }
    }
}
