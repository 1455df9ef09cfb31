package io.kconmon.agent.probe;

import java.time.Duration;
import java.util.List;
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
     * @param by
     *            how long after
     * @param waitedHere
     *            how long this process's threads waited to run meanwhile
     * @param waitedThere
     *            how long the other end says that it had no time for the request
     * @param peerStops
     *            whether it says that it is about to stop
     */
    record Late<T>(String detail, Duration by, Duration waitedHere, Duration waitedThere, boolean peerStops)
            implements
                Outcome<T> {

        /** Whether it would have been in time, had this process had time to run. */
        public boolean isOurDoing() {
            return by.compareTo(waitedHere) <= 0;
        }

        /** Whether it would have been in time, had both ends had time to run. */
        public boolean isTheEndsDoing() {
            return by.compareTo(waitedHere.plus(waitedThere)) <= 0;
        }
    }

    /** In words, for people, why it failed; empty if it did not, or there is nothing to add to the cause. */
    default String detail() {
        return "";
    }

    default Optional<T> timing() {
        return this instanceof Success<T>(T value) ? Optional.of(value) : Optional.empty();
    }

    /** If it came too late, how. */
    default Optional<Late<T>> late() {
        return this instanceof Late<T> late ? Optional.of(late) : Optional.empty();
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
    default List<Outcome<T>> exchanges() {
        return List.of(this);
    }
}
