package io.kconmon.shared.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.HeaderNames;
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

    private HttpServer serve(ScrapeSlots slots, ScrapeSlots.Body body) {
        var server = HttpServer.start(InetAddress.getLoopbackAddress(), 0, List.of(),
                routes -> routes.get("/body", (request, response) -> {
                    came.release();
                    response.header(HeaderNames.CONTENT_ENCODING, "as-it-is");
                    slots.send(request, response, "body", body);
                }).get("/other", (request, response) -> slots.send(request, response, "other", body))
                        .get("/next", (request, response) -> {
                            if (Thread.currentThread().isInterrupted()) {
                                interrupted.incrementAndGet();
                            }
                            response.send("next");
                        }));
        open.add(server);
        return server;
    }

    /** Waits until there are so many permits, and leaves them. */
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
        return ask(server, "/body");
    }

    private Wire ask(HttpServer server, String path) throws IOException {
        var wire = new Wire(server.port());
        open.add(wire);
        wire.send("GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".formatted(path));
        return wire;
    }

    private static void skipHead(Wire wire) throws IOException {
        while (!wire.line().equals("\r\n")) {
            // the next line
        }
    }

    /** How much of the body arrives until it ends, or is cut off. */
    private static int length(Wire wire) throws IOException {
        try {
            skipHead(wire);
        } catch (SocketException e) {
            return 0;
        }
        return rest(wire);
    }

    private static int rest(Wire wire) throws IOException {
        int length = 0;
        try {
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
    void theClientThatHasNotReadForLongestIsCutOff() throws Exception {
        byte[] body = body(LARGE);
        HttpServer server = serve(new ScrapeSlots(2, LITTLE, LITTLE, LONG), () -> body);
        Wire longest = ask(server);
        skipHead(longest);
        int read = longest.bytes(4096).length(); // so that its last write has begun
        Wire other = ask(server);
        assertEquals("HTTP/1.1 200 OK\r\n", other.line());
        Wire newcomer = ask(server);
        assertEquals("HTTP/1.1 200 OK\r\n", newcomer.line());
        assertTrue(read + rest(longest) < LARGE, "cut off");
        assertEquals(LARGE, length(newcomer));
        assertEquals(LARGE, length(other));
    }

    @Test
    void clientsThatDoNotReadLeaveRoomForAReader() throws Exception {
        byte[] body = body(LARGE);
        HttpServer server = serve(new ScrapeSlots(4, LITTLE, LITTLE, LONG), () -> body);
        for (int i = 0; i < 12; i++) {
            assertEquals("HTTP/1.1 200 OK\r\n", ask(server).line());
        }
        assertEquals(LARGE, length(ask(server)));
    }

    @Test
    void theLastPageIsSharedWhileAllSlotsAreTaken() throws Exception {
        var made = new AtomicInteger();
        HttpServer server = serve(new ScrapeSlots(2, LITTLE, LONG, LONG), () -> {
            made.incrementAndGet();
            return body(LARGE);
        });
        List<Wire> clients = List.of(ask(server), ask(server));
        for (Wire client : clients) {
            assertEquals("HTTP/1.1 200 OK\r\n", client.line());
        }
        for (int i = 0; i < 10; i++) {
            assertEquals(LARGE, length(ask(server)));
        }
        assertEquals(2, made.get());
        for (Wire client : clients) {
            assertEquals(LARGE, length(client), "nobody is cut off for it");
        }
        while (made.get() < 3) { // until the slots are free again
            assertEquals(LARGE, length(ask(server)));
        }
    }

    /** As a compressed page and another would be. */
    @Test
    void anotherVariantIsNotShared() throws Exception {
        HttpServer server = serve(new ScrapeSlots(1, LITTLE, LONG, LONG), () -> body(LARGE));
        Wire first = ask(server);
        assertEquals("HTTP/1.1 200 OK\r\n", first.line());
        Wire other = ask(server, "/other");
        assertEquals(LARGE, length(other), "a page of its own");
        assertTrue(length(first) < LARGE, "cut off");
    }

    @Test
    void aBurstOfClientsThatReadIsServed() throws Exception {
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

    /** It waits for a processor, not for its client. */
    @Test
    void aPageUnderConstructionIsNotCutOff() throws Exception {
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
        assertFalse(rest.contains("Content-Encoding"), "of the page, not of this");
        assertTrue(rest.endsWith("\r\n1 such requests are being answered, which is as many as there may be\n"),
                rest);
        go.release();
        assertEquals("HTTP/1.1 200 OK\r\n", first.line());
        assertEquals(10, length(first));
    }

    /** Two requests on a connection: nothing that ends the first may interrupt the second. */
    @Test
    void aCutOffInterruptsNoOtherAnswer() throws Exception {
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
