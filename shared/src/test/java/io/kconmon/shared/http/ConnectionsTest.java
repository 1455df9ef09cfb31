package io.kconmon.shared.http;

import static io.kconmon.testkit.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Slow clients, and other clients, which must not suffer from them. */
@Timeout(60)
final class ConnectionsTest {

    private static final int MOST = 8;
    private static final Duration LONG = Duration.ofMinutes(10);

    private final AtomicInteger answering = new AtomicInteger();
    private final AtomicInteger writing = new AtomicInteger();
    private final CountDownLatch held = new CountDownLatch(1);
    private final List<Wire> wires = new ArrayList<>();
    private HttpServer server = start(LONG, LONG);

    private HttpServer start(Duration patience, Duration answerPatience) {
        return HttpServer.start(new ServerSetup(InetAddress.getLoopbackAddress(), 0, List.of(), List.of("/held"),
                MOST, patience, answerPatience,
                routes -> routes.get("/hello", (request, response) -> response.send("hello"))
                        .get("/held", (request, response) -> {
                            answering.incrementAndGet();
                            held.await();
                            response.send("held");
                        }).get("/held/flood", (request, response) -> flood(response)),
                Optional.empty(), Optional.empty()));
    }

    /** Writes until it is cut off. */
    private void flood(ServerResponse response) throws IOException {
        writing.incrementAndGet();
        try (OutputStream out = response.outputStream()) {
            while (held.getCount() > 0) {
                out.write(new byte[64 * 1024]);
            }
        } finally {
            writing.decrementAndGet();
        }
    }

    @AfterEach
    void close() throws IOException {
        held.countDown();
        for (Wire wire : wires) {
            wire.close();
        }
        server.close();
    }

    private Wire wire(String said) throws IOException {
        var wire = new Wire(server.port());
        wires.add(wire);
        wire.send(said);
        return wire;
    }

    /** Again, if connections that were still arriving have replaced it. */
    private void isServed() {
        eventually(() -> {
            try (var wire = new Wire(server.port())) {
                wire.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
                return wire.line().equals("HTTP/1.1 200 OK\r\n");
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** Whether it has sent nothing, a part of the request line, or a part of the head. */
    @Test
    void aConnectionThatWaitsIsClosedForANewOne() throws Exception {
        for (String said : List.of("", "GET /hel", "GET /hello HTTP/1.1\r\nHost: a\r\nX-Sl")) {
            for (int i = 0; i < 5 * MOST; i++) {
                wire(said);
            }
            eventually(() -> server.connections() == MOST);
            isServed();
            eventually(() -> server.connections() <= MOST);
        }
        for (Wire wire : wires.subList(0, 4 * MOST)) {
            assertEquals("", wire.rest(), "cut off");
        }
    }

    @Test
    void aConnectionThatAnswersIsNotCutOff() throws Exception {
        for (int i = 0; i < MOST - 1; i++) {
            wire("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        eventually(() -> answering.get() == MOST - 1);
        for (int i = 0; i < 5 * MOST; i++) {
            wire("");
        }
        isServed();
        held.countDown();
        for (Wire wire : wires.subList(0, MOST - 1)) {
            assertEquals("HTTP/1.1 200 OK\r\n", wire.line());
        }
    }

    @Test
    void aNewConnectionIsRefusedWhileAllOthersAnswer() throws Exception {
        for (int i = 0; i < MOST; i++) {
            wire("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        eventually(() -> answering.get() == MOST);
        assertEquals("", wire("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n").rest());
        held.countDown();
        isServed();
    }

    @Test
    void aSlowRequestIsCutOff() throws Exception {
        server.close();
        server = start(Duration.ofMillis(50), LONG);
        Wire patient = wire("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
        eventually(() -> answering.get() == 1);
        var slow = List.of(wire(""), wire("GET /hel"), wire("GET /hello HTTP/1.1\r\nX-Sl"));
        var kept = wire("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        for (Wire wire : slow) {
            assertEquals("", wire.rest());
        }
        assertTrue(kept.rest().endsWith("hello"), "it was answered, and cut off when nothing more came");
        held.countDown();
        assertEquals("HTTP/1.1 200 OK\r\n", patient.line());
    }

    /** Each byte arrives in time, the request does not. */
    @Test
    void aRequestThatDripsIsCutOff() throws Exception {
        server.close();
        server = start(Duration.ofMillis(200), LONG);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            var out = socket.getOutputStream();
            out.write("GET /hello HTTP/1.1\r\nX: ".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            eventually(() -> {
                try {
                    out.write('x');
                    return false;
                } catch (IOException e) {
                    return true;
                }
            });
        }
        isServed();
    }

    @Test
    void aClientThatDoesNotReadIsClosedForAnother() throws Exception {
        for (int i = 0; i < MOST; i++) {
            wire("GET /held/flood HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        eventually(() -> writing.get() == MOST);
        isServed();
        eventually(() -> writing.get() < MOST);
    }

    /** A stream may be silent for as long as it likes; its client has to read. */
    @Test
    void onlyAStreamThatIsNotReadIsCutOff() throws Exception {
        server.close();
        server = start(LONG, Duration.ofMillis(50));
        Wire idle = wire("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
        eventually(() -> answering.get() == 1);
        wire("GET /held/flood HTTP/1.1\r\nHost: a\r\n\r\n");
        eventually(() -> writing.get() == 1);
        eventually(() -> writing.get() == 0);
        held.countDown();
        assertEquals("HTTP/1.1 200 OK\r\n", idle.line());
    }
}
