package io.kconmon.agent.probe.tcp;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.FailureLog;
import io.kconmon.agent.probe.MetricFamilies;
import io.kconmon.agent.probe.Series;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.Optional;

/** The TCP test's series: two gauges and its counters. */
final class TcpSeries implements Series<TcpResult> {

    private record State(TcpCounts counts, Optional<TcpTiming> last) {
    }

    private final FailureLog failures;
    private volatile State state = new State(TcpCounts.NONE, Optional.empty());

    TcpSeries(String destination) {
        this.failures = new FailureLog("tcp", destination);
    }

    @Override
    public void record(TcpResult result) {
        state = new State(state.counts.plus(result), result.outcome().success());
        failures.record(result.cause(), () -> List.of("detail", result.detail()));
    }

    @Override
    public void recordBug() {
        state = new State(state.counts.plusBug(), Optional.empty());
        failures.record(Optional.of(Cause.LOCAL));
    }

    @Override
    public void clearGauges() {
        state = new State(state.counts, Optional.empty());
    }

    @Override
    public void write(Labels ends, MetricFamilies families) {
        State now = state;
        now.last.ifPresent(timing -> {
            timing.connect().ifPresent(it -> families.gauge("tcp_connect_milliseconds",
                    "Time until the TCP connection was established", ends, it.toNanos() / 1e6));
            families.gauge("tcp_duration_milliseconds", "Time of the whole HTTP request, connecting included", ends,
                    timing.total().toNanos() / 1e6);
        });
        now.counts.write("", ends, families);
    }

    @Override
    public void writeRare(Labels ends, MetricFamilies families) {
        State now = state;
        now.counts.writeRare("", ends, families);
    }
}
