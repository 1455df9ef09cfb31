package io.kconmon.shared.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.http.HttpServer;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class MetricsHandlerTest {

    private static final MultiCollector LOSS = () -> MetricSnapshots.of(GaugeSnapshot.builder().name("kconmon_udp_loss")
            .help("Percent \\ of\nthe batch").dataPoint(loss("node-1", 0)).dataPoint(loss("a\"b\\c\nd ☃", 12.5))
            .build());
    private static final MultiCollector RESULTS = () -> MetricSnapshots.of(CounterSnapshot.builder()
            .name("kconmon_udp_results").help("Tests").dataPoint(CounterDataPointSnapshot.builder().value(3).build())
            .build());

    private static final String TEXT = """
            # HELP kconmon_udp_loss Percent \\\\ of\\nthe batch
            # TYPE kconmon_udp_loss gauge
            kconmon_udp_loss{destination="a\\"b\\\\c\\nd ☃"} 12.5
            kconmon_udp_loss{destination="node-1"} 0.0
            # HELP kconmon_udp_results_total Tests
            # TYPE kconmon_udp_results_total counter
            kconmon_udp_results_total 3.0
            """;
    private static final String OPEN_METRICS = """
            # TYPE kconmon_udp_loss gauge
            # HELP kconmon_udp_loss Percent \\\\ of\\nthe batch
            kconmon_udp_loss{destination="a\\"b\\\\c\\nd ☃"} 12.5
            kconmon_udp_loss{destination="node-1"} 0.0
            # TYPE kconmon_udp_results counter
            # HELP kconmon_udp_results Tests
            kconmon_udp_results_total 3.0
            # EOF
            """;

    private final MetricsHandler page = new MetricsHandler(List.of(LOSS, RESULTS));
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server = HttpServer.start(InetAddress.getLoopbackAddress(), 0, List.of(),
            routes -> routes.get("/metrics", page));

    private static GaugeDataPointSnapshot loss(String destination, double percent) {
        return GaugeDataPointSnapshot.builder().labels(Labels.of("destination", destination)).value(percent).build();
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private HttpResponse<String> scrape(List<String> accept) throws Exception {
        return scrape(server, accept);
    }

    private HttpResponse<String> scrape(HttpServer from, List<String> accept) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/metrics".formatted(from.port())));
        accept.forEach(it -> request.header("Accept", it));
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            `*/*`                                                           | false
            ``                                                              | false
            text/plain                                                      | false
            text/plain;version=0.0.4                                        | false
            text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | false
            application/json                                                | false
            `;;;,,,q=`                                                      | false
            application/openmetrics-text                                    | true
            application/openmetrics-text;version=1.0.0;charset=utf-8        | true
            application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1 | true
            application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1 | true
            application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1 | true
            """)
    void theFormatIsNegotiated(String accept, boolean openMetrics) throws Exception {
        HttpResponse<String> response = scrape(List.of(accept));
        assertEquals(200, response.statusCode());
        assertEquals(Optional.of(openMetrics
                ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                : "text/plain; version=0.0.4; charset=utf-8"), response.headers().firstValue("Content-Type"));
        assertEquals(openMetrics ? OPEN_METRICS : TEXT, response.body());
    }

    @Test
    void withoutAnAcceptHeaderItIsText() throws Exception {
        assertEquals(TEXT, scrape(List.of()).body());
    }

    @Test
    void theAcceptHeaderMayComeInParts() throws Exception {
        assertEquals(OPEN_METRICS, scrape(List.of("text/html", "application/openmetrics-text")).body());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            gzip                          | true
            gzip, deflate, br             | true
            deflate;q=1, GZIP;q=0.5       | true
            x-gzip                        | true
            `*`                           | true
            `deflate, *;q=0.1`            | true
            `*;q=0, gzip`                 | true
            ``                            | false
            identity                      | false
            deflate, br                   | false
            gzip;q=0                      | false
            gzip; q=0.000, deflate        | false
            `gzip;q=0, *`                 | false
            `*;q=0`                       | false
            gzipped                       | false
            `;;;,,,q=`                    | false
            """)
    void thePageIsCompressedOnRequest(String acceptEncoding, boolean gzip) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/metrics".formatted(server.port())))
                .header("Accept-Encoding", acceptEncoding);
        HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
        assertEquals(gzip ? Optional.of("gzip") : Optional.empty(),
                response.headers().firstValue("Content-Encoding"));
        assertEquals(Optional.of("Accept, Accept-Encoding"), response.headers().firstValue("Vary"));
        byte[] body = gzip
                ? new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes()
                : response.body();
        assertEquals(TEXT, new String(body, StandardCharsets.UTF_8));
    }

    @Test
    void aLargePageIsMuchSmallerCompressed() throws Exception {
        var points = GaugeSnapshot.builder().name("kconmon_udp_loss").help("Percent");
        for (int i = 0; i < 5000; i++) {
            points.dataPoint(loss("node-" + i, i % 7 / 3.0));
        }
        var large = new MetricsHandler(List.of(() -> MetricSnapshots.of(points.build())));
        try (var other = HttpServer.start(InetAddress.getLoopbackAddress(), 0, List.of(),
                routes -> routes.get("/metrics", large))) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/metrics".formatted(other.port())))
                    .header("Accept-Encoding", "gzip");
            byte[] body = client.send(request.build(), BodyHandlers.ofByteArray()).body();
            String text = large.text();
            assertEquals(text, new String(new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes(),
                    StandardCharsets.UTF_8));
            assertTrue(body.length * 5 < text.length(), () -> body.length + " of " + text.length());
        }
    }

    /** A page that does not fit into the sockets' buffers, for clients that do not read. */
    @Test
    void clientsThatDoNotReadBlockNoOther() throws Exception {
        String help = "a".repeat(8_000_000);
        var large = new MetricsHandler(List.of(() -> MetricSnapshots.of(GaugeSnapshot.builder().name("large").help(help)
                .dataPoint(loss("node-1", 0)).build())));
        var readers = new ArrayList<Socket>();
        try (var other = HttpServer.start(InetAddress.getLoopbackAddress(), 0, List.of(),
                routes -> routes.get("/metrics", large))) {
            for (int i = 0; i < 8; i++) {
                var reader = new Socket(InetAddress.getLoopbackAddress(), other.port());
                readers.add(reader);
                reader.getOutputStream()
                        .write("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                assertEquals('H', reader.getInputStream().read());
            }
            HttpResponse<String> response = scrape(other, List.of());
            assertEquals(200, response.statusCode());
            assertTrue(response.body().length() > help.length());
        } finally {
            for (Socket reader : readers) {
                reader.close();
            }
        }
    }

    @Test
    void thePageIsTheSameWithoutAServer() {
        assertEquals(TEXT, page.text());
    }

    @Test
    void theBuildIsDescribed() {
        var info = new MetricsHandler(List.of(() -> MetricSnapshots.of(BuildInfo.snapshot("mesh", "agent"))));
        String line = info.text().lines().filter(it -> !it.startsWith("#")).findFirst().orElse("");
        assertTrue(line.matches("mesh_build_info\\{component=\"agent\",java=\"\\d+\\.\\d+\\.\\d+\","
                + "version=\"development\"} 1"), line);
    }
}
