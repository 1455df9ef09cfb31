package io.kconmon.agent.mesh;

import io.kconmon.agent.probe.ReportCounts;
import io.kconmon.agent.probe.ReportField;
import java.time.Duration;

/** How late test loops woke, in microseconds: {@code mean,most}. */
final class LagReportCounts implements ReportCounts<Duration> {

    private long nanos;
    private long mostNanos;
    private int count;

    @Override
    public void add(Duration late) {
        nanos += late.toNanos();
        mostNanos = Math.max(mostNanos, late.toNanos());
        count++;
    }

    @Override
    public String take() {
        String text = count == 0
                ? ""
                : new ReportField().number(nanos / count / 1000).number(mostNanos / 1000).toString();
        nanos = 0;
        mostNanos = 0;
        count = 0;
        return text;
    }
}
