package io.kconmon.agent.probe.udp;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.FailureLog;
import io.kconmon.agent.probe.Families;
import io.kconmon.agent.probe.ResultCounts;
import io.kconmon.agent.probe.Series;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Optional;

/** The UDP test's series: three gauges, the result counters, and the packets by what became of them. */
public final class UdpSeries implements Series<UdpResult> {

    private static final String PACKETS = "udp_packets";
    private static final String PACKETS_HELP = "UDP packets by outcome: sent = received + lost; late and duplicate are replies beside these";

    private record State(ResultCounts counts, Optional<UdpResult> last, long sent, long received, long late,
            long duplicates) {

        State plus(UdpResult result) {
            boolean local = result.cause().equals(Optional.of(Cause.LOCAL));
            return new State(counts.plus(result.cause()), local ? Optional.empty() : Optional.of(result),
                    sent + result.sent(), received + result.received(), late + result.late(),
                    duplicates + result.duplicates());
        }
    }

    private final FailureLog failures;
    private volatile State state = new State(ResultCounts.NONE, Optional.empty(), 0, 0, 0, 0);

    public UdpSeries(String destination) {
        this.failures = new FailureLog("udp", destination);
    }

    @Override
    public void record(UdpResult result) {
        state = state.plus(result);
        failures.record(result.cause());
    }

    @Override
    public void clearGauges() {
        State now = state;
        state = new State(now.counts, Optional.empty(), now.sent, now.received, now.late, now.duplicates);
    }

    @Override
    public void write(Labels ends, Families families) {
        State now = state;
        now.last.ifPresent(last -> {
            families.gauge("udp_loss", "Packets lost, percent of the batch", ends, last.loss());
            last.meanMillis().ifPresent(millis -> families.gauge("udp_duration_milliseconds",
                    "Mean round trip time of the batch's packets", ends, millis));
            last.varianceMillis().ifPresent(millis -> families.gauge("udp_duration_variance_milliseconds",
                    "Slowest round trip of the batch less the fastest", ends, millis));
        });
        now.counts.write("udp", ends, families);
        families.counter(PACKETS, PACKETS_HELP, ends.add("outcome", "sent"), now.sent);
        families.counter(PACKETS, PACKETS_HELP, ends.add("outcome", "received"), now.received);
        families.counter(PACKETS, PACKETS_HELP, ends.add("outcome", "lost"), now.sent - now.received);
        families.counter(PACKETS, PACKETS_HELP, ends.add("outcome", "late"), now.late);
        families.counter(PACKETS, PACKETS_HELP, ends.add("outcome", "duplicate"), now.duplicates);
    }
}
