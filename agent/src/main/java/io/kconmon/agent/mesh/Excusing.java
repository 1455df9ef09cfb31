package io.kconmon.agent.mesh;

import io.kconmon.agent.measure.Families;
import io.kconmon.agent.measure.Measurements;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.Result;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Optional;
import java.util.function.Function;

/**
 * Keeps from the measurements of a test what a peer has said to be its own doing, and so is not the network's. One that
 * stands still again and again is excused for a few rounds in a row and no longer: its word is not to hide what else is
 * wrong.
 */
final class Excusing<R extends Result> implements Measurements<R> {

    static final int MOST_IN_A_ROW = 3;

    private final Measurements<R> measurements;
    private final Function<R, Word> word;
    private final Farewell farewell;
    private final LoopWatch watch;
    /** Rounds in which the peer was held up, since the last one that passed. */
    private int heldUpInARow;

    Excusing(Measurements<R> measurements, Function<R, Word> word, Farewell farewell, LoopWatch watch) {
        this.measurements = measurements;
        this.word = word;
        this.farewell = farewell;
        this.watch = watch;
    }

    @Override
    public void record(R result, boolean timed) {
        farewell.hear(word.apply(result));
        if (result.cause().isEmpty()) {
            heldUpInARow = 0;
        }
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
        boolean isTheEndsDoing = result.exchanges().stream().filter(it -> it.cause().isPresent())
                .allMatch(it -> it.late().filter(Outcome.Late::isTheEndsDoing).isPresent());
        return isTheEndsDoing && ++heldUpInARow <= MOST_IN_A_ROW ? Optional.of(Excuse.HELD_UP) : Optional.empty();
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
