package io.kconmon.controller.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.controller.report.PeerReport;
import io.kconmon.controller.report.Report;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportLogTest {

    private static final double START = 1_764_150_000;

    private final Nodes nodes = new Nodes();
    private final ReportLog log = new ReportLog(nodes);

    private void report(double at, String source, double interval) {
        log.add(new Report(at, source, interval,
                List.of(new PeerReport("node-1", Optional.empty(), Optional.empty()))), at);
    }

    @Test
    void oneAgentsIntervalIsNotThatOfAll() {
        for (double strange : List.of(3600.0, 0.1)) {
            report(START, "node-1", 5);
            report(START + 1, "node-2", 5);
            report(START + 2, "node-3", strange);
            assertEquals(5, log.interval());
        }
    }

    @Test
    void anIntervalThatMostHaveIsThatOfAll() {
        report(START, "node-1", 5);
        report(START + 1, "node-2", 5);
        report(START + 5, "node-1", 1);
        report(START + 6, "node-2", 1);
        assertEquals(1, log.interval());
    }
}
