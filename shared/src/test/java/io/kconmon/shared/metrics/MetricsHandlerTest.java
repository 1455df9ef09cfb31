package io.kconmon.shared.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webclient.api.ClientResponseTyped;
import io.helidon.webclient.http1.Http1ClientRequest;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.testing.junit5.DirectClient;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
@Tag("routing")
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
    private final DirectClient client = client(page);

    private static DirectClient client(MetricsHandler of) {
        return new DirectClient(HttpRouting.builder().get("/metrics", of));
    }

    private static GaugeDataPointSnapshot loss(String destination, double percent) {
        return GaugeDataPointSnapshot.builder().labels(Labels.of("destination", destination)).value(percent).build();
    }

    private ClientResponseTyped<String> scrape(List<String> accept) {
        Http1ClientRequest request = client.get("/metrics");
        accept.forEach(it -> request.headers(headers -> headers.add(HeaderValues.create(HeaderNames.ACCEPT, it))));
        return request.request(String.class);
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
        ClientResponseTyped<String> response = scrape(List.of(accept));
        assertEquals(200, response.status().code());
        assertEquals(Optional.of(openMetrics
                ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                : "text/plain; version=0.0.4; charset=utf-8"), response.headers().first(HeaderNames.CONTENT_TYPE));
        assertEquals(openMetrics ? OPEN_METRICS : TEXT, response.entity());
    }

    @Test
    void withoutAnAcceptHeaderItIsText() throws Exception {
        assertEquals(TEXT, scrape(List.of()).entity());
    }

    @Test
    void theAcceptHeaderMayComeInParts() throws Exception {
        assertEquals(OPEN_METRICS, scrape(List.of("text/html", "application/openmetrics-text")).entity());
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
        ClientResponseTyped<byte[]> response = client.get("/metrics")
                .header(HeaderNames.ACCEPT_ENCODING, acceptEncoding).request(byte[].class);
        assertEquals(gzip ? Optional.of("gzip") : Optional.empty(),
                response.headers().first(HeaderNames.CONTENT_ENCODING));
        assertEquals(Optional.of("Accept, Accept-Encoding"), response.headers().first(HeaderNames.VARY));
        byte[] body = gzip
                ? new GZIPInputStream(new ByteArrayInputStream(response.entity())).readAllBytes()
                : response.entity();
        assertEquals(TEXT, new String(body, StandardCharsets.UTF_8));
    }

    @Test
    void aLargePageIsMuchSmallerCompressed() throws Exception {
        var points = GaugeSnapshot.builder().name("kconmon_udp_loss").help("Percent");
        for (int i = 0; i < 5000; i++) {
            points.dataPoint(loss("node-" + i, i % 7 / 3.0));
        }
        var large = new MetricsHandler(List.of(() -> MetricSnapshots.of(points.build())));
        byte[] body = client(large).get("/metrics").header(HeaderNames.ACCEPT_ENCODING, "gzip").request(byte[].class)
                .entity();
        String text = large.text();
        assertEquals(text, new String(new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes(),
                StandardCharsets.UTF_8));
        assertTrue(body.length * 5 < text.length(), () -> body.length + " of " + text.length());
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
