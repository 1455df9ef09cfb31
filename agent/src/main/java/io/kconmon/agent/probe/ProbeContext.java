package io.kconmon.agent.probe;

import io.kconmon.shared.metrics.ProgramMeters;
import io.kconmon.agent.kernel.Sockets;
import java.net.InetAddress;
import java.util.function.BooleanSupplier;

/**
 * The parts of the program that a protocol uses.
 *
 * @param sockets
 *            to test and to answer by
 * @param address
 *            to test from and to answer at; the wildcard address if none is set
 * @param ownAddress
 *            at which others know this agent
 * @param port
 *            to answer at, over TCP and UDP
 * @param meters
 *            for counters of the protocol that belong to no destination
 * @param stopping
 *            whether this agent is shutting down and goes on answering for a while
 * @param faults
 *            that are injected on purpose
 */
public record ProbeContext(Sockets sockets, InetAddress address, InetAddress ownAddress, int port,
        ProgramMeters meters, BooleanSupplier stopping,
        InjectedFaults faults) {
}
