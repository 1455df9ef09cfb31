package io.kconmon.agent.probe;

import java.net.InetAddress;

/** Faults that are injected on purpose into an agent's answers; only the demo and tests use them. */
public interface InjectedFaults {

    /** Whether a request of this sender arrives. */
    boolean hears(InetAddress sender);

    /** Whether the answer to a request that has arrived reaches its sender. */
    default boolean isHeardBy(InetAddress sender) {
        return true;
    }
}
