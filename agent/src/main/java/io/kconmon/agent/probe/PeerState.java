package io.kconmon.agent.probe;

/** What a peer says about itself in its answer to a test. */
public enum PeerState {
    /** It is shutting down and will soon answer no more. */
    STOPPING,
    /** It is up and does not intend to stop. */
    RUNNING,
    /** It has said nothing, because it has not answered or because the protocol carries no such notice. */
    UNKNOWN
}
