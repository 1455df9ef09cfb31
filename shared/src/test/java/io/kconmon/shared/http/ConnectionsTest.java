package io.kconmon.shared.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that take their time, and those who must not suffer from it. */
@Timeout(60)
final class ConnectionsTest {

    private static final int MOST = 8;
    private static final Duration LONG = Duration.ofMinutes(10);

    private final AtomicInteger answering = new AtomicInteger();
    private final CountDownLatch held = new CountDownLatch(1);
    private final List<Wire> wires = new ArrayList<>();
    private HttpServer server = start(LONG);

    private HttpServer start(Duration patience) {
        return HttpServer.start(new HttpServer.Setup(InetAddress.getLoopbackAddress(), 0, List.of(), List.of("/held"),
                MOST, patience, routes -> routes.get("/hello", (request, response) -> response.send("hello"))
                        .get("/held", (request, response) -> {
                            answering.incrementAndGet();
                            held.await();
                            response.send("held");
                        }),
                Optional.empty()));
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

    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "not in time");
            Thread.onSpinWait();
        }
    }

    /** Again, if it was in its turn overtaken by those who are still coming. */
    private void isServed() {
        until(() -> {
            try (var wire = new Wire(server.port())) {
                wire.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
                return wire.line().equals("HTTP/1.1 200 OK\r\n");
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** Whether they say nothing, begin a first line, or do not come to the end of a head. */
    @Test
    void whoeverIsWaitedForMakesRoomForWhoComes() throws Exception {
        for (String said : List.of("", "GET /hel", "GET /hello HTTP/1.1\r\nHost: a\r\nX-Sl")) {
            for (int i = 0; i < 5 * MOST; i++) {
                wire(said);
            }
            until(() -> server.connections() == MOST);
            isServed();
            until(() -> server.connections() <= MOST);
        }
        for (Wire wire : wires.subList(0, 4 * MOST)) {
            assertEquals("", wire.rest(), "cut off");
        }
    }

    @Test
    void whoIsBeingAnsweredIsNotCutOff() throws Exception {
        for (int i = 0; i < MOST - 1; i++) {
            wire("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        until(() -> answering.get() == MOST - 1);
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
    void wherePlacesAreTakenByAnswersNobodyElseIsLetIn() throws Exception {
        for (int i = 0; i < MOST; i++) {
            wire("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        until(() -> answering.get() == MOST);
        assertEquals("", wire("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n").rest());
        held.countDown();
        isServed();
    }

    @Test
    void aRequestThatIsLongInComingIsNotWaitedFor() throws Exception {
        server.close();
        server = start(Duration.ofMillis(50));
        Wire patient = wire("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
        until(() -> answering.get() == 1);
        var slow = List.of(wire(""), wire("GET /hel"), wire("GET /hello HTTP/1.1\r\nX-Sl"));
        var kept = wire("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        for (Wire wire : slow) {
            assertEquals("", wire.rest());
        }
        assertTrue(kept.rest().endsWith("hello"), "it was answered, and cut off when nothing more came");
        held.countDown();
        assertEquals("HTTP/1.1 200 OK\r\n", patient.line());
    }

    /** As one who drips a byte a second would: each byte is in time, the request is not. */
    @Test
    void whoDripsIsCutOffToo() throws Exception {
        server.close();
        server = start(Duration.ofMillis(200));
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            var out = socket.getOutputStream();
            out.write("GET /hello HTTP/1.1\r\nX: ".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            until(() -> {
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
}
