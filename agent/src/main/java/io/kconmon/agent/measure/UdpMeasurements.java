package io.kconmon.agent.measure;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.UdpRound;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Optional;

/** The UDP test's: three gauges, the result counters, and the packets by what became of them. */
public final class UdpMeasurements implements Measurements<UdpRound> {

    private static final String PACKETS = "udp_packets";
    private static final String PACKETS_HELP = "UDP packets by outcome: sent = received + lost; late and duplicate are replies beside these";

    private record State(Tally tally, Optional<UdpRound> last, boolean timed, long sent, long received, long late,
            long duplicates) {

        State plus(UdpRound round, boolean isTimed) {
            boolean local = round.cause().equals(Optional.of(Cause.LOCAL));
            return new State(tally.plus(round.cause()), local ? Optional.empty() : Optional.of(round), isTimed,
                    sent + round.sent(), received + round.received(), late + round.late(),
                    duplicates + round.duplicates());
        }
    }

    private final Episodes episodes;
    private volatile State state = new State(Tally.NONE, Optional.empty(), false, 0, 0, 0, 0);

    public UdpMeasurements(String destination) {
        this.episodes = new Episodes("udp", destination);
    }

    @Override
    public void record(UdpRound round, boolean timed) {
        state = state.plus(round, timed);
        episodes.record(round.cause());
    }

    @Override
    public void pause() {
        State now = state;
        state = new State(now.tally, Optional.empty(), false, now.sent, now.received, now.late, now.duplicates);
    }

    @Override
    public void write(Labels ends, Families families) {
        State now = state;
        now.last.ifPresent(
                round -> families.gauge("udp_loss", "Packets lost, percent of the batch", ends, round.loss()));
        now.last.filter(it -> now.timed).ifPresent(round -> {
            round.meanMillis().ifPresent(millis -> families.gauge("udp_duration_milliseconds",
                    "Mean round trip time of the batch's packets", ends, millis));
            round.varianceMillis().ifPresent(millis -> families.gauge("udp_duration_variance_milliseconds",
                    "Slowest round trip of the batch less the fastest", ends, millis));
        });
        now.tally.write("udp", ends, families);
        families.counter(PACKETS, PACKETS_HELP, ends.add("outcome", "sent"), now.sent);
        families.counter(PACKETS, PACKETS_HELP, ends.add("outcome", "received"), now.received);
        families.counter(PACKETS, PACKETS_HELP, ends.add("outcome", "lost"), now.sent - now.received);
        families.counter(PACKETS, PACKETS_HELP, ends.add("outcome", "late"), now.late);
        families.counter(PACKETS, PACKETS_HELP, ends.add("outcome", "duplicate"), now.duplicates);
    }
}
