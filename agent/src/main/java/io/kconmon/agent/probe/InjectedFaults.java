package io.kconmon.agent.probe;

import java.net.InetAddress;

/** Faults that are made on purpose, in an agent that answers others; there are none outside of a demo and of tests. */
public interface InjectedFaults {

    /** Whether a request of this sender arrives. */
    boolean hears(InetAddress sender);

    /** Whether the answer to a request that has arrived reaches its sender. */
    default boolean isHeardBy(InetAddress sender) {
        return true;
    }
}
