package io.kconmon.controller.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.controller.report.PeerReport;
import io.kconmon.controller.report.Report;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReportWindowsTest {

    private static final double START = 1_764_150_000;

    private final NodeIndex nodes = new NodeIndex();
    private final ReportWindows log = new ReportWindows(nodes);

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

    private void roster(double at, String... names) {
        nodes.roster(at, Stream.of(names).map(it -> new RosterNode(it, "a", false)).toList());
    }

    @Test
    void anAgentThatLeftIsForgotten() {
        roster(START, "node-1", "node-2");
        report(START + 5, "node-1", 5);
        report(START + 5, "node-2", 1);
        int left = nodes.id("node-2");
        roster(START + 10, "node-1");
        log.expire(START + 20);
        assertEquals(START + 5, log.lastReport(left), "it is in a window yet");
        log.expire(START + 1000);
        assertEquals(Double.NEGATIVE_INFINITY, log.lastReport(left));
        assertEquals(START + 5, log.lastReport(nodes.id("node-1")), "this one is silent and has not left");
        assertEquals(5, log.interval());
    }

    @Test
    void nodesThatComeAndGoReuseTheirNumbers() {
        for (int i = 0; i < 100; i++) {
            double at = START + 400 * i;
            roster(at, "node-1", "node-of-" + i);
            report(at + 5, "node-of-" + i, 5);
            log.expire(at + 5);
            assertEquals("node-of-" + i, nodes.name(nodes.id("node-of-" + i)));
            assertEquals("node-1", nodes.name(nodes.id("node-1")));
        }
        assertTrue(nodes.size() <= 4, nodes.size() + " numbers");
    }

    @Test
    void theMostCommonIntervalIsTheMeshs() {
        report(START, "node-1", 5);
        report(START + 1, "node-2", 5);
        report(START + 5, "node-1", 1);
        report(START + 6, "node-2", 1);
        assertEquals(1, log.interval());
    }
}
