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
     *            not bounded, so no label
     */
    record Failure<T>(Cause why, String detail) implements Outcome<T> {
    }

    /**
     * It did, but after its time, which is a failure.
     *
     * @param byItsOwnDoing
     *            whether the other end says that it stood still itself
     * @param peerStops
     *            whether it says that it is about to stop
     */
    record Late<T>(String detail, boolean byItsOwnDoing, boolean peerStops) implements Outcome<T> {
    }

    /** In words, for people, why it failed; empty if it did not, or there is nothing to add to the cause. */
    default String detail() {
        return "";
    }

    default Optional<T> timing() {
        return this instanceof Success<T>(T value) ? Optional.of(value) : Optional.empty();
    }

    @Override
    default Optional<Cause> cause() {
        return switch (this) {
            case Success<T> ignored -> Optional.empty();
            case Failure<T>(Cause why, String ignored) -> Optional.of(why);
            case Late<T> ignored -> Optional.of(Cause.TIMEOUT);
        };
    }

    @Override
    default int lost() {
        return cause().isPresent() ? 1 : 0;
    }

    @Override
    default int cameLate() {
        return this instanceof Late<T> ? 1 : 0;
    }

    @Override
    default int heldUp() {
        return this instanceof Late<T> late && late.byItsOwnDoing ? 1 : 0;
    }
}
