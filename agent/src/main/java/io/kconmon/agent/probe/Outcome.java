package io.kconmon.agent.probe;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/**
 * The outcome of one exchange with the other end.
 *
 * @param <T>
 *            the data of an exchange that succeeded
 */
public sealed interface Outcome<T> extends Result {

    /** It worked. */
    record Success<T>(T value) implements Outcome<T> {
    }

    /**
     * It did not work.
     *
     * @param why
     *            a label of the series
     * @param detail
     *            in words, for people and not for a label, because it is not bounded; empty if the cause is enough
     */
    record Failure<T>(Cause why, String detail) implements Outcome<T> {
    }

    /** The failure that an error of the operating system stands for. */
    static <T> Outcome<T> failure(IOException error) {
        return new Failure<>(Cause.of(error), Objects.requireNonNullElse(error.getMessage(), ""));
    }

    /** The data of an exchange that succeeded. */
    default Optional<T> success() {
        return this instanceof Success<T>(T value) ? Optional.of(value) : Optional.empty();
    }

    @Override
    default Optional<Cause> cause() {
        return this instanceof Failure<T>(Cause why, String ignored) ? Optional.of(why) : Optional.empty();
    }
}
