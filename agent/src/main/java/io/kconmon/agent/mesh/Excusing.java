package io.kconmon.agent.mesh;

import io.kconmon.agent.measure.Families;
import io.kconmon.agent.measure.Measurements;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Result;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Optional;
import java.util.function.Function;

/** Keeps from the measurements of a test what a peer has said to be its own doing, and so is not the network's. */
record Excusing<R extends Result>(Measurements<R> measurements, Function<R, Word> word, Farewell farewell,
        LoopWatch watch) implements Measurements<R> {

    @Override
    public void record(R result, boolean timed) {
        farewell.hear(word.apply(result));
        Optional<Excuse> excuse = result.cause().filter(it -> it != Cause.LOCAL).flatMap(it -> excuse(result));
        if (excuse.isPresent()) {
            watch.excused(excuse.get());
            measurements.pause();
        } else {
            measurements.record(result, timed);
        }
    }

    private Optional<Excuse> excuse(R result) {
        if (farewell.excuses()) {
            return Optional.of(Excuse.STOPS);
        }
        return result.heldUp() == result.lost() ? Optional.of(Excuse.HELD_UP) : Optional.empty();
    }

    @Override
    public void pause() {
        measurements.pause();
    }

    @Override
    public void write(Labels ends, Families families) {
        measurements.write(ends, families);
    }
}
