package io.kconmon.shared.metrics;

import static io.kconmon.testkit.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.testing.junit5.DirectClient;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The count of requests, by Helidon's routing. */
@Timeout(60)
@Tag("routing")
class RequestMetersTest {

    private final ProgramMeters meters = new ProgramMeters("mesh");
    private final MetricsHandler page = new MetricsHandler(List.of(meters));

    private Map<String, Integer> requests() {
        var counts = new TreeMap<String, Integer>();
        String name = "mesh_http_server_requests_seconds_count";
        page.text().lines().filter(it -> it.startsWith(name))
                .forEach(line -> counts.put(line.substring(name.length(), line.indexOf('}') + 1),
                        Integer.parseInt(line.substring(line.indexOf("} ") + 2))));
        return counts;
    }

    @Test
    void requestsAreCountedByMethodAndStatus() {
        Map<String, Integer> before = requests();
        var client = new DirectClient(HttpRouting.builder().addFilter(meters.httpFilter())
                .get("/ok", (request, response) -> response.send("ok"))
                .get("/full", (request, response) -> response.status(Status.SERVICE_UNAVAILABLE_503).send())
                .get("/bug", (request, response) -> {
                    throw new IllegalStateException("a bug");
                }));
        for (String path : List.of("/ok", "/ok", "/full", "/bug", "/nothing", "/nothing/else")) {
            client.get(path).request().close();
        }
        var expected = Map.of("{method=\"GET\",status=\"200\"}", 2,
                "{method=\"GET\",status=\"503\"}", 1, "{method=\"GET\",status=\"500\"}", 1,
                "{method=\"GET\",status=\"404\"}", 2);
        // A request is counted once it is answered, which the client may see before.
        eventually(() -> grown(before).values().stream().mapToInt(it -> it).sum() == 6);
        assertEquals(new TreeMap<>(expected), grown(before));
    }

    private Map<String, Integer> grown(Map<String, Integer> before) {
        Map<String, Integer> grown = requests();
        before.forEach((series, count) -> grown.merge(series, -count, Integer::sum));
        grown.values().removeIf(it -> it == 0);
        return grown;
    }
}
