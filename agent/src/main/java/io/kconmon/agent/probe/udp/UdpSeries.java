package io.kconmon.agent.probe.udp;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.FailureLog;
import io.kconmon.agent.probe.MetricFamilies;
import io.kconmon.agent.probe.ResultCounts;
import io.kconmon.agent.probe.Series;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.Optional;

/** The UDP test's series: three gauges, the result counters, and the packets by their fate and direction. */
final class UdpSeries implements Series<UdpResult> {

    private static final String PACKETS = "udp_packets";
    private static final String PACKETS_HELP = "UDP packets by outcome: sent = received + lost; late and duplicate are replies beside these";

    private record State(ResultCounts counts, Optional<UdpResult> last, long sent, long received, long late,
            long duplicates, LossDirections lost) {

        State plus(UdpResult result) {
            Optional<Cause> cause = result.cause();
            boolean local = cause.equals(Optional.of(Cause.LOCAL));
            return new State(counts.plus(cause), local ? Optional.empty() : Optional.of(result),
                    sent + result.sent(), received + result.received(), late + result.late(),
                    duplicates + result.duplicates(), lost.plus(result.directions()));
        }

        State plusBug() {
            return new State(counts.plus(Optional.of(Cause.LOCAL)), Optional.empty(), sent, received, late, duplicates,
                    lost);
        }

        State withoutLast() {
            return new State(counts, Optional.empty(), sent, received, late, duplicates, lost);
        }
    }

    private final FailureLog failures;
    private volatile State state = new State(ResultCounts.NONE, Optional.empty(), 0, 0, 0, 0, LossDirections.NONE);

    UdpSeries(String destination) {
        this.failures = new FailureLog("udp", destination);
    }

    @Override
    public void record(UdpResult result) {
        boolean differed = state.last.filter(it -> !it.flowLoss().isEmpty()).isPresent();
        state = state.plus(result);
        failures.record(result.cause(), () -> List.of("detail", result.detail(), "ports", result.lostPorts()));
        if (!differed && !result.flowLoss().isEmpty()) {
            failures.note("some flows lose packets and others do not, as a bad link of several would make them",
                    "flowLossPercent", result.flowLoss(), "ports", result.lostPorts());
        }
    }

    @Override
    public void recordBug() {
        state = state.plusBug();
        failures.record(Optional.of(Cause.LOCAL));
    }

    @Override
    public void clearGauges() {
        state = state.withoutLast();
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
            writeFlows(last.flowLoss(), ends, families);
        });
        now.counts.write("udp", ends, families);
        families.counter(PACKETS, PACKETS_HELP, ends.add("outcome", "sent"), now.sent);
        families.counter(PACKETS, PACKETS_HELP, ends.add("outcome", "received"), now.received);
        families.counter(PACKETS, PACKETS_HELP, ends.add("outcome", "lost"), now.sent - now.received);
        families.counter(PACKETS, PACKETS_HELP, ends.add("outcome", "late"), now.late);
        families.counter(PACKETS, PACKETS_HELP, ends.add("outcome", "duplicate"), now.duplicates);
        writeDirection("there", now.lost.there(), ends, families);
        writeDirection("back", now.lost.back(), ends, families);
        writeDirection("unknown", now.lost.unknown(), ends, families);
    }

    private static void writeFlows(List<Double> flowLoss, Labels ends, MetricFamilies families) {
        for (int i = 0; i < flowLoss.size(); i++) {
            families.gauge("udp_flow_loss", "Packets of one flow lost lately, percent; while flows differ in it",
                    ends.add("flow", String.valueOf(i + 1)), flowLoss.get(i));
        }
    }

    private static void writeDirection(String direction, long lost, Labels ends, MetricFamilies families) {
        if (lost > 0) {
            families.counter("udp_lost_packets", "UDP packets lost, by whether the peer has seen the request",
                    ends.add("direction", direction), lost);
        }
    }
}
