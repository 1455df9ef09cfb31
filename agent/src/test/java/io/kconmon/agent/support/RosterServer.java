package io.kconmon.agent.support;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.RosterEvent;
import io.kconmon.shared.roster.RosterJson;
import io.kconmon.testkit.Eventually;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** A controller by script: a test gives the answer to each path, and writes each stream. */
public final class RosterServer implements AutoCloseable {

    /** An answer, which need not be a good one. */
    public record Answer(int status, String contentType, String body) {
        public static Answer json(String body) {
            return new Answer(200, "application/json", body);
        }

        /** The same again and again, for ever. */
        public static Answer withoutEnd(String again) {
            return new Answer(WITHOUT_END, "application/json", again);
        }

        public static Answer of(int status) {
            return new Answer(status, "text/plain", "in words\n");
        }
    }

    /** One agent's stream, which the test writes. */
    public static final class Stream {

        private final OutputStream out;
        private final Optional<String> lastEventId;
        private final CountDownLatch ended = new CountDownLatch(1);

        private Stream(OutputStream out, Optional<String> lastEventId) {
            this.out = out;
            this.lastEventId = lastEventId;
        }

        public Optional<String> lastEventId() {
            return lastEventId;
        }

        public void send(RosterEvent event) throws IOException {
            send(event.encode());
        }

        public void send(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        /** Writes until the other end has gone. */
        public void untilTheReaderHasGone() {
            untilTheReaderHasGone("\n");
        }

        /** Writes this again and again. */
        public void untilTheReaderHasGone(String text) {
            Eventually.eventually("the reader has gone", () -> {
                try {
                    send(text);
                    return false;
                } catch (IOException e) {
                    return true;
                }
            });
            end();
        }

        public void end() {
            ended.countDown();
        }
    }

    private static final int WITHOUT_END = 0;
    private static final String STREAM = "/agents/stream";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> delays = new ConcurrentHashMap<>();
    private final BlockingQueue<Stream> streams = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    private volatile String lastQuery = "";
    private volatile String incoming = "";

    public RosterServer() throws IOException {
        this(Loopback.ONE, 0);
    }

    public RosterServer(InetAddress address, int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(address, port), 50);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    public URI uri() {
        return URI.create("http://%s:%d".formatted(server.getAddress().getHostString(),
                server.getAddress().getPort()));
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** Sets the answer from now on; a path without one is a stream or not found. */
    public void answers(String path, Answer answer) {
        answers.put(path, answer);
    }

    /** Each answer to this path waits for the latch. */
    public void answersAfter(String path, CountDownLatch latch) {
        delays.put(path, latch);
    }

    public void answersAgents(List<Agent> agents) {
        answers("/agents", Answer.json(RosterJson.encode(agents).toString()));
    }

    /** Each list says how many others are to test the agent; an empty text says nothing. */
    public void saysIncoming(String agents) {
        incoming = agents;
    }

    /** Streams can be had again. */
    public void streams() {
        answers.remove(STREAM);
    }

    /** The next stream that is opened. */
    public Stream nextStream() throws InterruptedException {
        return Eventually.next(streams);
    }

    /** The query of the last request; empty if it had none. */
    public String lastQuery() {
        return lastQuery;
    }

    /** The next request's path. */
    public String nextRequest() throws InterruptedException {
        return Eventually.next(requests);
    }

    /** Forgets the requests that there have been, and waits for another one of this path. */
    public void awaitRequest(String path) throws InterruptedException {
        requests.clear();
        while (!nextRequest().equals(path)) {
            // another one
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        lastQuery = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
        requests.add(path);
        Answer answer = answers.get(path);
        CountDownLatch delay = delays.get(path);
        if (delay != null) {
            try {
                Eventually.await(delay);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (answer != null && answer.status == WITHOUT_END) {
            sendWithoutEnd(exchange, answer.body);
        } else if (answer != null) {
            send(exchange, answer);
        } else if (path.equals(STREAM)) {
            stream(exchange);
        } else {
            send(exchange, Answer.of(404));
        }
    }

    /** Until the other end has gone. */
    private static void sendWithoutEnd(HttpExchange exchange, String again) {
        byte[] bytes = again.getBytes(StandardCharsets.UTF_8);
        try {
            exchange.sendResponseHeaders(200, 0);
            while (true) {
                exchange.getResponseBody().write(bytes);
            }
        } catch (IOException e) {
            exchange.close();
        }
    }

    private void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
        if (!incoming.isEmpty()) {
            exchange.getResponseHeaders().set("Kconmon-Incoming", incoming);
        }
        exchange.getResponseHeaders().set("Content-Type", answer.contentType);
        exchange.sendResponseHeaders(answer.status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void stream(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().flush();
        var stream = new Stream(exchange.getResponseBody(),
                Optional.ofNullable(exchange.getRequestHeaders().getFirst("Last-Event-ID")));
        streams.add(stream);
        try {
            stream.ended.await();
            exchange.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Cuts all connections. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
