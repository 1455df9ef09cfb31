package io.kconmon.controller.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.json.JsonObject;
import io.helidon.json.JsonString;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.kconmon.controller.web.SimulatedNodes.Span;
import io.kconmon.shared.http.Responses;
import io.kconmon.shared.http.HttpServer;
import io.kconmon.shared.http.ServerSetup;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The page, and in place of a controller's reports simulated ones: {@code /status}, {@code /status/stream} and
 * {@code /status/pair} as docs and page have them, with faults that begin and end as a test says.
 */
final class SimulatedMesh implements AutoCloseable {

    /**
     * What is simulated.
     *
     * @param interval
     *            how often each source reports
     * @param age
     *            how long the replica has been there
     * @param token
     *            without one, empty
     */
    record Setup(int nodes, int zones, Duration interval, Duration age, String token, boolean reports) {

        static Setup of(int nodes, Duration interval) {
            return new Setup(nodes, 3, interval, Duration.ofHours(3), "", true);
        }
    }

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Setup setup;
    private final SimulatedNodes nodes;
    private final HttpServer server;
    private final double since;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Span> faults = new ArrayList<>();
    private final double[] reported;
    private final List<Integer> paused = new ArrayList<>();
    private long changes;
    private long rosters;
    private long turns;
    private boolean closed;
    private boolean mute;

    SimulatedMesh(Setup setup, int port) {
        this.setup = setup;
        this.nodes = new SimulatedNodes(setup.nodes(), setup.zones(), setup.interval().toMillis() / 1e3);
        this.since = now() - setup.age().toMillis() / 1e3;
        this.reported = new double[setup.nodes()];
        server = HttpServer.start(ServerSetup.of(InetAddress.getLoopbackAddress(), port, List.of(),
                List.of("/status/stream"), this::routes).forReaders());
    }

    private void routes(HttpRouting.Builder routes) {
        routes.register(new Page()).get("/", (request, response) -> response.send("the text\n"))
                .get("/status", (request, response) -> {
                    if (allowed(request, response)) {
                        response.header(HeaderNames.CONTENT_TYPE, "application/json").send(status());
                    }
                }).get("/status/stream", this::stream).get("/status/pair", this::pair);
    }

    int port() {
        return server.port();
    }

    String address() {
        return "http://127.0.0.1:" + port() + "/";
    }

    SimulatedNodes nodes() {
        return nodes;
    }

    static double now() {
        return BigDecimal.valueOf(System.currentTimeMillis()).movePointLeft(3).doubleValue();
    }

    /** Begins now. */
    void begin(Fault fault) {
        begin(fault, now());
    }

    void begin(Fault fault, double at) {
        change(() -> faults.add(new Span(fault, at, Double.POSITIVE_INFINITY)));
    }

    /** All faults end now. */
    void heal() {
        double at = now();
        change(() -> faults.replaceAll(it -> new Span(it.fault(), it.begin(), Math.min(at, it.end()))));
    }

    void pause(int node) {
        change(() -> {
            paused.add(node);
            rosters++;
        });
    }

    /** Until every source has reported so often more. */
    void awaitTurns(int intervals) throws InterruptedException {
        lock.lock();
        try {
            long end = turns + (long) intervals * nodes.size();
            while (turns < end) {
                changed.await(1, TimeUnit.SECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more is sent on the streams, which stay open. */
    void mute(boolean on) {
        change(() -> mute = on);
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changes++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean allowed(ServerRequest request, ServerResponse response) {
        boolean allowed = setup.token().isEmpty() || request.headers().first(HeaderNames.AUTHORIZATION)
                .filter(("Bearer " + setup.token())::equals).isPresent();
        if (!allowed) {
            response.status(Status.UNAUTHORIZED_401).send("a token is needed\n");
        }
        return allowed;
    }

    private boolean reports(int source, double at) {
        return setup.reports() && faults.stream().noneMatch(span -> span.holds(at)
                && (span.fault() instanceof Fault.Dead it && it.node() == source
                        || span.fault() instanceof Fault.Stalled stalled && stalled.node() == source));
    }

    // what is sent; all of it with the lock

    private String status() {
        lock.lock();
        try {
            double at = now();
            var list = new StringBuilder();
            var pairs = new StringBuilder();
            for (int i = 0; i < nodes.size(); i++) {
                if (reported[i] == 0 && setup.age().toSeconds() > 60) {
                    double last = at - setup.interval().toMillis() / 1e3 * i / nodes.size();
                    reported[i] = reports(i, last) ? last : last - 60;
                }
                if (!list.isEmpty()) {
                    list.append(',');
                }
                list.append("{\"name\":").append(JsonString.create(nodes.name(i))).append(",\"zone\":\"")
                        .append(nodes.zone(i)).append("\",\"state\":\"")
                        .append(paused.contains(i) ? "paused" : "active")
                        .append("\",\"reported\":").append(!setup.reports() || reported[i] == 0 ? "null" : reported[i])
                        .append('}');
                if (reported[i] > 0 && setup.reports()) {
                    row(pairs, i, reported[i]);
                }
            }
            return "{\"at\":" + at + ",\"since\":" + since + ",\"reports\":\"" + (setup.reports() ? "on" : "off")
                    + "\",\"interval\":" + setup.interval().toMillis() / 1e3 + ",\"nodes\":[" + list
                    + "],\"verdicts\":" + verdicts(at) + ",\"pairs\":[" + pairs + "]}";
        } finally {
            lock.unlock();
        }
    }

    private void row(StringBuilder out, int source, double at) {
        for (int to = 0; to < nodes.size(); to++) {
            if (to != source && !paused.contains(to) && !paused.contains(source)) {
                if (!out.isEmpty() && out.charAt(out.length() - 1) != '[') {
                    out.append(',');
                }
                nodes.pair(out, source, to, at, faults);
            }
        }
    }

    private String verdicts(double at) {
        return faults.stream().filter(span -> span.holds(at)).map(span -> {
            var json = JsonObject.builder();
            span.fault().verdict(nodes, CLOCK.format(Instant.ofEpochSecond((long) span.begin())))
                    .forEach((key, value) -> {
                        if (value instanceof Double number) {
                            json.set(key, BigDecimal.valueOf(number));
                        } else if (value instanceof Map<?, ?> causes) {
                            var counts = JsonObject.builder();
                            causes.forEach((cause, count) -> counts.set(cause.toString(), (Integer) count));
                            json.set(key, counts.build());
                        } else {
                            json.set(key, value.toString());
                        }
                    });
            return json.set("since", BigDecimal.valueOf(span.begin()).setScale(3, RoundingMode.HALF_UP)).build();
        }).filter(json -> json.containsKey("kind")).map(JsonObject::toString).toList().toString();
    }

    // the stream: a turn of each source an interval, spread evenly

    private void stream(ServerRequest request, ServerResponse response) {
        if (!allowed(request, response)) {
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, "text/event-stream").header(HeaderNames.CACHE_CONTROL, "no-store");
        try (OutputStream out = response.outputStream()) {
            write(out, "event: status\ndata: " + status() + "\n\n");
            long sawChanges = 0;
            long sawRosters = rosters;
            for (int turn = 0;; turn++) {
                Optional<String> events = events(turn % nodes.size(), sawChanges, sawRosters);
                if (events.isEmpty()) {
                    return;
                }
                sawChanges = changes;
                sawRosters = rosters;
                write(out, events.get());
            }
        } catch (IOException | UncheckedIOException e) {
            // the reader has gone, as readers do
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** After the next source's time to report; none once this is closed. */
    private Optional<String> events(int source, long sawChanges, long sawRosters) throws InterruptedException {
        lock.lock();
        try {
            long left = setup.interval().toNanos() / nodes.size();
            while (left > 0 && !closed) {
                left = changed.awaitNanos(left);
            }
            while (mute && !closed) {
                changed.await(1, TimeUnit.SECONDS);
            }
            if (closed) {
                return Optional.empty();
            }
            turns++;
            double at = now();
            var events = new StringBuilder();
            if (rosters != sawRosters) {
                events.append("event: status\ndata: ").append(status()).append("\n\n");
            }
            if (reports(source, at) && !paused.contains(source)) {
                reported[source] = at;
                var row = new StringBuilder("[");
                row(row, source, at);
                events.append("event: report\ndata: {\"source\":").append(source).append(",\"reported\":").append(at)
                        .append(",\"pairs\":").append(row).append("]}\n\n");
            }
            if (changes != sawChanges) {
                events.append("event: verdicts\ndata: {\"at\":").append(at).append(",\"verdicts\":")
                        .append(verdicts(at)).append("}\n\n");
            }
            return Optional.of(events.isEmpty() ? ": nothing new\n\n" : events.toString());
        } finally {
            lock.unlock();
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void pair(ServerRequest request, ServerResponse response) throws IOException {
        if (!allowed(request, response)) {
            return;
        }
        int source = nodes.index(request.query().get("source"));
        int destination = nodes.index(request.query().get("destination"));
        var points = new StringBuilder();
        double end = now();
        lock.lock();
        try {
            for (double at = end - 3600; source >= 0 && destination >= 0 && at <= end; at += 5) {
                if (reports(source, at)) {
                    points.append(points.isEmpty() ? "" : ",");
                    nodes.point(points, source, destination, Math.round(at * 10) / 10.0, faults);
                }
            }
        } finally {
            lock.unlock();
        }
        response.header(HeaderNames.CONTENT_TYPE, "application/json");
        Responses.send(response,
                ("{\"source\":" + JsonString.create(request.query().get("source")) + ",\"destination\":"
                        + JsonString.create(request.query().get("destination")) + ",\"points\":[" + points + "]}")
                        .getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        change(() -> closed = true);
        server.close();
    }

    /** By hand, for who works on the page: a mesh with faults that come and go. Arguments: port, nodes. */
    public static void main(String[] args) throws InterruptedException {
        int size = args.length > 1 ? Integer.parseInt(args[1]) : 30;
        var mesh = new SimulatedMesh(Setup.of(size, Duration.ofSeconds(5)), args.length > 0
                ? Integer.parseInt(args[0])
                : 8080);
        System.out.println(mesh.address());
        for (int round = 0;; round++) {
            Scene.showing(mesh);
            TimeUnit.MINUTES.sleep(3);
            mesh.heal();
            TimeUnit.MINUTES.sleep(1);
        }
    }
}
