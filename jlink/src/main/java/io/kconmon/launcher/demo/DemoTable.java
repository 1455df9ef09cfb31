package io.kconmon.launcher.demo;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Source by destination: TCP and UDP times in milliseconds and UDP loss, from the agents' own metrics. */
final class DemoTable {

    private static final int WIDTH = 15;
    private static final String RED = "\u001b[31m";
    private static final String YELLOW = "\u001b[33m";
    private static final String GREEN = "\u001b[32m";
    private static final String PLAIN = "\u001b[0m";

    private final List<String> nodes;
    private final boolean coloured;

    DemoTable(List<String> nodes, boolean coloured) {
        this.nodes = nodes;
        this.coloured = coloured;
    }

    /**
     * Lines of text.
     *
     * @param pages
     *            the metrics of each node's agent
     */
    String render(Map<String, MetricSnapshots> pages) {
        var text = new StringBuilder(pad("from \\ to"));
        nodes.forEach(node -> text.append(pad(node)));
        text.append('\n');
        for (String source : nodes) {
            Map<String, Double> series = series(pages.getOrDefault(source, new MetricSnapshots()));
            text.append(pad(source));
            nodes.forEach(destination -> text.append(source.equals(destination) ? pad("") : cell(series, destination)));
            text.append('\n');
        }
        return text.toString();
    }

    private String cell(Map<String, Double> series, String destination) {
        @Nullable
        Double loss = series.get("kconmon_udp_loss " + destination);
        String tcp = time(series, "tcp", destination);
        String udp = time(series, "udp", destination);
        String lost = loss == null ? "·" : "%.0f%%".formatted(loss);
        String colour = tcp.equals("fail") || udp.equals("fail")
                ? RED
                : loss != null && loss > 0 ? YELLOW : tcp.equals("·") && udp.equals("·") ? PLAIN : GREEN;
        String cell = pad("%s %s %s".formatted(tcp, udp, lost));
        return coloured ? colour + cell + PLAIN : cell;
    }

    private static String time(Map<String, Double> series, String test, String destination) {
        Double millis = series.get("kconmon_%s_duration_milliseconds %s".formatted(test, destination));
        if (millis != null) {
            return String.format(Locale.ROOT, millis < 10 ? "%.2f" : "%.0f", millis);
        }
        return series.getOrDefault("kconmon_%s_results fail %s".formatted(test, destination), 0.0) > 0 ? "fail" : "·";
    }

    /** By metric and destination, and for results by the result too. */
    private static Map<String, Double> series(MetricSnapshots page) {
        var series = new HashMap<String, Double>();
        for (MetricSnapshot family : page) {
            for (DataPointSnapshot point : family.getDataPoints()) {
                String name = family.getMetadata().getName();
                String destination = point.getLabels().get("destination");
                switch (point) {
                    case GaugeSnapshot.GaugeDataPointSnapshot gauge -> series.put(name + " " + destination,
                            gauge.getValue());
                    case CounterSnapshot.CounterDataPointSnapshot counter -> series
                            .put(name + " " + point.getLabels().get("result") + " " + destination, counter.getValue());
                    default -> {
                        // no others are shown
                    }
                }
            }
        }
        return series;
    }

    private static String pad(String text) {
        return text.length() >= WIDTH ? text + " " : text + " ".repeat(WIDTH - text.length());
    }
}
