package io.kconmon.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers from 127.0.0.1 and 127.0.0.2, who are kept until the test lets them go. */
@Timeout(60)
final class PerClientLimitTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final String SERVED = "HTTP/1.1 200 OK";

    private final Semaphore reading = new Semaphore(0);
    private final Semaphore gone = new Semaphore(0);
    private final List<Socket> sockets = new ArrayList<>();
    private final List<HttpServer> servers = new ArrayList<>();

    private HttpServer serve(PerClientLimit share) {
        var server = HttpServer.start(LOOPBACK, 0, List.of(), routes -> routes.get("/read", share));
        servers.add(server);
        return server;
    }

    private PerClientLimit bounded(int many) {
        return new PerClientLimit(many, (request, response) -> {
            reading.release();
            gone.acquire();
            response.send("all");
        }, address -> false);
    }

    @AfterEach
    void close() throws IOException {
        gone.release(1000);
        for (Socket socket : sockets) {
            socket.close();
        }
        servers.forEach(HttpServer::close);
    }

    private Socket ask(HttpServer server, String from) throws IOException {
        var socket = new Socket(LOOPBACK, server.port(), InetAddress.getByName(from), 0);
        sockets.add(socket);
        socket.getOutputStream().write("GET /read HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    private Socket reads(HttpServer server, String from) throws Exception {
        Socket socket = ask(server, from);
        reading.acquire();
        return socket;
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void anAddressOverItsShareIsRefusedInASentence() throws Exception {
        HttpServer server = serve(bounded(0));
        Socket first = reads(server, "127.0.0.1");
        for (int i = 1; i < PerClientLimit.EACH; i++) {
            reads(server, "127.0.0.1");
        }
        String refused = answer(ask(server, "127.0.0.1"));
        assertTrue(refused.startsWith("HTTP/1.1 503 Service Unavailable\r\n"), refused);
        assertTrue(refused.contains("\r\nRetry-After: 5\r\n"), refused);
        assertTrue(refused.endsWith("{\"error\":\"127.0.0.1 has 16 such requests under way, which is as many as one"
                + " address may have while others want to read too\"}\n"), refused);

        Socket other = reads(server, "127.0.0.2");
        gone.release(PerClientLimit.EACH + 1);
        assertTrue(answer(other).startsWith(SERVED));
        assertTrue(answer(first).startsWith(SERVED));
        Socket again = reads(server, "127.0.0.1");
        gone.release();
        assertTrue(answer(again).startsWith(SERVED), "its share is free again");
    }

    @Test
    void anAddressMayHaveMoreWhileReadersAreFew() throws Exception {
        HttpServer server = serve(bounded(PerClientLimit.EACH + 4));
        for (int i = 0; i < PerClientLimit.EACH + 4; i++) {
            reads(server, "127.0.0.1");
        }
        assertTrue(answer(ask(server, "127.0.0.1")).startsWith("HTTP/1.1 503 "));
        reads(server, "127.0.0.2");
    }

    @Test
    void loopbackHasNoBound() throws Exception {
        HttpServer server = serve(new PerClientLimit(0, (request, response) -> {
            reading.release();
            gone.acquire();
            response.send("all");
        }));
        for (int i = 0; i < 2 * PerClientLimit.EACH; i++) {
            reads(server, "127.0.0.1");
        }
        assertEquals(0, reading.availablePermits());
    }
}
