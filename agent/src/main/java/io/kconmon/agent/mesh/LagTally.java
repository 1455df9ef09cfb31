package io.kconmon.agent.mesh;

import io.kconmon.agent.probe.Tally;
import io.kconmon.agent.probe.TallyText;
import java.time.Duration;

/** How late test loops woke, in microseconds: {@code mean,most}. */
final class LagTally implements Tally<Duration> {

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
                : new TallyText().number(nanos / count / 1000).number(mostNanos / 1000).toString();
        nanos = 0;
        mostNanos = 0;
        count = 0;
        return text;
    }
}
