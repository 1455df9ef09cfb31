package io.kconmon.agent.mesh;

import io.kconmon.agent.probe.PeerState;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whether a peer has said that it stops. A peer that drains says so to every agent that tests it, and is not blamed for
 * what fails from then on, until it is back or has been away for longer than a restart takes. While there is a
 * controller, that one tells it sooner; while there is none, nobody else would.
 */
final class DrainNotice {

    /** From the last notice, which may be a test's interval older than the peer's end, until it serves again. */
    private static final long HOLDS_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final LongSupplier clock;
    private volatile boolean given;
    private volatile long givenAt;

    /** By a clock in nanoseconds. */
    DrainNotice(LongSupplier clock) {
        this.clock = clock;
    }

    void hear(PeerState state) {
        switch (state) {
            case STOPPING -> {
                givenAt = clock.getAsLong();
                given = true;
            }
            case RUNNING -> withdraw();
            case UNKNOWN -> {
                // what it said before holds
            }
        }
    }

    /** Another agent is there now, or the controller has said something newer. */
    void withdraw() {
        given = false;
    }

    /** Whether a test that fails now says nothing about the network. */
    boolean holds() {
        return given && clock.getAsLong() - givenAt <= HOLDS_NANOS;
    }
}
