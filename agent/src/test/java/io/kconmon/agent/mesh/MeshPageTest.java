package io.kconmon.agent.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.mesh.PairMetrics.Mode;
import io.kconmon.testkit.CapturedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sums, histograms and pairs of a page, in each mode. */
class MeshPageTest {

    /** As many as an agent has of its own and of two names. */
    private static final int OTHERS = 75;

    private final CapturedLog log = CapturedLog.withLevels("agent");

    @AfterEach
    void close() {
        log.close();
    }

    private static PairMetrics settings(Mode mode) {
        return new PairMetrics(mode, 20);
    }

    private static SyntheticPeers peers(Mode mode, int count, int zones) {
        var peers = new SyntheticPeers(settings(mode));
        for (int i = 1; i <= count; i++) {
            peers.join(i, "zone-" + i % zones);
        }
        return peers;
    }

    private static Set<String> destinations(List<String> series) {
        return series.stream().filter(it -> it.contains("destination=\""))
                .map(it -> it.replaceAll(".*destination=\"([^\"]*)\".*", "$1")).collect(Collectors.toSet());
    }

    private static long value(List<String> series, String name, String... labels) {
        List<String> found = series.stream().filter(it -> it.startsWith(name + "{"))
                .filter(it -> List.of(labels).stream().allMatch(it::contains)).toList();
        assertEquals(1, found.size(), () -> name + List.of(labels));
        return (long) Double.parseDouble(found.getFirst().replaceAll(".* ", ""));
    }

    /** The table of docs/sizing.md: three zones, two names with one name server, all tests passing. */
    @ParameterizedTest
    @ValueSource(ints = {3, 75, 100, 200, 1000, 5000})
    void seriesAreAsManyAsTheDocumentsSay(int nodes) throws IOException {
        int bounded = Math.min(20, nodes - 1);
        long worst = seriesOfAgent(Mode.WORST, nodes - 1);
        long none = seriesOfAgent(Mode.NONE, nodes - 1);
        assertEquals(List.of(worst, none),
                List.of(seriesOfAgent(Mode.WORST, bounded), seriesOfAgent(Mode.NONE, bounded)));
        String row = String.format(Locale.ROOT, "| %,d | %,d | %,d | %,d | %,d | %,d | %,d |", nodes,
                (long) nodes * (nodes - 1), nodes * seriesOfAgent(Mode.ALL, nodes - 1),
                nodes * seriesOfAgent(Mode.ALL, bounded), nodes * worst, nodes * none, worst);
        assertTrue(Files.readString(Path.of("../docs/sizing.md")).contains(row), row);
    }

    private static long seriesOfAgent(Mode mode, int peerCount) {
        int own = 35 + 2 * (3 + 2 + 14);
        try (var peers = peers(mode, peerCount, 3)) {
            peers.testAll(8);
            List<String> series = peers.series(own);
            assertEquals(series.size() + own, peers.families(own).series());
            // Every round that a test makes up has a duplicate.
            return own + series.stream().filter(it -> !it.contains("outcome=\"duplicate\"")).count();
        }
    }

    /** Whatever joins, leaves, changes its zone, and comes back; and whatever is exported a pair. */
    @ParameterizedTest
    @EnumSource
    void sumsAreExactAndNeverDecrease(Mode mode) {
        for (long seed = 1; seed <= 5; seed++) {
            var random = new Random(seed);
            var passed = new TreeMap<String, Long>();
            var failed = new TreeMap<String, Long>();
            try (var peers = new SyntheticPeers(settings(mode))) {
                for (int step = 0; step < 2000; step++) {
                    int number = 1 + random.nextInt(60);
                    if (!peers.numbers().contains(number)) {
                        peers.join(number, "zone-" + random.nextInt(4));
                        passed.putIfAbsent(peers.zone(number), 0L);
                        failed.putIfAbsent(peers.zone(number), 0L);
                    } else if (random.nextInt(20) == 0) {
                        peers.leave(number);
                    } else {
                        boolean fails = random.nextInt(3) == 0;
                        peers.failing.clear();
                        peers.failing.addAll(fails ? Set.of(number) : Set.of());
                        peers.test(number);
                        (fails ? failed : passed).merge(peers.zone(number), 1L, Long::sum);
                    }
                    if (step % 100 == 99) {
                        agree(peers.series(OTHERS), passed, failed, "seed " + seed + ", step " + step);
                    }
                }
            }
        }
    }

    private static void agree(List<String> series, TreeMap<String, Long> passed, TreeMap<String, Long> failed,
            String when) {
        passed.forEach((zone, count) -> {
            String to = "destination_zone=\"" + zone + "\"";
            for (String protocol : List.of("tcp", "udp")) {
                String results = "kconmon_zone_" + protocol + "_results_total";
                assertEquals(count, value(series, results, to, "result=\"pass\""), when);
                assertEquals(failed.get(zone), value(series, results, to, "result=\"fail\""), when);
            }
            String packets = "kconmon_zone_udp_packets_total";
            assertEquals(5 * (count + failed.get(zone)), value(series, packets, to, "outcome=\"sent\""), when);
            assertEquals(5 * failed.get(zone), value(series, packets, to, "outcome=\"lost\""), when);
            if (series.stream().anyMatch(it -> it.startsWith("kconmon_udp_rtt_seconds_count{") && it.contains(to))) {
                assertEquals(5 * count, value(series, "kconmon_udp_rtt_seconds_count", to), when);
                assertEquals(count, value(series, "kconmon_tcp_connect_seconds_count", to), when);
                assertEquals(count, value(series, "kconmon_tcp_duration_seconds_count", to), when);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"WORST,5000,1", "WORST,5000,3", "WORST,5000,6", "WORST,5000,12", "WORST,5000,40", "WORST,200,3",
            "NONE,5000,3", "NONE,5000,40"})
    void aPageHasFiveHundredSeriesAtMostHoweverManyFail(Mode mode, int count, int zones) {
        try (var peers = peers(mode, count, zones)) {
            peers.testAll(8);
            assertTrue(peers.series(OTHERS).size() + OTHERS <= 500);
            for (int step = 1; step <= count; step *= 10) {
                for (int i = 1; i <= step; i++) {
                    peers.failing.add(i);
                }
                peers.testAll(4);
                List<String> series = peers.series(OTHERS);
                assertTrue(series.size() + OTHERS <= 500, series.size() + " series of the mesh");
                assertEquals(series.size() + OTHERS, peers.families(OTHERS).series());
                assertEquals(zones * 4,
                        series.stream().filter(it -> it.matches("kconmon_zone_(tcp|udp)_results_total.*")).count());
            }
        }
    }

    /** Many names to look up, or more zones than fit: the sums are exact all the same. */
    @ParameterizedTest
    @CsvSource({"WORST,5000,3", "NONE,5000,3", "WORST,75,60", "NONE,75,60"})
    void aPageThatIsFullHasItsSumsAlone(Mode mode, int others, int zones) {
        try (var peers = peers(mode, 120, zones)) {
            peers.failing.add(1);
            peers.testAll(8);
            List<String> series = peers.series(others);
            assertEquals(zones * 9, series.size());
            assertEquals(Set.of(), destinations(series));
        }
    }

    @Test
    void thoseThatFailAreThereAndTwentyOthers() {
        try (var peers = peers(Mode.WORST, 1000, 3)) {
            peers.testAll(8);
            assertEquals(20, destinations(peers.series(OTHERS)).size());
            Set<String> before = destinations(peers.series(OTHERS));
            peers.failing.addAll(Set.of(17, 500, 999));
            peers.testAll(2);
            List<String> series = peers.series(OTHERS);
            Set<String> now = destinations(series);
            assertTrue(now.containsAll(Set.of("node-17", "node-500", "node-999")), now::toString);
            long stayed = before.stream().filter(now::contains).count();
            assertTrue(stayed >= 15, () -> stayed + " stayed");
            for (int zone = 0; zone < 3; zone++) {
                int number = zone;
                assertEquals(Stream.of(17, 500, 999).filter(it -> it % 3 == number).count(),
                        value(series, "kconmon_zone_failing_peers", "destination_zone=\"zone-" + zone + "\"",
                                "test=\"udp\""));
            }
        }
    }

    /** A counter that comes back does so with its true total, so that no rate takes it for one that began anew. */
    @Test
    void aPairThatComesBackHasItsTotal() {
        try (var peers = peers(Mode.WORST, 300, 3)) {
            peers.testAll(8);
            Set<String> chosen = destinations(peers.series(OTHERS));
            int left = peers.numbers().stream().filter(it -> !chosen.contains("node-" + it)).findFirst().orElseThrow();
            peers.failing.add(left);
            peers.testAll(3);
            List<String> series = peers.series(OTHERS);
            String to = "destination=\"node-%d\"".formatted(left);
            assertEquals(8, value(series, "kconmon_tcp_results_total", to, "result=\"pass\""));
            assertEquals(3, value(series, "kconmon_tcp_results_total", to, "result=\"fail\""));
            assertEquals(15, value(series, "kconmon_udp_packets_total", to, "outcome=\"lost\""));
        }
    }

    /** Alerts compare the peers that fail with those that are counted. */
    @ParameterizedTest
    @EnumSource(names = {"WORST", "NONE"})
    void rotatingPeersAreNeitherCountedNorShown(Mode mode) {
        try (var peers = peers(mode, 20, 1)) {
            for (int i = 21; i <= 28; i++) {
                peers.joinRotating(i, "zone-0");
            }
            peers.failing.addAll(List.of(1, 28));
            peers.testAll(8);
            List<String> series = peers.series(OTHERS);
            assertEquals(20, value(series, "kconmon_zone_peers"));
            assertEquals(1, value(series, "kconmon_zone_failing_peers", "test=\"tcp\""));
            assertEquals(26 * 8, value(series, "kconmon_zone_tcp_results_total", "result=\"pass\""));
            assertEquals(mode == Mode.WORST, destinations(series).contains("node-1"));
            assertEquals(Set.of(), destinations(series).stream().filter(it -> it.matches("node-2[1-8]"))
                    .collect(Collectors.toSet()));
        }
    }

    @Test
    void withNoneThereIsNoPair() {
        try (var peers = peers(Mode.NONE, 50, 3)) {
            peers.failing.add(1);
            peers.testAll(8);
            List<String> series = peers.series(OTHERS);
            assertEquals(Set.of(), destinations(series));
            assertEquals(17, value(series, "kconmon_zone_peers", "destination_zone=\"zone-1\""));
            assertEquals(1, value(series, "kconmon_zone_failing_peers", "destination_zone=\"zone-1\"", "test=\"tcp\""));
        }
    }

    /** Agents with too many zones leave out different ones. */
    @ParameterizedTest
    @ValueSource(ints = {10, 20})
    void theHistogramsOfAllZonesAreOnSomePage(int zones) {
        var page = new ArrayList<String>();
        var seen = new TreeSet<String>();
        for (int agent = 0; agent < 40; agent++) {
            try (var peers = peers(Mode.WORST, 100, zones)) {
                page.clear();
                page.addAll(peers.seriesOf("node-" + agent, OTHERS));
                page.stream().filter(it -> it.startsWith("kconmon_udp_rtt_seconds_count"))
                        .forEach(it -> seen.add(it.replaceAll(".*destination_zone=\"([^\"]*)\".*", "$1")));
            }
        }
        assertEquals(zones, seen.size());
    }
}
