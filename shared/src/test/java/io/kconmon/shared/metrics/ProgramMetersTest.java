package io.kconmon.shared.metrics;

import static io.kconmon.testkit.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.Status;
import io.kconmon.shared.http.HttpServer;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The registry is one for the process: each test has names of its own. */
@Timeout(60)
final class ProgramMetersTest {

    private final ProgramMeters meters = new ProgramMeters("mesh");
    private final MetricsHandler page = new MetricsHandler(List.of(meters));

    private List<String> lines(String beginning) {
        return page.text().lines().filter(it -> it.startsWith(beginning) || it.contains(" " + beginning)).toList();
    }

    @Test
    void aGaugeIsAskedAtEachScrape() {
        var readers = new AtomicInteger(2);
        meters.gauge("a.gauge.readers", "Who reads", readers::get);
        assertEquals(List.of("# HELP mesh_a_gauge_readers Who reads", "# TYPE mesh_a_gauge_readers gauge",
                "mesh_a_gauge_readers 2.0"), lines("mesh_a_gauge"));
        readers.set(0);
        assertEquals("mesh_a_gauge_readers 0.0", lines("mesh_a_gauge").getLast());
    }

    @Test
    void aCounterIsAskedAtEachScrape() {
        var bytes = new AtomicLong(1L << 40);
        meters.counter("a.counter.sent.bytes", "Bytes sent", bytes::get);
        assertEquals(
                List.of("# HELP mesh_a_counter_sent_bytes_total Bytes sent",
                        "# TYPE mesh_a_counter_sent_bytes_total counter",
                        "mesh_a_counter_sent_bytes_total 1.099511627776E12"),
                lines("mesh_a_counter"));
        bytes.incrementAndGet();
        assertEquals("mesh_a_counter_sent_bytes_total 1.099511627777E12", lines("mesh_a_counter").getLast());
    }

    @Test
    void aTimerCountsAndAddsUp() {
        var timer = meters.timer("a.timer.lag", "How late");
        timer.accept(Duration.ofMillis(250));
        timer.accept(Duration.ofMillis(500));
        assertEquals(List.of("# HELP mesh_a_timer_lag_seconds How late", "# TYPE mesh_a_timer_lag_seconds summary",
                "mesh_a_timer_lag_seconds_count 2", "mesh_a_timer_lag_seconds_sum 0.75"), lines("mesh_a_timer"));
    }

    /** The registry below holds its sources by weak references: without a hold on them they would read NaN, or 0. */
    @Test
    void referencedObjectsAreNotCollected() {
        meters.gauge("kept.gauge", "", new AtomicInteger(7)::get);
        meters.counter("kept.counter", "", new AtomicLong(7)::get);
        var other = new WeakReference<>(new Object());
        eventually(() -> {
            System.gc();
            return other.refersTo(null);
        });
        System.gc();
        assertEquals("mesh_kept_gauge 7.0", lines("mesh_kept_gauge").getLast());
        assertEquals("mesh_kept_counter_total 7.0", lines("mesh_kept_counter").getLast());
    }

    @Test
    void jvmMetricsAreThere() {
        List<String> names = page.text().lines().filter(it -> it.startsWith("# TYPE "))
                .map(it -> it.substring("# TYPE ".length(), it.lastIndexOf(' ')))
                .toList();
        for (String name : List.of("mesh_memory_used_heap_bytes", "mesh_gc_total", "mesh_thread_count",
                "mesh_jvm_uptime_seconds")) {
            assertTrue(names.contains(name), () -> name + " is not among " + names);
        }
        assertFalse(page.text().contains("scope="), "Helidon's own label");
    }

    private Map<String, Integer> requests() {
        var counts = new TreeMap<String, Integer>();
        String name = "mesh_http_server_requests_seconds_count";
        lines(name).forEach(line -> counts.put(line.substring(name.length(), line.indexOf('}') + 1),
                Integer.parseInt(line.substring(line.indexOf("} ") + 2))));
        return counts;
    }

    @Test
    void requestsAreCountedByMethodAndStatus() throws Exception {
        Map<String, Integer> before = requests();
        try (var client = HttpClient.newHttpClient();
                var server = HttpServer.start(InetAddress.getLoopbackAddress(), 0, List.of(),
                        routes -> routes.addFilter(meters.httpFilter())
                                .get("/ok", (request, response) -> response.send("ok"))
                                .get("/full", (request, response) -> response.status(Status.SERVICE_UNAVAILABLE_503)
                                        .send())
                                .get("/bug", (request, response) -> {
                                    throw new IllegalStateException("a bug");
                                }))) {
            for (String request : List.of("GET /ok", "GET /ok", "GET /full", "GET /bug", "GET /nothing",
                    "GET /nothing/else")) {
                int space = request.indexOf(' ');
                client.send(
                        HttpRequest
                                .newBuilder(URI.create(
                                        "http://127.0.0.1:%d%s".formatted(server.port(), request.substring(space + 1))))
                                .method(request.substring(0, space), BodyPublishers.noBody()).build(),
                        BodyHandlers.discarding());
            }
            var expected = Map.of("{method=\"GET\",status=\"200\"}", 2,
                    "{method=\"GET\",status=\"503\"}", 1, "{method=\"GET\",status=\"500\"}", 1,
                    "{method=\"GET\",status=\"404\"}", 2);
            // A request is counted once it is answered, which the client may see before.
            eventually(() -> grown(before).values().stream().mapToInt(it -> it).sum() == 6);
            assertEquals(new TreeMap<>(expected), grown(before));
        }
    }

    private Map<String, Integer> grown(Map<String, Integer> before) {
        Map<String, Integer> grown = requests();
        before.forEach((series, count) -> grown.merge(series, -count, Integer::sum));
        grown.values().removeIf(it -> it == 0);
        return grown;
    }
}
