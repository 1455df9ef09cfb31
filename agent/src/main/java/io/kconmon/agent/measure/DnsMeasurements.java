package io.kconmon.agent.measure;

import io.kconmon.agent.probe.Outcome;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.Optional;

/** The DNS test's: a gauge and the result counters. */
public final class DnsMeasurements implements Measurements<Outcome<Duration>> {

    private record State(Tally tally, Optional<Duration> last) {
    }

    private final Episodes episodes;
    private volatile State state = new State(Tally.NONE, Optional.empty());

    public DnsMeasurements(String host) {
        this.episodes = new Episodes("dns", host);
    }

    @Override
    public void record(Outcome<Duration> outcome, boolean timed) {
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
        now.last.ifPresent(took -> families.gauge("dns_duration_milliseconds", "Time of the DNS lookup", ends,
                took.toNanos() / 1e6));
        now.tally.write("dns", ends, families);
    }
}
