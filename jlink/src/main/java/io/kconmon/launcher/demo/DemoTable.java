package io.kconmon.launcher.demo;

import io.kconmon.agent.Protocols;
import io.kconmon.agent.probe.ProtocolType;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Source by destination, from the agents' own metrics: the time of each protocol that tests peers, in milliseconds, and
 * its loss where it counts packets.
 */
final class DemoTable {

    /** A part of a cell. */
    private record Column(String protocol, boolean isLoss) {

        String title() {
            return protocol + (isLoss ? " loss" : " ms");
        }
    }

    private static final String NOTHING = "·";
    private static final String FAIL = "fail";
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
        var bySource = new LinkedHashMap<String, Map<String, Double>>();
        nodes.forEach(node -> bySource.put(node, series(pages.getOrDefault(node, new MetricSnapshots()))));
        List<Column> columns = columns(bySource.values());
        var text = new StringBuilder("each cell: %s\n".formatted(String.join(", ",
                columns.stream().map(Column::title).toList())));
        text.append(pad("from \\ to"));
        nodes.forEach(node -> text.append(pad(node)));
        text.append('\n');
        bySource.forEach((source, series) -> {
            text.append(pad(source));
            nodes.forEach(destination -> text.append(source.equals(destination)
                    ? pad("")
                    : cell(columns, series, destination)));
            text.append('\n');
        });
        return text.toString();
    }

    /** Those that some agent has series of, in the order of the program's list. */
    private static List<Column> columns(Collection<Map<String, Double>> bySource) {
        var columns = new ArrayList<Column>();
        for (ProtocolType<?> type : Protocols.ALL) {
            for (Column column : List.of(new Column(type.name(), false), new Column(type.name(), true))) {
                String begins = "kconmon_%s_%s ".formatted(type.name(), column.isLoss ? "loss" : "results");
                if (bySource.stream().anyMatch(it -> it.keySet().stream().anyMatch(key -> key.startsWith(begins)))) {
                    columns.add(column);
                }
            }
        }
        return columns;
    }

    private String cell(List<Column> columns, Map<String, Double> series, String destination) {
        var texts = new ArrayList<String>();
        double worst = 0;
        for (Column column : columns) {
            if (column.isLoss) {
                Double loss = series.get("kconmon_%s_loss %s".formatted(column.protocol, destination));
                texts.add(loss == null ? NOTHING : "%.0f%%".formatted(loss));
                worst = Math.max(worst, loss == null ? 0 : loss);
            } else {
                texts.add(time(series, column.protocol, destination));
            }
        }
        String cell = pad(String.join(" ", texts));
        if (!coloured) {
            return cell;
        }
        boolean tested = texts.stream().anyMatch(it -> !it.equals(NOTHING));
        String good = tested ? GREEN : PLAIN;
        return (texts.contains(FAIL) || worst >= 100 ? RED : worst > 0 ? YELLOW : good) + cell + PLAIN;
    }

    private static String time(Map<String, Double> series, String test, String destination) {
        Double millis = series.get("kconmon_%s_duration_milliseconds %s".formatted(test, destination));
        if (millis != null) {
            return inThreeDigits(millis);
        }
        boolean failed = series.getOrDefault("kconmon_%s_results fail %s".formatted(test, destination), 0.0) > 0;
        return failed ? FAIL : NOTHING;
    }

    /** A round trip is some microseconds on loopback and some 100 ms round the world; one of 0.00 would say nothing. */
    private static String inThreeDigits(double millis) {
        int decimals = millis >= 100 ? 0 : millis >= 10 ? 1 : millis >= 0.1 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + decimals + "f", millis);
    }

    /** By metric and destination, and for results by the result too. */
    private static Map<String, Double> series(MetricSnapshots page) {
        var series = new HashMap<String, Double>();
        for (MetricSnapshot family : page) {
            for (DataPointSnapshot point : family.getDataPoints()) {
                String name = family.getMetadata().getName();
                String destination = point.getLabels().get("destination");
                if (destination == null) {
                    continue; // a host's
                }
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
