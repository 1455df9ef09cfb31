package io.kconmon.agent.mesh;

import io.kconmon.agent.mesh.PairSelection.Candidate;
import io.kconmon.agent.probe.MetricFamilies;
import io.kconmon.shared.roster.Agent;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The mesh's part of the page. Sums by zone come first, whole in any case. Unless every pair is written, what comes after
 * them has to fit into the page's limit: rare sums, histograms, pairs.
 */
final class MeshPage {

    /** How much room for series the histograms leave to pairs. */
    private static final int PAIRS_ROOM = 12 * PairSelection.PASSING_SERIES;

    /** The labels of this agent's series. */
    private record Ends(String node, String zone) {

        Labels toZone(String destination) {
            return Labels.of("source", node, "source_zone", zone, "destination_zone", destination);
        }

        Labels to(Agent agent) {
            return Labels.of("source", node, "destination", agent.nodeName(), "source_zone", zone, "destination_zone",
                    agent.zone());
        }
    }

    private final PairMetrics settings;
    private final PairSelection selection;
    private final List<ProtocolZones<?>> protocols;

    MeshPage(PairMetrics settings, PairSelection selection, List<ProtocolZones<?>> protocols) {
        this.settings = settings;
        this.selection = selection;
        this.protocols = List.copyOf(protocols);
    }

    /**
     * Peers that are tested for a while only are in a zone's sums and histograms, and in the reports. They have no series of
     * their own, since in the end these would be of all pairs. Nor are they counted, since alerts compare the count with the
     * series of peers that are tested all the time.
     */
    void write(List<Mesh.Peer> peers, String node, String zone, MetricFamilies families) {
        var ends = new Ends(node, zone);
        List<Mesh.Peer> lasting = peers.stream().filter(it -> !it.agent().rotating()).toList();
        for (ProtocolZones<?> protocol : protocols) {
            protocol.all().forEach((name, series) -> series.writeSums(ends.toZone(name), families));
        }
        if (!settings.isEvery()) {
            writePeers(lasting, ends, families);
            families.limit(PairMetrics.MOST_SERIES);
        }
        for (ProtocolZones<?> protocol : protocols) {
            protocol.all().forEach((name, series) -> series.writeRareSums(ends.toZone(name), families));
        }
        for (String name : histogramZones(node, zones(lasting), families)) {
            protocols.forEach(it -> it.of(name).writeHistograms(ends.toZone(name), families));
        }
        writePairs(lasting, ends, families);
    }

    private static List<String> zones(List<Mesh.Peer> peers) {
        var zones = new TreeSet<String>();
        peers.forEach(it -> zones.add(it.agent().zone()));
        return List.copyOf(zones);
    }

    /** What could be counted if every pair were there: how many peers a zone has that are tested, and how many fail. */
    private void writePeers(List<Mesh.Peer> peers, Ends ends, MetricFamilies families) {
        var counts = new TreeMap<String, int[]>();
        for (Mesh.Peer peer : peers) {
            int[] count = counts.computeIfAbsent(peer.agent().zone(), absent -> new int[1 + protocols.size()]);
            count[0] += peer.agent().paused() ? 0 : 1;
            for (int i = 0; i < protocols.size(); i++) { // a peer's probes are in their order
                count[1 + i] += peer.probes().get(i).quality().failing() ? 1 : 0;
            }
        }
        counts.forEach((zone, count) -> {
            Labels labels = ends.toZone(zone);
            families.gauge("zone_peers", "Agents in a zone that are tested all the time", labels, count[0]);
            for (int i = 0; i < protocols.size(); i++) {
                families.gauge("zone_failing_peers",
                        "Agents in a zone of whose packets or requests the network fails over 5 percent",
                        labels.add("test", protocols.get(i).protocol().name()), count[1 + i]);
            }
        });
    }

    /**
     * The zones whose histograms fit. Where not all do, each agent chooses others, by hash, so that all agents of a zone
     * together have all.
     */
    private List<String> histogramZones(String node, List<String> zones, MetricFamilies families) {
        int each = protocols.stream().mapToInt(it -> it.histogramSeries()).sum();
        if (settings.isEvery() || each == 0) {
            return zones;
        }
        int room = PairMetrics.MOST_SERIES - families.series()
                - (settings.mode() == PairMetrics.Mode.NONE ? 0 : PAIRS_ROOM);
        return zones.stream().sorted(Comparator.comparingInt((String it) -> hash(node, it)).thenComparing(it -> it))
                .limit(Math.max(0, room / each)).toList();
    }

    /** Highest random weight (Thaler and Ravishankar, 1998). */
    private static int hash(String node, String zone) {
        int hash = 31 * node.hashCode() + zone.hashCode();
        hash = (hash ^ hash >>> 16) * 0x85ebca6b; // MurmurHash3's last step
        hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
        return hash ^ hash >>> 16;
    }

    private void writePairs(List<Mesh.Peer> lasting, Ends ends, MetricFamilies families) {
        switch (settings.mode()) {
            case ALL -> lasting.forEach(it -> writePair(it, ends, families));
            case WORST -> writeWorst(lasting, ends, families);
            case NONE -> {
                // sums by zone are all there is
            }
        }
    }

    private void writeWorst(List<Mesh.Peer> peers, Ends ends, MetricFamilies families) {
        List<Candidate> candidates = peers.stream().map(MeshPage::candidate).toList();
        Map<String, Integer> chosen = selection.choose(candidates, settings.worst(),
                Math.max(0, PairMetrics.MOST_SERIES - families.series()));
        for (Mesh.Peer peer : peers) {
            Integer most = chosen.get(peer.agent().nodeName());
            if (most != null) {
                families.limit(Math.min(families.series() + most, PairMetrics.MOST_SERIES));
                writePair(peer, ends, families);
            }
        }
    }

    private static Candidate candidate(Mesh.Peer peer) {
        boolean trouble = false;
        double badness = 0;
        for (PeerProbe<?> probe : peer.probes()) {
            PeerQuality quality = probe.quality();
            trouble |= quality.isInTrouble();
            badness = Math.max(badness, quality.badness());
        }
        return new Candidate(peer.agent().nodeName(), trouble, badness);
    }

    private static void writePair(Mesh.Peer peer, Ends ends, MetricFamilies families) {
        Labels labels = ends.to(peer.agent());
        peer.probes().forEach(it -> it.write(labels, families));
        peer.probes().forEach(it -> it.writeRare(labels, families));
    }
}
