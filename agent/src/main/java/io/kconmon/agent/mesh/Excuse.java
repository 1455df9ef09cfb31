package io.kconmon.agent.mesh;

import java.util.Locale;

/** Why a failed test of a peer is no result: the values of the label {@code reason}, so there are few of them. */
enum Excuse {
    /** It had said that it stops. */
    STOPS,
    /** It answered late, by no more than the ends say that they waited to run: it is not the network that was slow. */
    HELD_UP;

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    String label() {
        return label;
    }
}
