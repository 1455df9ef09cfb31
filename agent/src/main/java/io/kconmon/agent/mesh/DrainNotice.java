package io.kconmon.agent.mesh;

import io.kconmon.agent.probe.PeerState;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whether a peer has announced that it stops. A peer that drains tells every agent that tests it. It is not blamed for
 * failures from then on, until it is back or has been away for longer than a restart takes. A controller announces it
 * sooner; without a controller this notice is the only one.
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
                // its earlier notice holds
            }
        }
    }

    /** Another agent has replaced it, or the controller has sent something newer. */
    void withdraw() {
        given = false;
    }

    /** Whether a test that fails now says nothing about the network. */
    boolean holds() {
        return given && clock.getAsLong() - givenAt <= HOLDS_NANOS;
    }
}
