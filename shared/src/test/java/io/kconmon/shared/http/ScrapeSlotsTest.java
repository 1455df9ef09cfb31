package io.kconmon.shared.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ScrapeSlotsTest {

    private static final Duration LITTLE = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofMinutes(10);
    /** More than fits into the buffers of both sockets. */
    private static final int LARGE = 12_000_000;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Semaphore came = new Semaphore(0);
    private final AtomicInteger interrupted = new AtomicInteger();

    private HttpServer serve(ScrapeSlots places, ScrapeSlots.Body body) {
        var server = HttpServer.start(InetAddress.getLoopbackAddress(), 0, List.of(),
                routes -> routes.get("/body", (request, response) -> {
                    came.release();
                    places.send(response, body);
                })
                        .get("/next", (request, response) -> {
                            if (Thread.currentThread().isInterrupted()) {
                                interrupted.incrementAndGet();
                            }
                            response.send("next");
                        }));
        open.add(server);
        return server;
    }

    /** Until there are so many, for all who wait. */
    private static void await(Semaphore those, int many) throws IOException {
        try {
            those.acquire(many);
            those.release(many);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static byte[] body(int length) {
        byte[] body = new byte[length];
        Arrays.fill(body, (byte) 'a');
        return body;
    }

    private Wire ask(HttpServer server) throws IOException {
        var wire = new Wire(server.port());
        open.add(wire);
        wire.send("GET /body HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        return wire;
    }

    /** How much of the body comes until it ends, or is cut off. */
    private static int length(Wire wire) throws IOException {
        int length = 0;
        try {
            while (!wire.line().equals("\r\n")) {
                // the head
            }
            for (String some = wire.bytes(4096); !some.isEmpty(); some = wire.bytes(4096)) {
                length += some.length();
            }
        } catch (SocketException e) {
            // reset
        }
        return length;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable it : open.reversed()) {
            it.close();
        }
    }

    @Test
    void whoHasBeenReadForLongestMakesRoomForWhoComes() throws Exception {
        byte[] body = body(LARGE);
        HttpServer server = serve(new ScrapeSlots(2, LITTLE, LITTLE, LONG), () -> body);
        Wire longest = ask(server);
        assertEquals("HTTP/1.1 200 OK\r\n", longest.line());
        Wire other = ask(server);
        assertEquals("HTTP/1.1 200 OK\r\n", other.line());
        Wire newcomer = ask(server);
        assertEquals("HTTP/1.1 200 OK\r\n", newcomer.line());
        assertTrue(length(longest) < LARGE, "cut off");
        assertEquals(LARGE, length(newcomer));
        assertEquals(LARGE, length(other));
    }

    @Test
    void whoeverComesIsServedWhileNobodyReads() throws Exception {
        byte[] body = body(LARGE);
        HttpServer server = serve(new ScrapeSlots(4, LITTLE, LITTLE, LONG), () -> body);
        for (int i = 0; i < 12; i++) {
            assertEquals("HTTP/1.1 200 OK\r\n", ask(server).line());
        }
        assertEquals(LARGE, length(ask(server)));
    }

    @Test
    void aBurstOfThoseWhoReadIsServed() throws Exception {
        HttpServer server = serve(new ScrapeSlots(8), () -> {
            await(came, 20);
            return body(1_000_000);
        });
        Callable<Integer> scrape = () -> length(ask(server));
        var all = new ArrayList<Callable<Integer>>();
        for (int i = 0; i < 20; i++) {
            all.add(scrape);
        }
        try (var clients = Executors.newFixedThreadPool(20)) {
            for (Future<Integer> length : clients.invokeAll(all)) {
                assertEquals(1_000_000, length.get());
            }
        }
    }

    /** It waits for a processor, not for its reader. */
    @Test
    void whatIsBeingMadeIsNotCutOff() throws Exception {
        var begun = new Semaphore(0);
        var go = new Semaphore(0);
        HttpServer server = serve(new ScrapeSlots(1, LITTLE, LITTLE, LITTLE.multipliedBy(3)), () -> {
            begun.release();
            await(go, 1);
            return body(10);
        });
        Wire first = ask(server);
        begun.acquire();
        Wire refused = ask(server);
        assertEquals("HTTP/1.1 503 Service Unavailable\r\n", refused.line());
        String rest = refused.rest();
        assertTrue(rest.contains("Retry-After: 1\r\n") && rest.contains("Content-Type: text/plain\r\n"), rest);
        assertTrue(rest.endsWith("\r\n1 answers of this kind are being made, which is as many as there may be\n"),
                rest);
        go.release();
        assertEquals("HTTP/1.1 200 OK\r\n", first.line());
        assertEquals(10, length(first));
    }

    /** Whose answer has just gone out when it is cut off must not take that into its next answer. */
    @Test
    void anInterruptMeetsNoOtherAnswer() throws Exception {
        HttpServer server = serve(new ScrapeSlots(1, Duration.ZERO, Duration.ZERO, LONG), () -> body(5000));
        var cut = new AtomicInteger();
        var enough = new AtomicBoolean();
        Callable<Integer> client = () -> {
            int served = 0;
            for (int i = 0; i < 2000 && !enough.get(); i++) {
                try (var wire = new Wire(server.port())) {
                    wire.send("GET /body HTTP/1.1\r\nHost: a\r\n\r\n"
                            + "GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
                    if (wire.rest().endsWith("next")) {
                        served++;
                    } else if (cut.incrementAndGet() >= 200) {
                        enough.set(true);
                    }
                } catch (SocketException e) {
                    cut.incrementAndGet();
                }
            }
            return served;
        };
        try (var clients = Executors.newFixedThreadPool(4)) {
            for (Future<Integer> served : clients.invokeAll(List.of(client, client, client, client))) {
                assertTrue(served.get() > 0);
            }
        }
        assertEquals(0, interrupted.get());
    }
}
