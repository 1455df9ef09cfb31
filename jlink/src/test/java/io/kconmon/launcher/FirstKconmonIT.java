package io.kconmon.launcher;

import static io.kconmon.launcher.Processes.await;
import static io.kconmon.launcher.Processes.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.kconmon.testkit.Ports;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster moves over node by node: ours beside agents and a controller that speak as the first kconmon did. */
class FirstKconmonIT {

    private static final String OURS = "127.79.0.1";
    private static final String THEIRS = "127.79.0.2";
    private static final String CONTROLLER = "127.79.0.250";

    @TempDir
    private Path folder;

    private final Processes processes = new Processes();
    private int port;

    @BeforeEach
    void findPort() throws IOException {
        port = Ports.free(InetAddress.getByName(OURS));
    }

    @AfterEach
    void stop() {
        processes.close();
    }

    @Test
    void ourAgentTestsTheirsByTheirController() throws Exception {
        HttpServer controller = serve(CONTROLLER, exchange -> {
            String ours = agent("ours", "node-a", OURS);
            switch (exchange.getRequestURI().getPath()) {
                case "/agents" -> answer(exchange, 200, "[%s,%s]".formatted(ours, agent("theirs", "node-b", THEIRS)));
                case "/agent/ours" -> answer(exchange, 200, ours);
                default -> answer(exchange, 404, "Cannot GET " + exchange.getRequestURI());
            }
        });
        HttpServer readiness = serve(THEIRS, exchange -> answer(exchange, 200, ""));
        try (var echo = new DatagramSocket(port, InetAddress.getByName(THEIRS))) {
            Thread.ofPlatform().daemon().start(() -> echoUnchanged(echo));
            startAgent();
            String[] pair = {"source=node-a", "destination=node-b", "source_zone=zone-1", "destination_zone=zone-1",
                    "result=pass"};
            await("both tests pass", () -> {
                Page page = page();
                return page.sum("kconmon_udp_results_total", pair) > 1
                        && page.sum("kconmon_tcp_results_total", pair) > 1;
            });
            assertEquals(0, page().sum("kconmon_udp_results_total", "result=fail")
                    + page().sum("kconmon_tcp_results_total", "result=fail"));
            assertTrue(page().sum("kconmon_roster_age_seconds") < 20);
        } finally {
            readiness.stop(0);
            controller.stop(0);
        }
    }

    @Test
    void theirAgentTestsOursByOurController() throws Exception {
        Path roster = folder.resolve("roster.json");
        Files.writeString(roster,
                "[%s,%s]".formatted(agent("ours", "node-a", OURS), agent("theirs", "node-b", THEIRS)));
        processes.start(folder.resolve("controller.log"), "controller", "-Dkconmon.roster=static",
                "-Dkconmon.roster-file=" + roster, "-Dkconmon.bind-address=" + CONTROLLER, "-Dkconmon.port=" + port);
        startAgent();
        await("our controller serves", () -> status(CONTROLLER) == 200);
        await("our agent serves", () -> status(OURS) == 200);

        assertEquals(agent("theirs", "node-b", THEIRS), get(url(CONTROLLER) + "/agent/theirs").body().strip());
        assertEquals("[%s,%s]".formatted(agent("ours", "node-a", OURS), agent("theirs", "node-b", THEIRS)),
                get(url(CONTROLLER) + "/agents").body().strip());
        try (var socket = new DatagramSocket(0, InetAddress.getByName(THEIRS))) {
            socket.setSoTimeout(10_000);
            byte[] ping = "ping".getBytes(StandardCharsets.US_ASCII);
            socket.send(new DatagramPacket(ping, ping.length, InetAddress.getByName(OURS), port));
            var answer = new DatagramPacket(new byte[64], 64);
            socket.receive(answer);
            assertEquals("pong", new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII));
        }
    }

    private void startAgent() throws IOException {
        processes.start(folder.resolve("agent.log"), "agent", "-Dkconmon.bind-address=" + OURS,
                "-Dkconmon.port=" + port, "-Dkconmon.controller-url=" + url(CONTROLLER), "-Dkconmon.pod-name=ours",
                "-Dkconmon.tcp.interval=1000", "-Dkconmon.udp.interval=3000", "-Dkconmon.udp.timeout=1000",
                "-Dkconmon.dns.hosts=", "-Dkconmon.drain=0");
    }

    private HttpServer serve(String address, HttpHandler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 16);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", handler);
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** As the first kconmon's echo: whatever comes goes back as it was. */
    private static void echoUnchanged(DatagramSocket socket) {
        var packet = new DatagramPacket(new byte[64], 64);
        try {
            while (true) {
                packet.setLength(64);
                socket.receive(packet);
                socket.send(packet);
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static String agent(String name, String node, String ip) {
        return String.format(Locale.ROOT, "{\"name\":\"%s\",\"nodeName\":\"%s\",\"ip\":\"%s\",\"zone\":\"zone-1\"}",
                name, node, ip);
    }

    private String url(String address) {
        return "http://%s:%d".formatted(address, port);
    }

    private int status(String address) {
        try {
            return get(url(address) + "/readiness").status();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Page page() {
        try {
            return Page.of(url(OURS));
        } catch (IOException e) {
            return new Page("");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
