package io.kconmon.agent.mesh;

import io.kconmon.agent.measure.Measurements;
import io.kconmon.agent.probe.Probe;
import io.kconmon.agent.probe.Result;
import java.net.InetSocketAddress;
import java.util.function.Function;

/**
 * A test that is run against every peer: one line in the program's list a protocol.
 *
 * @param name
 *            of the protocol, as in {@code /test/udp}
 * @param path
 *            what the probe is aimed at, made from a peer's address; closed when the peer leaves, if it can be
 * @param measurements
 *            where the results of a destination node go
 * @param word
 *            what the peer has said by a result about its staying
 */
public record PeerTest<T, R extends Result>(String name, Probe<T, R> probe, Function<InetSocketAddress, T> path,
        Function<String, Measurements<R>> measurements, Function<R, Word> word) {

    /** A test whose results carry no words. */
    public PeerTest(String name, Probe<T, R> probe, Function<InetSocketAddress, T> path,
            Function<String, Measurements<R>> measurements) {
        this(name, probe, path, measurements, result -> Word.NOTHING);
    }
}
