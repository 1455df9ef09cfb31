package io.kconmon.agent.mesh;

import io.kconmon.agent.measure.Families;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.IpAddress;
import io.kconmon.shared.roster.Roster;
import io.prometheus.metrics.model.snapshots.Labels;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** All peers under test. A roster says who they are; a peer that leaves takes its series with it. */
public final class Mesh implements AutoCloseable {

    /** A node under test; the agent on it may change its address, or pause, and the node's counters go on. */
    private record Peer(Agent agent, Farewell farewell, List<Track<?, ?>> tracks) {
    }

    private final List<PeerTest<?, ?>> tests;
    private final int commonPort;
    private final LoopWatch watch;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Peer> peers = new TreeMap<>();
    private boolean closed;

    /**
     * Makes a mesh without peers.
     *
     * @param commonPort
     *            of agents that name none
     */
    public Mesh(List<PeerTest<?, ?>> tests, int commonPort, LoopWatch watch) {
        this(tests, commonPort, watch, System::nanoTime);
    }

    /** By another clock, in nanoseconds. */
    Mesh(List<PeerTest<?, ?>> tests, int commonPort, LoopWatch watch, LongSupplier clock) {
        this.tests = List.copyOf(tests);
        this.commonPort = commonPort;
        this.watch = watch;
        this.clock = clock;
    }

    /**
     * Tests whom the roster names and no one else from now on.
     *
     * @param self
     *            who is not tested: the agent's own node
     */
    public void update(Roster roster, String self) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            Map<String, Agent> wanted = roster.byNode();
            wanted.remove(self);
            for (Iterator<Peer> it = peers.values().iterator(); it.hasNext();) {
                Peer peer = it.next();
                Agent agent = wanted.get(peer.agent.nodeName());
                if (agent == null || !agent.zone().equals(peer.agent.zone())) {
                    peer.tracks.forEach(Track::stop);
                    it.remove();
                }
            }
            wanted.values().forEach(this::admit);
        } finally {
            lock.unlock();
        }
    }

    private void admit(Agent agent) {
        Peer before = peers.get(agent.nodeName());
        if (before != null && before.agent.equals(agent)) {
            return;
        }
        Peer peer = before != null ? new Peer(agent, before.farewell, before.tracks) : newcomer(agent);
        peers.put(agent.nodeName(), peer);
        peer.tracks.forEach(Track::stop);
        peer.farewell.forget(); // it is the controller's word that counts now
        for (Track<?, ?> track : peer.tracks) {
            if (agent.paused()) {
                track.pause();
            } else {
                track.start(address(agent));
            }
        }
    }

    private Peer newcomer(Agent agent) {
        var farewell = new Farewell(clock);
        var tracks = new ArrayList<Track<?, ?>>();
        tests.forEach(test -> tracks.add(new Track<>(test, agent.nodeName(), farewell, watch)));
        return new Peer(agent, farewell, tracks);
    }

    /** Where an agent is tested. */
    public InetSocketAddress address(Agent agent) {
        return new InetSocketAddress(IpAddress.of(agent.ip()),
                agent.port() == Agent.COMMON_PORT ? commonPort : agent.port());
    }

    /** The agents under test, those whose tests pause included, by node. */
    public List<Agent> agents() {
        lock.lock();
        try {
            return peers.values().stream().map(Peer::agent).toList();
        } finally {
            lock.unlock();
        }
    }

    /** Adds every peer's series. */
    public void write(String node, String zone, Families families) {
        for (Peer peer : snapshot()) {
            Labels ends = Labels.of("source", node, "destination", peer.agent.nodeName(), "source_zone", zone,
                    "destination_zone", peer.agent.zone());
            peer.tracks.forEach(track -> track.write(ends, families));
        }
    }

    private List<Peer> snapshot() {
        lock.lock();
        try {
            return List.copyOf(peers.values());
        } finally {
            lock.unlock();
        }
    }

    /** Ends all tests; those under way are cut short and are no results. What was measured stays to be read. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            peers.values().forEach(peer -> peer.tracks.forEach(Track::stop));
        } finally {
            lock.unlock();
        }
    }
}
