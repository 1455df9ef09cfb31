package io.kconmon.shared.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.http.HttpServer;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over real sockets, for clients that do not read. */
@Timeout(60)
final class MetricsHandlerReadersTest {

    /** A page that does not fit into the sockets' buffers, for clients that do not read. */
    @Test
    void clientsThatDoNotReadBlockNoOther() throws Exception {
        String help = "a".repeat(8_000_000);
        var large = new MetricsHandler(List.of(() -> MetricSnapshots.of(GaugeSnapshot.builder().name("large").help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value(0).build()).build())));
        var readers = new ArrayList<Socket>();
        try (var client = HttpClient.newHttpClient();
                var other = HttpServer.start(InetAddress.getLoopbackAddress(), 0, List.of(),
                        routes -> routes.get("/metrics", large))) {
            for (int i = 0; i < 8; i++) {
                var reader = new Socket(InetAddress.getLoopbackAddress(), other.port());
                readers.add(reader);
                reader.getOutputStream()
                        .write("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                assertEquals('H', reader.getInputStream().read());
            }
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/metrics".formatted(other.port()))).build(),
                    BodyHandlers.ofString());
            assertEquals(200, response.statusCode());
            assertTrue(response.body().length() > help.length());
        } finally {
            for (Socket reader : readers) {
                reader.close();
            }
        }
    }
}
