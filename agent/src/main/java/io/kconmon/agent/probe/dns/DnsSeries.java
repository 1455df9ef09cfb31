package io.kconmon.agent.probe.dns;

import io.kconmon.agent.probe.FailureLog;
import io.kconmon.agent.probe.MetricFamilies;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.ResultCounts;
import io.kconmon.agent.probe.Series;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.Optional;

/** The DNS test's series: a gauge and the result counters. */
public final class DnsSeries implements Series<Outcome<Duration>> {

    private record State(ResultCounts counts, Optional<Duration> last) {
    }

    private final FailureLog failures;
    private volatile State state = new State(ResultCounts.NONE, Optional.empty());

    public DnsSeries(String host) {
        this.failures = new FailureLog("dns", host);
    }

    @Override
    public void record(Outcome<Duration> outcome) {
        state = new State(state.counts.plus(outcome.cause()), outcome.success());
        failures.record(outcome.cause());
    }

    @Override
    public void clearGauges() {
        state = new State(state.counts, Optional.empty());
    }

    @Override
    public void write(Labels ends, MetricFamilies families) {
        State now = state;
        now.last.ifPresent(took -> families.gauge("dns_duration_milliseconds", "Time of the DNS lookup", ends,
                took.toNanos() / 1e6));
        now.counts.write("dns", ends, families);
    }
}
