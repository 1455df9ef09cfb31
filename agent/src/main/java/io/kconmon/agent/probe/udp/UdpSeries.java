package io.kconmon.agent.probe.udp;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.FailureLog;
import io.kconmon.agent.probe.MetricFamilies;
import io.kconmon.agent.probe.Series;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.Optional;

/** The UDP test's series: three gauges, its counters, and each flow's loss while flows differ. */
final class UdpSeries implements Series<UdpResult> {

    private record State(UdpCounts counts, Optional<UdpResult> last) {
    }

    private final FailureLog failures;
    private volatile State state = new State(UdpCounts.NONE, Optional.empty());

    UdpSeries(String destination) {
        this.failures = new FailureLog("udp", destination);
    }

    @Override
    public void record(UdpResult result) {
        boolean differed = state.last.filter(it -> !it.flowLoss().isEmpty()).isPresent();
        boolean local = result.cause().equals(Optional.of(Cause.LOCAL));
        state = new State(state.counts.plus(result), local ? Optional.empty() : Optional.of(result));
        failures.record(result.cause(), () -> List.of("detail", result.detail(), "ports", result.lostPorts()));
        if (!differed && !result.flowLoss().isEmpty()) {
            failures.note("some flows lose packets and others do not, as a bad link of several would make them",
                    "flowLossPercent", result.flowLoss(), "ports", result.lostPorts());
        }
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
        now.last.ifPresent(last -> {
            families.gauge("udp_loss", "Packets lost, percent of the batch", ends, last.loss());
            last.meanMillis().ifPresent(millis -> families.gauge("udp_duration_milliseconds",
                    "Mean round trip time of the batch's packets", ends, millis));
            last.varianceMillis().ifPresent(millis -> families.gauge("udp_duration_variance_milliseconds",
                    "Slowest round trip of the batch less the fastest", ends, millis));
        });
        now.counts.write("", ends, families);
    }

    @Override
    public void writeRare(Labels ends, MetricFamilies families) {
        State now = state;
        now.counts.writeRare("", ends, families);
        now.last.ifPresent(last -> writeFlows(last.flowLoss(), ends, families));
    }

    private static void writeFlows(List<Double> flowLoss, Labels ends, MetricFamilies families) {
        for (int i = 0; i < flowLoss.size(); i++) {
            families.gauge("udp_flow_loss", "Packets of one flow lost lately, percent; while flows differ in it",
                    ends.add("flow", String.valueOf(i + 1)), flowLoss.get(i));
        }
    }
}
