package io.kconmon.agent.mesh;

import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.TcpProbe.Timing;

/** What a peer says of its staying by a test's result. */
public enum Word {
    STOPS, STAYS,
    /** As of a test that found no answer, or whose answers carry no words. */
    NOTHING;

    /** Of the TCP test. */
    public static Word of(Outcome<Timing> outcome) {
        if (outcome instanceof Outcome.Late<Timing> late && late.peerStops()) {
            return STOPS; // that it stays can be old by now
        }
        return outcome.timing().map(it -> it.peerStops() ? STOPS : STAYS).orElse(NOTHING);
    }
}
