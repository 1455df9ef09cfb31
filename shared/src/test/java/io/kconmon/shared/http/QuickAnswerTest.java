package io.kconmon.shared.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The quick answer's body is "quick" and that of Helidon's route "routed", which shows the way of each request. */
@Timeout(60)
class QuickAnswerTest {

    private static final String LINE = "GET /ready HTTP/1.1\r\n";

    private final AtomicInteger asked = new AtomicInteger();
    private volatile Optional<Header> header = Optional.empty();
    private final HttpServer server = HttpServer.start(ServerSetup
            .of(InetAddress.getLoopbackAddress(), 0, List.of(), List.of(),
                    routes -> routes.get("/ready", (request, response) -> response.send("routed")))
            .with(new QuickAnswer("/ready", this::header, "quick")));

    private Optional<Header> header() {
        asked.incrementAndGet();
        return header;
    }

    @AfterEach
    void close() {
        server.close();
    }

    private String exchange(String... parts) throws IOException {
        try (var wire = new Wire(server.port())) {
            for (String part : parts) {
                wire.send(part);
            }
            return wire.rest();
        }
    }

    @Test
    void aPlainRequestIsAnsweredAndTheConnectionClosed() throws IOException {
        String answer = exchange(LINE + "Host: [::1]:8080\r\nUser-Agent: kconmon\r\nconnection: Close\r\nX-Padding: "
                + "x".repeat(1900) + "\r\n\r\n");
        assertTrue(answer.matches("""
                HTTP/1.1 200 OK\r
                Connection: close\r
                Content-Type: text/plain\r
                Date: \\w{3}, \\d{1,2} \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d \\S+\r
                Content-Length: 5\r
                \r
                quick"""), answer);
        assertEquals(1, asked.get());
    }

    @Test
    void aHeaderIsAdded() throws IOException {
        header = Optional.of(HeaderValues.create(HeaderNames.create("Stopping"), "true"));
        String answer = exchange(LINE + "Host: a\r\nConnection: close\r\n\r\n");
        assertTrue(answer.contains("\r\nStopping: true\r\nContent-Length: 5\r\n\r\nquick"), answer);
    }

    @Test
    void aRequestMayComeInPieces() throws IOException {
        assertTrue(exchange("GET /rea", "dy HTTP/1.1\r", "\nHost: a\r\nConnection: cl", "ose\r\n", "\r\n")
                .endsWith("quick"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: a\r\nConnection: close\r\nAuthorization: Bearer x\r\n\r\n",
            "Host: a\r\nConnection: close\r\nX-Other: 1\r\n\r\n",
            "connection: close\r\nhost: a\r\nAccept-Encoding: gzip\r\n\r\n"})
    void anyOtherRequestIsRouted(String headers) throws IOException {
        assertTrue(exchange(LINE + headers).endsWith("routed"));
        assertEquals(0, asked.get());
    }

    @Test
    void aConnectionThatGoesOnIsRouted() throws IOException {
        assertTrue(exchange(LINE + "Host: a\r\n\r\n", LINE + "Host: a\r\nConnection: close\r\n\r\n")
                .matches("(?s).*routed.*routed"));
    }

    @Test
    void aRequestWithAnotherBehindItIsRouted() throws IOException {
        String close = "Host: a\r\nConnection: close\r\n\r\n";
        assertTrue(exchange(LINE + close + LINE + close).endsWith("routed"));
        assertEquals(0, asked.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection: close\r\n\r\n", "Host: a\r\nHost: b\r\nConnection: close\r\n\r\n",
            "Host: a b\r\nConnection: close\r\n\r\n", "Host: a\r\nConnection: close\r\nContent-Length: x\r\n\r\n"})
    void aBadRequestIsRefused(String headers) throws IOException {
        assertTrue(exchange(LINE + headers).startsWith("HTTP/1.1 400 "));
    }

    @Test
    void aHeadOfTooManyLinesIsRefused() throws IOException {
        assertTrue(exchange(LINE, "Host: a\r\n", "A: b\r\n".repeat(100), "\r\n").startsWith("HTTP/1.1 431 "));
    }

    @Test
    void anotherMethodIsNotAnsweredQuickly() throws IOException {
        assertTrue(exchange("PUT /ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").startsWith("HTTP/1.1 405 "));
        assertTrue(
                exchange("GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").startsWith("HTTP/1.1 404 "));
        assertEquals(0, asked.get());
    }
}
