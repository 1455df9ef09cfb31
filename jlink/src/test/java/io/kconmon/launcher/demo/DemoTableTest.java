package io.kconmon.launcher.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DemoTableTest {

    private static final List<String> NODES = List.of("node-1", "node-2", "node-3");

    private static MetricSnapshot gauge(String name, Map<String, Double> byDestination) {
        var gauge = GaugeSnapshot.builder().name(name);
        byDestination.forEach((destination, value) -> gauge.dataPoint(GaugeDataPointSnapshot.builder()
                .labels(Labels.of("destination", destination)).value(value).build()));
        return gauge.build();
    }

    private static MetricSnapshot results(String name, String destination, double passed, double failed) {
        return CounterSnapshot.builder().name(name).dataPoint(result(destination, "pass", passed))
                .dataPoint(result(destination, "fail", failed)).build();
    }

    private static CounterDataPointSnapshot result(String destination, String result, double count) {
        return CounterDataPointSnapshot.builder().labels(Labels.of("destination", destination, "result", result))
                .value(count).build();
    }

    private static final Map<String, MetricSnapshots> PAGES = Map.of("node-1",
            MetricSnapshots.of(gauge("kconmon_tcp_duration_milliseconds", Map.of("node-2", 1.234, "node-3", 12.6)),
                    gauge("kconmon_udp_duration_milliseconds", Map.of("node-2", 0.0561, "node-3", 0.0042)),
                    gauge("kconmon_udp_loss", Map.of("node-2", 0.0, "node-3", 40.0)),
                    results("kconmon_tcp_results", "node-2", 5, 2)),
            "node-2", MetricSnapshots.of(results("kconmon_tcp_results", "node-1", 3, 1),
                    results("kconmon_udp_results", "node-1", 3, 1),
                    gauge("kconmon_udp_loss", Map.of("node-1", 100.0))));

    @Test
    void showsTimesAndLossFromEachToEach() {
        assertEquals("""
                each cell: tcp ms, udp ms, udp loss
                from \\ to      node-1         node-2         node-3
                node-1                        1.23 0.056 0%  12.6 0.004 40%
                node-2         fail fail 100%                · · ·
                node-3         · · ·          · · ·
                """, new DemoTable(NODES, false).render(PAGES).replaceAll(" +\n", "\n"));
    }

    @Test
    void coloursSayHowBadItIs() {
        List<String> lines = new DemoTable(NODES, true).render(PAGES).lines().toList();
        String green = "\u001b[32m";
        String yellow = "\u001b[33m";
        String red = "\u001b[31m";
        String plain = "\u001b[0m";
        assertEquals("node-1" + " ".repeat(24) + green + "1.23 0.056 0%  " + plain + yellow + "12.6 0.004 40% " + plain,
                lines.get(2));
        assertEquals("node-2" + " ".repeat(9) + red + "fail fail 100% " + plain + " ".repeat(15) + plain
                + "· · ·          " + plain, lines.get(3));
    }

    /** Replies that come after the timeout are lost to the test, and their round trip is known. */
    @Test
    void aLongPathIsRedAndItsRoundTripIsShown() {
        var page = MetricSnapshots.of(results("kconmon_tcp_results", "node-2", 5, 0),
                results("kconmon_udp_results", "node-2", 0, 5),
                gauge("kconmon_tcp_duration_milliseconds", Map.of("node-2", 560.4)),
                gauge("kconmon_udp_duration_milliseconds", Map.of("node-2", 280.3)),
                gauge("kconmon_udp_loss", Map.of("node-2", 100.0)));
        String text = new DemoTable(List.of("node-1", "node-2"), true).render(Map.of("node-1", page));
        assertTrue(text.contains("\u001b[31m560 280 100%   \u001b[0m"), text);
    }

    @ParameterizedTest
    @CsvSource({"0.0042, 0.004", "0.0561, 0.056", "0.1234, 0.12", "1.894, 1.89", "12.64, 12.6", "280.4, 280"})
    void timesAreReadableFromMicrosecondsToTheWorldsWidth(double millis, String shown) {
        var page = MetricSnapshots.of(results("kconmon_tcp_results", "node-2", 1, 0),
                gauge("kconmon_tcp_duration_milliseconds", Map.of("node-2", millis)));
        List<String> lines = new DemoTable(List.of("node-1", "node-2"), false).render(Map.of("node-1", page)).lines()
                .toList();
        assertEquals(shown, lines.get(2).substring(30).strip());
    }

    @Test
    void longNamesAreNotCut() {
        String text = new DemoTable(List.of("a-node-with-a-long-name", "b"), false).render(Map.of());
        assertEquals("from \\ to      a-node-with-a-long-name b              ", text.lines().toList().get(1));
    }
}
