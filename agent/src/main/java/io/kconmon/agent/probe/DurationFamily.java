package io.kconmon.agent.probe;

import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A histogram's name, and which durations of a result are in it.
 *
 * @param name
 *            without the prefix, in seconds
 * @param durations
 *            passes on the durations of what succeeded, and nothing of what failed
 * @param <R>
 *            a result of the protocol's probe
 */
public record DurationFamily<R extends Result>(String name, String help,
        BiConsumer<R, Consumer<Duration>> durations) {
}
