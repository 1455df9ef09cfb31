package io.kconmon.controller.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReportHistoryTest {

    private static final List<String> NODES = IntStream.range(0, 75).mapToObj("node-%02d"::formatted).toList();

    private static PeerReport healthy(String node, long micros) {
        return new PeerReport(node,
                Optional.of(new UdpReport(5, 5, OptionalInt.of(0), OptionalInt.of(0), OptionalLong.of(micros),
                        List.of())),
                Optional.of(new TcpReport(1, 0, Map.of(), OptionalLong.of(micros / 2))));
    }

    private static Report report(double at, String source) {
        return new Report(at, source, 5, NODES.stream().filter(it -> !it.equals(source))
                .map(it -> healthy(it, 300)).toList());
    }

    private static List<Report> all(ReportHistory history) {
        return reports(history.batch(0, Integer.MAX_VALUE));
    }

    private static List<Report> reports(ReportHistory.Batch batch) {
        return batch.reports().stream().map(ReportHistory.Kept::report).toList();
    }

    @Test
    void unhealthyResultsAreKeptExactly() {
        var peers = new ArrayList<PeerReport>(List.of(
                new PeerReport("node-03", Optional.empty(), Optional.of(new TcpReport(0, 300,
                        Map.of("connect-timeout", 299, "reset", 1), OptionalLong.empty()))),
                new PeerReport("node-04", Optional.of(new UdpReport(500, 123, OptionalInt.of(300), OptionalInt.of(77),
                        OptionalLong.empty(), List.of(0, 100, 50))), Optional.empty()),
                new PeerReport("node-70", Optional.of(new UdpReport(5, 0, OptionalInt.empty(), OptionalInt.empty(),
                        OptionalLong.empty(), List.of())), Optional.empty())));
        var history = new ReportHistory(1 << 20);
        var report = new Report(1000.5, "node-00", 2.5, peers);
        history.add(report, NODES);
        assertEquals(List.of(report), history.of("node-00").stream().map(ReportHistory.Kept::report).toList());
        assertEquals(List.of(), history.of("node-01"));
    }

    @Test
    void timesAreKeptToFivePercent() {
        for (long micros : List.of(2L, 17L, 282L, 1_234L, 56_789L, 250_000L, 3_000_000L)) {
            byte[] bytes = ReportBytes.write(List.of(healthy("a", micros)), Map.of("a", 0));
            long kept = ReportBytes.read(bytes, List.of("a")).getFirst().udp().orElseThrow().rttMicros().orElseThrow();
            assertEquals(micros, kept, Math.max(1, 0.05 * micros));
        }
    }

    /** 75 nodes at the defaults: 20 MB for an hour. */
    @Test
    void aHealthyPairTakesFourBytesAnInterval() {
        var history = new ReportHistory(1 << 30);
        history.add(report(1000, "node-00"), NODES);
        assertTrue(history.bytes() <= 4L * NODES.size(), history.bytes() + " bytes");
    }

    @Test
    void theOldestGoFirst() {
        var history = new ReportHistory(3000);
        for (int i = 0; i < 100; i++) {
            history.add(report(1000 + i, "node-00"), NODES);
        }
        List<Report> kept = all(history);
        assertTrue(history.bytes() <= 3000 && kept.size() > 5, kept.size() + " kept");
        assertEquals(1099, kept.getLast().at());
        history.add(report(5000, "node-00"), NODES);
        assertEquals(List.of(5000.0), all(history).stream().map(Report::at).toList(), "of the last hour");
    }

    @Test
    void aReaderInBatchesMissesOnlyDroppedReports() {
        var history = new ReportHistory(3000);
        for (int i = 0; i < 5; i++) {
            history.add(report(1000 + i, "node-00"), NODES);
        }
        ReportHistory.Batch batch = history.batch(0, 2);
        assertEquals(List.of(1000.0, 1001.0), reports(batch).stream().map(Report::at).toList());
        batch = history.batch(batch.next(), 2);
        assertEquals(List.of(1002.0, 1003.0), reports(batch).stream().map(Report::at).toList());
        for (int i = 5; i < 100; i++) {
            history.add(report(1000 + i, "node-00"), NODES);
        }
        int kept = all(history).size();
        List<Double> rest = reports(history.batch(batch.next(), 100)).stream().map(Report::at).toList();
        assertEquals(kept, rest.size());
        assertEquals(1100.0 - kept, rest.getFirst());
        assertEquals(100, history.end());
        assertEquals(new ReportHistory.Batch(List.of(), 100), history.batch(100, 2));
    }
}
