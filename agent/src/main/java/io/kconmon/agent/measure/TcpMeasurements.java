package io.kconmon.agent.measure;

import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.TcpProbe.Timing;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Optional;

/** The TCP test's: two gauges and the result counters. */
public final class TcpMeasurements implements Measurements<Outcome<Timing>> {

    private record State(Tally tally, Optional<Timing> last) {
    }

    private final Episodes episodes;
    private volatile State state = new State(Tally.NONE, Optional.empty());

    public TcpMeasurements(String destination) {
        this.episodes = new Episodes("tcp", destination);
    }

    @Override
    public void record(Outcome<Timing> outcome, boolean timed) {
        state = new State(state.tally.plus(outcome.cause()), outcome.timing().filter(it -> timed));
        episodes.record(outcome.cause());
    }

    @Override
    public void pause() {
        state = new State(state.tally, Optional.empty());
    }

    @Override
    public void write(Labels ends, Families families) {
        State now = state;
        now.last.ifPresent(timing -> {
            families.gauge("tcp_connect_milliseconds", "Time until the TCP connection was established", ends,
                    timing.connect().toNanos() / 1e6);
            families.gauge("tcp_duration_milliseconds", "Time of the whole HTTP request, connecting included", ends,
                    timing.total().toNanos() / 1e6);
        });
        now.tally.write("tcp", ends, families);
    }
}
