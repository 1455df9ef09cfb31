package io.kconmon.agent.mesh;

import io.kconmon.agent.probe.Result;
import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.probe.MetricFamilies;
import io.kconmon.agent.probe.ReportIntervals;
import io.kconmon.agent.probe.PeerProtocol;
import io.kconmon.agent.probe.Protocol;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.net.IpAddress;
import io.kconmon.shared.roster.Roster;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** All peers under test. The roster names them; a peer that leaves takes its series with it. */
public final class Mesh implements AutoCloseable {

    /** A node under test; the agent on it may change its address, or pause, and the node's counters go on. */
    record Peer(Agent agent, DrainNotice notice, List<PeerProbe<?>> probes) {
    }

    /** Whether a peer is tested, its tests pause, or it has announced its stop. */
    public enum State {
        ACTIVE, PAUSED, DRAINING
    }

    /** One peer's part of the report, in parts of each protocol that tests peers. */
    public record PeerMeasured(String node, State state, List<String> parts) {
    }

    private final List<ProtocolZones<?>> protocols;
    private final int commonPort;
    private final Sockets sockets;
    private final LoopMonitor monitor;
    private final LongSupplier clock;
    private final ReportIntervals intervals;
    private final MeshPage page;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Peer> peers = new TreeMap<>();
    private boolean closed;

    /**
     * Makes a mesh without peers.
     *
     * @param protocols
     *            of which those are used that test peers
     * @param commonPort
     *            at which agents are tested that name no port of their own
     * @param pairMetrics
     *            which peers have series of their own
     */
    public Mesh(List<Protocol<?>> protocols, int commonPort, Sockets sockets, LoopMonitor monitor,
            PairMetrics pairMetrics) {
        this(protocols, commonPort, sockets, monitor, pairMetrics, System::nanoTime);
    }

    /** By another clock, in nanoseconds. */
    Mesh(List<Protocol<?>> protocols, int commonPort, Sockets sockets, LoopMonitor monitor, PairMetrics pairMetrics,
            LongSupplier clock) {
        this.protocols = peerProtocols(protocols);
        this.commonPort = commonPort;
        this.sockets = sockets;
        this.monitor = monitor;
        this.clock = clock;
        this.intervals = ReportIntervals.of(protocols, clock);
        this.page = new MeshPage(pairMetrics, new PairSelection(clock), this.protocols);
        monitor.reportBy(intervals);
    }

    /**
     * Tests the agents that the roster names, and no others, from now on.
     *
     * @param ownNode
     *            the agent's own node, which is not tested
     */
    public void update(Roster roster, String ownNode) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            Map<String, Agent> wanted = roster.byNode();
            wanted.remove(ownNode);
            for (Iterator<Peer> it = peers.values().iterator(); it.hasNext();) {
                Peer peer = it.next();
                Agent agent = wanted.get(peer.agent.nodeName());
                if (agent == null || !agent.zone().equals(peer.agent.zone())) {
                    peer.probes.forEach(PeerProbe::stop);
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
        if (before != null && before.agent.describesSame(agent)) {
            peers.put(agent.nodeName(), new Peer(agent, before.notice, before.probes)); // it may stay from now on
            return;
        }
        Peer peer = before != null ? new Peer(agent, before.notice, before.probes) : newcomer(agent);
        peers.put(agent.nodeName(), peer);
        peer.probes.forEach(PeerProbe::stop);
        peer.notice.withdraw(); // the roster is newer
        for (PeerProbe<?> probe : peer.probes) {
            if (agent.paused()) {
                probe.stopAndClearGauges();
            } else {
                probe.start(address(agent));
            }
        }
    }

    private Peer newcomer(Agent agent) {
        var notice = new DrainNotice(clock);
        var probes = new ArrayList<PeerProbe<?>>();
        protocols.forEach(it -> probes.add(probe(it, agent, notice)));
        return new Peer(agent, notice, probes);
    }

    private <R extends Result> PeerProbe<R> probe(ProtocolZones<R> zones, Agent agent, DrainNotice notice) {
        return new PeerProbe<>(zones.protocol(), agent.nodeName(), zones.of(agent.zone()), notice, sockets, monitor,
                intervals);
    }

    private static List<ProtocolZones<?>> peerProtocols(List<Protocol<?>> protocols) {
        var all = new ArrayList<ProtocolZones<?>>();
        for (Protocol<?> protocol : protocols) {
            if (protocol instanceof PeerProtocol<?> peers) {
                all.add(new ProtocolZones<>(peers));
            }
        }
        return all;
    }

    /** The address at which an agent is tested. */
    public InetSocketAddress address(Agent agent) {
        return new InetSocketAddress(IpAddress.of(agent.ip()),
                agent.port() == Agent.COMMON_PORT ? commonPort : agent.port());
    }

    /** The agents under test by node, including agents whose tests pause. */
    public List<Agent> agents() {
        lock.lock();
        try {
            return peers.values().stream().map(Peer::agent).toList();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds the sums of each zone, histograms, and the series of peers. It comes last: what it adds depends on how many
     * series there are already.
     */
    public void write(String node, String zone, MetricFamilies families) {
        page.write(snapshot(), node, zone, families);
    }

    /** What reports are of. */
    public ReportIntervals intervals() {
        return intervals;
    }

    /** The measurements of each peer in a closed interval, by node. */
    public List<PeerMeasured> measured(long interval) {
        return snapshot().stream().map(peer -> new PeerMeasured(peer.agent.nodeName(),
                peer.agent.paused() ? State.PAUSED : peer.notice.holds() ? State.DRAINING : State.ACTIVE,
                peer.probes.stream().map(it -> it.measured(interval)).toList())).toList();
    }

    /** The protocols that test peers, in the order of their parts. */
    public List<String> peerProtocols() {
        return protocols.stream().map(it -> it.protocol().name()).toList();
    }

    private List<Peer> snapshot() {
        lock.lock();
        try {
            return List.copyOf(peers.values());
        } finally {
            lock.unlock();
        }
    }

    /** Ends all tests. Tests under way are cut short and give no result. The measurements stay readable. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            peers.values().forEach(peer -> peer.probes.forEach(PeerProbe::stop));
        } finally {
            lock.unlock();
        }
    }
}
