package io.kconmon.charts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.charts.RuleSimulation.Query;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long losses take to fire an alert: what docs/prometheus.md says, of losses that chance makes. */
class DetectionTimesTest {

    private static final List<Integer> LOSSES = List.of(1, 2, 3, 4, 5, 6, 8, 10, 20, 50, 100);
    private static final int RUNS = 8;
    private static final int BEGINS = 300;
    private static final int HOUR = 2700;
    private static final Pattern RUN = Pattern.compile("(?:destination|node)=\"([a-z]+)-(\\d+)-(\\d+)");

    /** Pairs that lose packets or fail requests, and the alert that is to tell. */
    private enum Column {
        ZONES("KconmonZonesFailing", 2, 3), NODE("KconmonNodeFailing", 5, 1), PAIR("KconmonPairFailing", 1, 1);

        private final String alert;
        private final int sources;
        private final int destinations;

        Column(String alert, int sources, int destinations) {
            this.alert = alert;
            this.sources = sources;
            this.destinations = destinations;
        }
    }

    @TempDir
    private Path folder;

    @Test
    void theTableIsWhatPromtoolFinds() throws Exception {
        for (String test : List.of("udp", "tcp")) {
            for (Column column : Column.values()) {
                Map<Integer, List<Double>> found = measure(column, test);
                for (int loss : LOSSES) {
                    System.out.println(test + " " + column + " " + loss + "%: " + found.getOrDefault(loss, List.of()));
                }
            }
        }
    }

    /** Seconds from the beginning of the loss until the alert fired, sorted, by the loss in percent. */
    private Map<Integer, List<Double>> measure(Column column, String test) throws Exception {
        String fired = "min_over_time(timestamp(ALERTS{alertstate=\"firing\",alertname=\"%s\"})[%ds:%ds])"
                .formatted(column.alert, HOUR, RuleSimulation.STEP);
        var simulation = new RuleSimulation();
        for (int loss : LOSSES) {
            var series = new ArrayList<SyntheticSeries>();
            for (int run = 0; run < RUNS; run++) {
                var random = new Random(31L * loss + run);
                for (int pair = 0; pair < column.sources * column.destinations; pair++) {
                    String name = "%s-%d-%d".formatted(column.name().toLowerCase(java.util.Locale.ROOT), loss, run);
                    String ends = "source=\"s%d-%s\",source_zone=\"from-%s\",destination=\"%s-%d\",destination_zone=\"%s\""
                            .formatted(pair % column.sources, name, name, name, pair / column.sources, name);
                    IntToDoubleFunction lost = at -> at <= BEGINS ? 0 : count(random, loss, test.equals("udp") ? 5 : 1);
                    if (test.equals("udp")) {
                        series.add(counter("udp_packets_total", ends, "outcome=\"sent\"", at -> 5));
                        series.add(counter("udp_packets_total", ends, "outcome=\"lost\"", lost));
                    } else {
                        // A test's request that fails is a result, too.
                        series.add(counter("tcp_results_total", ends, "result=\"pass\"", at -> 1));
                        series.add(counter("tcp_failures_total", ends, "cause=\"connect-timeout\"", lost).fromItsFirst());
                    }
                }
            }
            simulation.add(column + " " + loss, series, List.of(new Query(fired, BEGINS + HOUR)));
        }
        var found = new TreeMap<Integer, List<Double>>();
        simulation.answers(folder).forEach((labels, at) -> {
            Matcher name = Pattern.compile("[\"a-z]-(\\d+)-\\d+").matcher(labels);
            assertTrue(name.find(), labels);
            found.computeIfAbsent(Integer.valueOf(name.group(1)), it -> new ArrayList<>()).add(at - BEGINS);
        });
        found.values().forEach(it -> it.sort(null));
        return found;
    }

    private static SyntheticSeries counter(String name, String ends, String label, IntToDoubleFunction growth) {
        return SyntheticSeries.counter("kconmon_%s{%s,%s}".formatted(name, ends, label), BEGINS + HOUR, growth);
    }

    private static int count(Random random, int percent, int of) {
        int count = 0;
        for (int i = 0; i < of; i++) {
            count += random.nextInt(100) < percent ? 1 : 0;
        }
        return count;
    }
}
