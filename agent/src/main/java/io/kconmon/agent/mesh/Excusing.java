package io.kconmon.agent.mesh;

import io.kconmon.agent.measure.Families;
import io.kconmon.agent.measure.Measurements;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Result;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.function.Function;

/** Keeps from the measurements of a test what is no fault of a peer that has said that it stops. */
record Excusing<R extends Result>(Measurements<R> measurements, Function<R, Word> word, Farewell farewell,
        LoopWatch watch) implements Measurements<R> {

    @Override
    public void record(R result, boolean timed) {
        farewell.hear(word.apply(result));
        if (result.cause().filter(it -> it != Cause.LOCAL).isPresent() && farewell.excuses()) {
            watch.excused();
            measurements.pause();
        } else {
            measurements.record(result, timed);
        }
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
