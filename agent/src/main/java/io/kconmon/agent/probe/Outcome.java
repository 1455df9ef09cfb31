package io.kconmon.agent.probe;

import java.util.Optional;

/** What became of one exchange. */
public sealed interface Outcome<T> extends Result {

    /** It worked; so long did it take. */
    record Success<T>(T value) implements Outcome<T> {
    }

    /**
     * It did not.
     *
     * @param detail
     *            in words, for people; not bounded, so no label
     */
    record Failure<T>(Cause why, String detail) implements Outcome<T> {
    }

    default Optional<T> timing() {
        return switch (this) {
            case Success<T>(T value) -> Optional.of(value);
            case Failure<T> ignored -> Optional.empty();
        };
    }

    @Override
    default Optional<Cause> cause() {
        return switch (this) {
            case Success<T> ignored -> Optional.empty();
            case Failure<T>(Cause why, String ignored) -> Optional.of(why);
        };
    }

    @Override
    default int lost() {
        return cause().isPresent() ? 1 : 0;
    }
}
