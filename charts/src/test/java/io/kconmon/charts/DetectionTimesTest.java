package io.kconmon.charts;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.charts.RuleSimulation.Query;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How soon a loss fires its alert, of losses that chance makes: the table of docs/prometheus.md. */
final class DetectionTimesTest {

    private static final List<Integer> LOSSES = List.of(1, 2, 3, 4, 5, 6, 8, 10, 20, 50, 100);
    private static final int RUNS = 8;
    private static final int BEGINS = 300;
    private static final int WATCHED = 2700;
    /** How much later than the table's latest run another one may be. */
    private static final double OTHER_CHANCE = 1.5;
    private static final Pattern RUN = Pattern.compile("-([A-Z_]+)-(\\d+)-\\d+\"");
    private static final Pattern WORST = Pattern.compile("to ([0-9.]+)$|^([0-9.]+)$");

    /** The pairs that lose packets or fail requests, and the alert that is to fire. */
    private enum Column {

        ZONES_UDP("KconmonZonesFailing", "udp", 2, 3), NODE_UDP("KconmonNodeFailing", "udp", 5,
                1), PAIR_UDP("KconmonPairFailing", "udp", 1, 1), ZONES_TCP("KconmonZonesFailing", "tcp", 2,
                        3), NODE_TCP("KconmonNodeFailing", "tcp", 5, 1), PAIR_TCP("KconmonPairFailing", "tcp", 1, 1);

        private final String alert;
        private final String test;
        private final int sources;
        private final int destinations;

        Column(String alert, String test, int sources, int destinations) {
            this.alert = alert;
            this.test = test;
            this.sources = sources;
            this.destinations = destinations;
        }
    }

    @TempDir
    private Path folder;

    /** Some rows of it, by other runs. */
    @Test
    void lossesFireAsSoonAsTheTableSays() throws Exception {
        Map<Column, Map<Integer, List<Double>>> found = measure(folder, List.of(Column.values()),
                DetectionTimesTest::someLosses, 3, 900);
        for (Column column : Column.values()) {
            for (int loss : someLosses(column)) {
                String cell = cell(column, loss);
                List<Double> seconds = found.getOrDefault(column, Map.of()).getOrDefault(loss, List.of());
                Matcher worst = WORST.matcher(cell);
                if (cell.equals("never")) {
                    assertEquals(List.of(), seconds, column + " " + loss + "%");
                } else if (!cell.contains("of") && worst.find()) {
                    double minutes = Double.parseDouble(worst.group(1) == null ? worst.group(2) : worst.group(1));
                    assertEquals(3, seconds.size(), column + " " + loss + "%");
                    assertTrue(seconds.getLast() <= minutes * 60 * OTHER_CHANCE,
                            column + " " + loss + "%: " + seconds);
                }
            }
        }
    }

    /** Few requests of TCP fail in a quarter of an hour. */
    private static List<Integer> someLosses(Column column) {
        return List.of(1, column.test.equals("udp") ? 5 : 6, 20, 100);
    }

    private static String cell(Column column, int loss) {
        return Chart.read(Chart.DOCS.resolve("prometheus.md")).lines().filter(it -> it.startsWith("| " + loss + "% |"))
                .findFirst().orElseThrow().split(" \\| ")[column.ordinal() + 1].replace(" |", "");
    }

    /** Prints the whole table, which takes some minutes. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("detection");
        var rows = new TreeMap<Integer, String>();
        for (Column column : Column.values()) {
            Map<Integer, List<Double>> found = measure(folder, List.of(column), it -> LOSSES, RUNS, WATCHED)
                    .getOrDefault(column, Map.of());
            for (int loss : LOSSES) {
                rows.merge(loss, words(found.getOrDefault(loss, List.of())), (row, cell) -> row + " | " + cell);
            }
        }
        rows.forEach((loss, row) -> System.out.printf("| %d%% | %s |%n", loss, row));
    }

    private static String words(List<Double> seconds) {
        if (seconds.isEmpty()) {
            return "never";
        }
        String least = String.format(Locale.ROOT, "%.1f", seconds.getFirst() / 60);
        String most = String.format(Locale.ROOT, "%.1f", seconds.getLast() / 60);
        if (seconds.size() < RUNS) {
            return "%d of %d".formatted(seconds.size(), RUNS);
        }
        return least.equals(most) ? least : least + " to " + most;
    }

    /**
     * Seconds from the beginning of the loss until the column's alert fired, sorted, by the loss in percent. All runs are in
     * one world, which is evaluated once: each has nodes and zones of its own.
     */
    private static Map<Column, Map<Integer, List<Double>>> measure(Path folder, List<Column> columns,
            Function<Column, List<Integer>> losses, int runs, int watched) throws Exception {
        var series = new ArrayList<SyntheticSeries>();
        for (Column column : columns) {
            for (int loss : losses.apply(column)) {
                for (int run = 0; run < runs; run++) {
                    var random = new Random(31L * loss + run);
                    String name = "%s-%d-%d".formatted(column, loss, run);
                    for (int pair = 0; pair < column.sources * column.destinations; pair++) {
                        String ends = "source=\"s%d-%s\",source_zone=\"s-%s\",destination=\"d%d-%s\",destination_zone=\"d-%s\""
                                .formatted(pair % column.sources, name, name, pair / column.sources, name, name);
                        series.addAll(pair(column, ends, BEGINS + watched, random, loss));
                    }
                }
            }
        }
        String alerts = columns.stream().map(it -> it.alert).distinct().collect(joining("|"));
        String fired = "min_over_time(timestamp(ALERTS{alertstate=\"firing\",alertname=~\"%s\"})[%ds:%ds])"
                .formatted(alerts, watched, RuleSimulation.STEP);
        var simulation = new RuleSimulation();
        simulation.add("losses", series, List.of(new Query(fired, BEGINS + watched)));
        var found = new EnumMap<Column, Map<Integer, List<Double>>>(Column.class);
        simulation.answers(folder).forEach((labels, at) -> {
            Matcher run = RUN.matcher(labels);
            assertTrue(run.find(), labels);
            Column column = Column.valueOf(run.group(1));
            if (labels.contains("alertname=\"%s\"".formatted(column.alert))) {
                found.computeIfAbsent(column, it -> new TreeMap<>())
                        .computeIfAbsent(Integer.valueOf(run.group(2)), it -> new ArrayList<>()).add(at - BEGINS);
            }
        });
        found.values().forEach(it -> it.values().forEach(seconds -> seconds.sort(null)));
        return found;
    }

    private static List<SyntheticSeries> pair(Column column, String ends, int seconds, Random random, int loss) {
        boolean udp = column.test.equals("udp");
        IntToDoubleFunction lost = at -> at <= BEGINS ? 0 : count(random, loss, udp ? 5 : 1);
        return udp
                ? List.of(counter("udp_packets_total{%s,outcome=\"sent\"}", ends, seconds, at -> 5),
                        counter("udp_packets_total{%s,outcome=\"lost\"}", ends, seconds, lost))
                : List.of(counter("tcp_results_total{%s,result=\"pass\"}", ends, seconds, at -> 1),
                        counter("tcp_failures_total{%s,cause=\"connect-timeout\"}", ends, seconds, lost)
                                .fromItsFirst());
    }

    private static SyntheticSeries counter(String name, String ends, int seconds, IntToDoubleFunction growth) {
        return SyntheticSeries.counter("kconmon_" + name.formatted(ends), seconds, growth);
    }

    private static int count(Random random, int percent, int of) {
        int count = 0;
        for (int i = 0; i < of; i++) {
            count += random.nextInt(100) < percent ? 1 : 0;
        }
        return count;
    }
}
