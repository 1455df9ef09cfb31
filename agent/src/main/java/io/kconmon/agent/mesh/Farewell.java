package io.kconmon.agent.mesh;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What a peer has said of its own end. One that stops says so to whoever tests it while it drains, and is not blamed for
 * what fails from then on until it is back, or has been away for longer than a restart takes. While there is a
 * controller, that one tells it sooner; while there is none, nobody else would.
 */
final class Farewell {

    /** From its last word, which may be a test's interval older than its end, until it serves again. */
    private static final long EXCUSED_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final LongSupplier clock;
    private volatile boolean said;
    private volatile long saidAt;

    /** From a clock in nanoseconds. */
    Farewell(LongSupplier clock) {
        this.clock = clock;
    }

    void hear(Word word) {
        switch (word) {
            case STOPS -> {
                saidAt = clock.getAsLong();
                said = true;
            }
            case STAYS -> forget();
            case NOTHING -> {
                // what it said before holds
            }
        }
    }

    /** Another one is there now, or it is the controller's word that counts. */
    void forget() {
        said = false;
    }

    /** Whether a test that fails now says nothing about the network. */
    boolean excuses() {
        return said && clock.getAsLong() - saidAt <= EXCUSED_NANOS;
    }
}
