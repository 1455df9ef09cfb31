package io.kconmon.agent.mesh;

import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.kernel.Ticks;
import io.kconmon.agent.probe.MetricFamilies;
import io.kconmon.agent.probe.PeerProtocol;
import io.kconmon.agent.probe.ReportIntervals;
import io.kconmon.agent.probe.Result;
import io.kconmon.agent.probe.tcp.ScriptedTcp;
import io.kconmon.agent.probe.udp.ScriptedUdp;
import io.kconmon.shared.metrics.MetricsHandler;
import io.kconmon.shared.roster.Agent;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** Peers whose results a test makes, without loops, so that there may be thousands; and the page of them. */
final class SyntheticPeers implements AutoCloseable {

    static final String NODE = "node-x";

    final AtomicLong now = new AtomicLong();
    final Set<Integer> failing = new HashSet<>();
    private final Sockets sockets = Sockets.open();
    private final LoopMonitor monitor = new LoopMonitor(lag -> {
    });
    private final ReportIntervals intervals = new ReportIntervals(now::get, 0, Duration.ofSeconds(5));
    private final List<ProtocolZones<?>> protocols = List.of(
            new ProtocolZones<>(ScriptedTcp.protocol("tcp", peer -> () -> fails(peer)
                    ? ScriptedTcp.Found.FAIL
                    : ScriptedTcp.Found.PASS)),
            new ProtocolZones<>(ScriptedUdp.protocol("udp", peer -> () -> fails(peer)
                    ? ScriptedUdp.Found.FAIL
                    : ScriptedUdp.Found.PASS)));
    private final Map<Integer, Mesh.Peer> peers = new TreeMap<>();
    private final MeshPage page;

    SyntheticPeers(PairMetrics settings) {
        page = new MeshPage(settings, new PairSelection(now::get), protocols);
    }

    private boolean fails(InetSocketAddress peer) {
        return failing.contains(peer.getPort());
    }

    void join(int number, String zone) {
        join(number, new Agent("pod-" + number, "node-" + number, "10.0.0.1", zone));
    }

    /** A peer that is tested for a while only. */
    void joinRotating(int number, String zone) {
        join(number, new Agent("pod-" + number, "node-" + number, "10.0.0.1", zone).withRotating(true));
    }

    private void join(int number, Agent agent) {
        var notice = new DrainNotice(now::get);
        List<PeerProbe<?>> probes = protocols.stream().<PeerProbe<?>>map(it -> probe(it, agent, notice)).toList();
        peers.put(number, new Mesh.Peer(agent, notice, probes));
    }

    private <R extends Result> PeerProbe<R> probe(ProtocolZones<R> zones, Agent agent, DrainNotice notice) {
        return new PeerProbe<>(zones.protocol(), agent.nodeName(), zones.of(agent.zone()), notice, sockets, monitor,
                intervals);
    }

    void leave(int number) {
        peers.remove(number);
    }

    Set<Integer> numbers() {
        return peers.keySet();
    }

    String zone(int number) {
        return peers.get(number).agent().zone();
    }

    /** A round of every protocol's tests of one peer. */
    void test(int number) {
        peers.get(number).probes().forEach(probe -> run(probe, number));
    }

    void testAll(int rounds) {
        for (int i = 0; i < rounds; i++) {
            now.addAndGet(Duration.ofSeconds(5).toNanos());
            peers.keySet().forEach(this::test);
        }
    }

    private static <R extends Result> void run(PeerProbe<R> probe, int number) {
        PeerProtocol<R> protocol = probe.protocol();
        try {
            probe.record(protocol.to(new InetSocketAddress("10.0.0.1", number), Ticks.of(protocol.interval())).run());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    MetricFamilies families(int others) {
        return families(NODE, others);
    }

    private MetricFamilies families(String node, int others) {
        var families = new MetricFamilies("kconmon", others);
        page.write(List.copyOf(peers.values()), node, "zone-0", families);
        return families;
    }

    /** The series, without HELP and TYPE. */
    List<String> series(int others) {
        return seriesOf(NODE, others);
    }

    /** Those that an agent on another node would have. */
    List<String> seriesOf(String node, int others) {
        return new MetricsHandler(List.of(families(node, others)::build)).text().lines()
                .filter(it -> !it.startsWith("#")).toList();
    }

    @Override
    public void close() {
        sockets.close();
    }
}
