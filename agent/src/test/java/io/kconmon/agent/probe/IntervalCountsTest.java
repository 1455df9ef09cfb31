package io.kconmon.agent.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class IntervalCountsTest {

    private final AtomicLong nanos = new AtomicLong(1000);
    private final IntervalCounts<String> reportCounts = new IntervalCounts<>(new ReportCounts<>() {
        private String all = "";

        @Override
        public void add(String result) {
            all += result;
        }

        @Override
        public String take() {
            String taken = all;
            all = "";
            return taken;
        }
    }, new ReportIntervals(nanos::get, 1000, Duration.ofNanos(100)));

    private void add(String result, long at) {
        nanos.set(at);
        reportCounts.add(result);
    }

    @Test
    void anIntervalIsReadWhenItIsOver() {
        add("a", 1000);
        add("b", 1099);
        add("c", 1100);
        assertEquals("ab", reportCounts.of(0));
        assertEquals("c", reportCounts.of(1));
        assertEquals("ab", reportCounts.of(0), "who asks a little late gets what he asked for");
        add("d", 1250);
        assertEquals("d", reportCounts.of(2));
        assertEquals("", reportCounts.of(0));
    }

    @Test
    void anOldIntervalIsNotTakenForTheCurrentOne() {
        add("a", 1000);
        assertEquals("", reportCounts.of(4));
        add("b", 1500);
        assertEquals("b", reportCounts.of(5));
        assertEquals("", reportCounts.of(6));
    }
}
