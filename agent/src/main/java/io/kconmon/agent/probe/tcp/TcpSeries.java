package io.kconmon.agent.probe.tcp;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.FailureLog;
import io.kconmon.agent.probe.MetricFamilies;
import io.kconmon.agent.probe.ResultCounts;
import io.kconmon.agent.probe.Series;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.Optional;

/** The TCP test's series: two gauges, the result counters, and retransmissions. */
final class TcpSeries implements Series<TcpResult> {

    private record State(ResultCounts counts, Optional<TcpTiming> last, long retransmits) {
    }

    private final FailureLog failures;
    private volatile State state = new State(ResultCounts.NONE, Optional.empty(), 0);

    TcpSeries(String destination) {
        this.failures = new FailureLog("tcp", destination);
    }

    @Override
    public void record(TcpResult result) {
        state = new State(state.counts.plus(result.cause()), result.outcome().success(),
                state.retransmits + result.retransmits());
        failures.record(result.cause(), () -> List.of("detail", result.detail()));
    }

    @Override
    public void recordBug() {
        state = new State(state.counts.plus(Optional.of(Cause.LOCAL)), Optional.empty(), state.retransmits);
        failures.record(Optional.of(Cause.LOCAL));
    }

    @Override
    public void clearGauges() {
        state = new State(state.counts, Optional.empty(), state.retransmits);
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
        now.counts.write("tcp", ends, families);
        if (now.retransmits > 0) {
            families.counter("tcp_retransmits",
                    "TCP segments that had to be sent again, SYNs included: losses that TCP hides", ends,
                    now.retransmits);
        }
    }
}
