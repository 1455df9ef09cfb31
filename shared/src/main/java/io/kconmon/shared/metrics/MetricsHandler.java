package io.kconmon.shared.metrics;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.kconmon.shared.http.ScrapeSlots;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * {@code /metrics}: the current metrics of all collectors, in the Prometheus text format 0.0.4 or, where the Accept
 * header asks for it, in OpenMetrics 1.0; compressed by gzip where the Accept-Encoding header asks for that.
 */
public final class MetricsHandler implements Handler {

    /** Each holds a page, which may be a megabyte. */
    private static final int AT_ONCE = 8;
    private static final Pattern WEIGHT_ZERO = Pattern.compile(";\\s*q=0(\\.0*)?\\s*$");

    private final ScrapeSlots pages = new ScrapeSlots(AT_ONCE);
    /** The parts of a page take several times its memory, so one page is made at a time. */
    private final ReentrantLock making = new ReentrantLock();
    private final List<MultiCollector> collectors;
    private final ExpositionFormatWriter openMetrics = OpenMetricsTextFormatWriter.create();
    private final ExpositionFormatWriter text = PrometheusTextFormatWriter.create();

    public MetricsHandler(List<MultiCollector> collectors) {
        this.collectors = List.copyOf(collectors);
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) throws IOException {
        String accept = String.join(",", request.headers().values(HeaderNames.ACCEPT));
        ExpositionFormatWriter writer = openMetrics.accepts(accept) ? openMetrics : text;
        boolean gzip = takesGzip(request);
        response.header(HeaderNames.CONTENT_TYPE, writer.getContentType()).header(HeaderNames.VARY,
                "Accept, Accept-Encoding");
        if (gzip) {
            response.header(HeaderNames.CONTENT_ENCODING, "gzip");
        }
        pages.send(request, response, writer.getContentType() + gzip, () -> {
            making.lock();
            try {
                var body = new ByteArrayOutputStream(32 * 1024);
                if (gzip) {
                    writeCompressed(writer, body);
                } else {
                    write(writer, body);
                }
                return body.toByteArray();
            } finally {
                making.unlock();
            }
        });
    }

    /** Whether the client takes a body compressed by gzip (RFC 9110, 12.5.3): only if the header names it. */
    private static boolean takesGzip(ServerRequest request) {
        boolean any = false;
        for (String field : request.headers().values(HeaderNames.ACCEPT_ENCODING)) {
            for (String coding : field.toLowerCase(Locale.ROOT).split(",", -1)) {
                boolean wanted = !WEIGHT_ZERO.matcher(coding).find();
                switch (coding.split(";", 2)[0].strip()) {
                    case "gzip", "x-gzip" -> {
                        return wanted;
                    }
                    case "*" -> any = wanted;
                    default -> {
                    }
                }
            }
        }
        return any;
    }

    /** The page itself is held nowhere then. */
    private void writeCompressed(ExpositionFormatWriter writer, OutputStream out) throws IOException {
        try (var compressed = new GZIPOutputStream(out, 4096) {
            {
                def.setLevel(Deflater.BEST_SPEED);
            }
        }) {
            write(writer, compressed);
        }
    }

    /** The page in the text format. */
    public String text() {
        var body = new ByteArrayOutputStream();
        try {
            write(text, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return body.toString(java.nio.charset.StandardCharsets.UTF_8);
    }

    private void write(ExpositionFormatWriter writer, OutputStream out) throws IOException {
        var all = MetricSnapshots.builder();
        for (MultiCollector collector : collectors) {
            collector.collect().forEach(all::metricSnapshot);
        }
        writer.write(out, all.build(), EscapingScheme.UNDERSCORE_ESCAPING);
    }
}
