package io.kconmon.agent.probe;

/** The state that a peer reports in its answer to a test. */
public enum PeerState {
    /** It is shutting down and will soon answer no more. */
    STOPPING,
    /** It is up and does not intend to stop. */
    RUNNING,
    /** Unknown: the peer has not answered, or the protocol carries no such notice. */
    UNKNOWN
}
