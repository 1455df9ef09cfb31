package io.kconmon.agent.mesh;

import io.kconmon.agent.probe.PeerProtocol;
import io.kconmon.agent.probe.Result;
import io.kconmon.agent.probe.ZoneSeries;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** A protocol that tests peers, and its sums of each zone, which stay when a zone has no peer any more. */
final class ProtocolZones<R extends Result> {

    private final PeerProtocol<R> protocol;
    private final int histogramSeries;
    private final SortedMap<String, ZoneSeries<R>> zones = new TreeMap<>();
    private final ReentrantLock lock = new ReentrantLock();

    ProtocolZones(PeerProtocol<R> protocol) {
        this.protocol = protocol;
        this.histogramSeries = protocol.zoneSeries().histogramSeries();
    }

    /** How many series the histograms of one zone have. */
    int histogramSeries() {
        return histogramSeries;
    }

    PeerProtocol<R> protocol() {
        return protocol;
    }

    /** The sums of a zone, which begin with its first peer. */
    ZoneSeries<R> of(String zone) {
        lock.lock();
        try {
            return zones.computeIfAbsent(zone, absent -> protocol.zoneSeries());
        } finally {
            lock.unlock();
        }
    }

    /** All zones that have had a peer. */
    SortedMap<String, ZoneSeries<R>> all() {
        lock.lock();
        try {
            return new TreeMap<>(zones);
        } finally {
            lock.unlock();
        }
    }
}
