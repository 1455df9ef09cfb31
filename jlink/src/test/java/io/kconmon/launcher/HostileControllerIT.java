package io.kconmon.launcher;

import static io.kconmon.launcher.Processes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent with as little memory as the chart gives it, and with the image's way of ending for want of it. */
class HostileControllerIT {

    private static final String CONTROLLER = "127.83.0.250";
    private static final String AGENT = "127.83.0.1";
    private static final String GOOD = "{\"name\":\"a\",\"nodeName\":\"a\",\"ip\":\"%s\"}".formatted(AGENT);
    private static final int MEGABYTE = 1_000_000;

    private final Processes processes = new Processes();
    /** The next text on the controller's stream, which ends then. */
    private final BlockingQueue<String> says = new LinkedBlockingQueue<>();

    /** Too many, too large, too deep, and all of it within what can be sent. */
    private static List<String> rosters() {
        return List.of("[" + "1,".repeat(700_000) + "1]", "[" + "{},".repeat(400_000) + "{}]",
                "[" + "[],".repeat(400_000) + "[]]", "[" + "\"\",".repeat(400_000) + "1]",
                "[" + agents(100_000) + "]", "[" + agents(5_000) + "]", "[" + GOOD + "," + GOOD + "]",
                "[\"" + "x".repeat(100 * MEGABYTE) + "\"]", "[\"" + "x".repeat(500_000) + "\"]",
                "[{\"a\":" + "[".repeat(100_000), "{" + "\"k\":1,".repeat(200_000) + "\"k\":1}");
    }

    private static String agents(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"name\":\"p%1$d\",\"nodeName\":\"n%1$d\",\"ip\":\"10.%2$d.%3$d.%4$d\"}"
                        .formatted(i, i >> 16, i >> 8 & 255, i & 255))
                .collect(Collectors.joining(","));
    }

    private static String snapshot(String agents) {
        return "id: 1\nevent: snapshot\ndata: {\"revision\":\"1\",\"ageMillis\":0,\"agents\":%s}\n\n".formatted(agents);
    }

    @Test
    void noRosterEndsAnAgentAndTheLastGoodOneStays(@TempDir Path folder) throws Exception {
        HttpServer controller = HttpServer.create(new InetSocketAddress(InetAddress.getByName(CONTROLLER), 0), 50);
        controller.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        controller.createContext("/", this::serve);
        controller.start();
        int port = controller.getAddress().getPort();
        Path log = folder.resolve("agent.log");
        try (processes) {
            String peer = "{\"name\":\"b\",\"nodeName\":\"b\",\"ip\":\"127.83.0.2\"}";
            says.add(snapshot("[" + GOOD + "," + peer + "]"));
            Process agent = agent(log, port);
            await("it tests its peer", () -> page(port).has("kconmon_tcp_results_total", "destination=b"));
            for (String roster : rosters()) {
                says.add(snapshot(roster));
                await("it is read, and the agent comes again", says::isEmpty);
                assertTrue(agent.isAlive(), () -> "it ended by %s…: %s".formatted(roster.substring(0, 20), tail(log)));
            }
            says.add(snapshot("[" + GOOD + "]"));
            await("it goes on with a good one", () -> !page(port).has("kconmon_tcp_results_total", "destination=b")
                    && page(port).has("kconmon_roster_agents"));
            assertEquals(0, page(port).sum("kconmon_loop_bugs"));
            List<String> refused = Files.readAllLines(log).stream().filter(it -> it.contains("was refused")).toList();
            assertTrue(refused.size() >= 4 && refused.size() <= rosters().size(), refused.toString());
            refused.forEach(it -> assertTrue(it.length() < 600 && it.contains("the last roster stays"), it));
            assertTrue(!Files.readString(log).contains("xception"), () -> tail(log));
        } finally {
            controller.stop(0);
        }
    }

    private Process agent(Path log, int port) throws IOException {
        return processes.startWith(List.of(), "-Xmx24m", log, "agent", "-Dkconmon.bind-address=" + AGENT,
                "-Dkconmon.port=" + port, "-Dkconmon.controller-url=http://%s:%d".formatted(CONTROLLER, port),
                "-Dkconmon.pod-name=a", "-Dkconmon.dns.hosts=");
    }

    /** A chunk of 2 GB; one that comes in pieces of a few bytes, each of which costs more than it holds. */
    @ParameterizedTest
    @ValueSource(ints = {65536, 1})
    void noChunkEndsAnAgent(int pieceBytes, @TempDir Path folder) throws Exception {
        byte[] piece = ":".repeat(pieceBytes).getBytes(StandardCharsets.UTF_8);
        Path log = folder.resolve("agent.log");
        try (var controller = new ServerSocket(0, 50, InetAddress.getByName(CONTROLLER)); processes) {
            Process agent = agent(log, controller.getLocalPort());
            for (String path : List.of("/agents/stream", "/agents")) {
                assertThrows(SocketException.class, () -> sendOneChunk(controller, path, piece), "it hangs up");
            }
            assertTrue(agent.isAlive(), () -> tail(log));
            List<String> refused = Files.readAllLines(log).stream().filter(it -> it.contains("was refused")).toList();
            assertTrue(!refused.isEmpty() && refused.getFirst().contains("is larger than"), () -> tail(log));
        }
    }

    /** Answers the next request for that path, and no other. */
    private static void sendOneChunk(ServerSocket controller, String path, byte[] piece) throws IOException {
        while (true) {
            try (Socket socket = controller.accept()) {
                socket.setTcpNoDelay(true);
                String request = new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)).readLine();
                if (request != null && request.matches("GET " + path + "[ ?].*")) {
                    OutputStream out = socket.getOutputStream();
                    out.write("""
                            HTTP/1.1 200 OK\r
                            Content-Type: text/event-stream\r
                            Transfer-Encoding: chunked\r
                            \r
                            7ffffff0\r
                            """.getBytes(StandardCharsets.UTF_8));
                    while (true) {
                        out.write(piece);
                    }
                }
            }
        }
    }

    private void serve(HttpExchange exchange) {
        try (exchange) {
            boolean stream = exchange.getRequestURI().getPath().equals("/agents/stream");
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(stream ? 200 : 404, stream ? 0 : -1);
            if (stream) {
                try (OutputStream out = exchange.getResponseBody()) {
                    String next = says.peek();
                    while (next != null) {
                        out.write(next.getBytes(StandardCharsets.UTF_8));
                        out.flush();
                        says.remove();
                        next = says.peek();
                    }
                }
            }
        } catch (IOException e) {
            says.poll(); // it has heard enough of that
        } catch (RuntimeException e) {
            throw new AssertionError(e);
        }
    }

    private static String tail(Path log) {
        try {
            String text = Files.readString(log);
            return text.substring(Math.max(0, text.length() - 2000));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static Page page(int port) {
        try {
            return Page.of("http://%s:%d".formatted(AGENT, port));
        } catch (IOException e) {
            return new Page("");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
