package io.kconmon.controller.verdict;

import io.kconmon.controller.report.PeerReport;
import io.kconmon.controller.report.Report;
import io.kconmon.controller.report.TcpReport;
import io.kconmon.controller.report.UdpReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;

/** A mesh whose agents report at times of their own, as a recording's lines; seeded. */
final class SimulatedMesh {

    static final double START = 1_764_150_000;
    private static final double BASELINE = 1e-5;
    private static final int PACKETS = 5;

    /** How a mesh is made. */
    record Shape(int nodes, int zones, int peers, double interval, boolean atOnce, TcpModel tcp) {
    }

    /** How often a TCP test fails when packets are lost. */
    enum TcpModel {
        /** When a packet of the handshake is lost, or one of the request three times. */
        KERNEL,
        /** When one of two packets is lost. */
        FRAGILE,
        /** When much is lost. */
        ROBUST
    }

    /** One agent's odd behaviour. */
    interface Oddity {
        /** Whether the agent's report of this time is sent at all, and how much later than it should: negative if not. */
        default double delay(int node, double at, Random random) {
            return 0;
        }

        /** The state of a node: 0 active, 1 paused, 2 gone. */
        default int state(int node, double at) {
            return 0;
        }

        /** The mean round trip without a fault; negative if it is always the same. */
        default double rttMicros(int node, int destination, double at, Random random) {
            return -1;
        }

        /** What this agent says of a destination instead of what was measured. */
        default Optional<PeerReport> says(int node, int destination, double at, Random random) {
            return Optional.empty();
        }
    }

    private final Shape shape;
    private final List<Fault> faults;
    private final Oddity oddity;
    private final Random random;
    private final List<String> names = new ArrayList<>();
    private final List<String> zones = new ArrayList<>();
    private final int[][] peers;
    private final double[] offsets;
    private final double[][] phases;
    private final PeerReport[] clean;

    SimulatedMesh(Shape shape, List<Fault> faults, Oddity oddity, long seed) {
        this.shape = shape;
        this.faults = faults;
        this.oddity = oddity;
        random = new Random(seed);
        int n = shape.nodes;
        peers = new int[n][];
        offsets = new double[n];
        phases = new double[n][];
        clean = new PeerReport[n];
        for (int i = 0; i < n; i++) {
            names.add(name(i));
            zones.add(zone(i, shape.zones));
            offsets[i] = random.nextDouble() * shape.interval;
            peers[i] = peers(i, n, shape.peers);
            phases[i] = random.doubles(n).toArray();
            clean[i] = new PeerReport(name(i),
                    Optional.of(new UdpReport(PACKETS, PACKETS, OptionalInt.of(0), OptionalInt.of(0),
                            OptionalLong.of(282), List.of())),
                    Optional.of(new TcpReport(1, 0, Map.of(), OptionalLong.empty())));
        }
    }

    static String name(int node) {
        return "node-" + (node + 1);
    }

    static String zone(int node, int zones) {
        return "zone-" + (char) ('a' + node % zones);
    }

    private static int[] peers(int node, int n, int count) {
        int[] peers = new int[Math.min(count, n - 1)];
        for (int i = 0; i < peers.length; i++) {
            peers[i] = (node + 1 + (count >= n - 1 ? i : i * (n - 1) / count)) % n;
        }
        return peers;
    }

    private record Due(double arrival, Report report) {
    }

    /** All of a recording's lines of so many seconds, in the order in which they arrive. */
    void run(double seconds, Consumer<ReplayJson.Line> out) {
        var queue = new PriorityQueue<Due>(Comparator.comparingDouble(Due::arrival));
        double[] next = new double[shape.nodes];
        var ticks = new PriorityQueue<Integer>(Comparator.comparingDouble((Integer it) -> next[it]));
        for (int i = 0; i < shape.nodes; i++) {
            next[i] = offsets[i];
            ticks.add(i);
        }
        List<RosterNode> said = List.of();
        while (true) {
            int node = ticks.poll();
            double at = next[node];
            if (at > seconds) {
                break;
            }
            List<RosterNode> roster = roster(at);
            if (!roster.equals(said)) {
                said = roster;
                out.accept(new ReplayJson.RosterLine(START + at, roster));
            }
            while (!queue.isEmpty() && queue.peek().arrival() <= at) {
                out.accept(new ReplayJson.ReportLine(queue.poll().report()));
            }
            double delay = oddity.delay(node, at, random);
            boolean there = faults.stream().noneMatch(it -> it.lasts(at) && (it.isDead(names.get(node))
                    || it.isStalled(names.get(node)))) && oddity.state(node, at) == 0;
            if (delay >= 0 && there) {
                queue.add(new Due(at + delay, report(node, at)));
            }
            next[node] = at + shape.interval + (random.nextDouble() - 0.5) * 0.02;
            ticks.add(node);
        }
    }

    private List<RosterNode> roster(double at) {
        var roster = new ArrayList<RosterNode>();
        for (int i = 0; i < shape.nodes; i++) {
            int state = oddity.state(i, at);
            if (state < 2) {
                roster.add(new RosterNode(names.get(i), zones.get(i), state == 1));
            }
        }
        return roster;
    }

    private Report report(int node, double at) {
        var results = new ArrayList<PeerReport>(peers[node].length);
        for (int peer : peers[node]) {
            if (oddity.state(peer, at) == 0) {
                Optional<PeerReport> said = oddity.says(node, peer, at, random);
                results.add(timed(node, peer, at, said.isPresent() ? said.get() : result(node, peer, at)));
            }
        }
        return new Report(START + at, names.get(node), shape.interval, results);
    }

    private PeerReport timed(int node, int peer, double at, PeerReport result) {
        double rtt = oddity.rttMicros(node, peer, at, random);
        if (rtt < 0 || result.udp().isEmpty() || result.udp().get().received() == 0) {
            return result;
        }
        double when = shape.atOnce ? at : at - shape.interval * (1 - phases[node][peer]);
        for (Fault fault : faults) {
            if (fault.lasts(when)) {
                rtt += fault.slows(names.get(node), zones.get(node), names.get(peer), zones.get(peer));
            }
        }
        UdpReport udp = result.udp().get();
        OptionalLong connect = OptionalLong.of(Math.round(rtt + 100));
        return new PeerReport(result.destination(),
                Optional.of(new UdpReport(udp.sent(), udp.received(), udp.forwardLost(), udp.backwardLost(),
                        OptionalLong.of(Math.round(rtt)), udp.flowLossPercent())),
                result.tcp().map(it -> new TcpReport(it.pass(), it.fail(), it.causes(),
                        it.pass() > 0 ? connect : OptionalLong.empty())));
    }

    private PeerReport result(int node, int peer, double at) {
        double when = shape.atOnce ? at : at - shape.interval * (1 - phases[node][peer]);
        double forward = BASELINE;
        double backward = BASELINE;
        boolean dead = false;
        boolean stalled = false;
        for (Fault fault : faults) {
            if (fault.lasts(when)) {
                dead |= fault.isDead(names.get(peer)) || fault.isDead(names.get(node));
                stalled |= fault.isStalled(names.get(peer));
                forward = 1 - (1 - forward)
                        * (1 - fault.loses(names.get(node), zones.get(node), names.get(peer), zones.get(peer)));
                backward = 1 - (1 - backward)
                        * (1 - fault.loses(names.get(peer), zones.get(peer), names.get(node), zones.get(node)));
            }
        }
        if (dead || stalled) {
            return new PeerReport(names.get(peer),
                    Optional.of(new UdpReport(PACKETS, 0, OptionalInt.empty(), OptionalInt.empty(),
                            OptionalLong.empty(), List.of())),
                    Optional.of(new TcpReport(0, 1, Map.of(stalled ? "stalled" : "connect-timeout", 1),
                            OptionalLong.empty())));
        }
        if (random.nextDouble() > 12 * (forward + backward)) {
            return clean[peer];
        }
        double least = 12 * (forward + backward);
        return lossy(peer, forward, backward, Math.min(1, least));
    }

    /** Given that something may be lost at all, which was drawn at {@code drawn} already. */
    private PeerReport lossy(int peer, double forward, double backward, double drawn) {
        // rejection keeps the rates right: what is drawn here is drawn again until it has a loss, or thinned
        double any = 1 - Math.pow((1 - forward) * (1 - backward), PACKETS) * (1 - tcp(forward, backward));
        if (drawn < 1 && random.nextDouble() > any / drawn) {
            return clean[peer];
        }
        while (true) {
            int there = 0;
            int back = 0;
            for (int i = 0; i < PACKETS; i++) {
                if (random.nextDouble() < forward) {
                    there++;
                } else if (random.nextDouble() < backward) {
                    back++;
                }
            }
            boolean fails = random.nextDouble() < tcp(forward, backward);
            if (there + back == 0 && !fails) {
                if (drawn < 1) {
                    continue;
                }
                return clean[peer];
            }
            boolean told = there + back < PACKETS;
            return new PeerReport(names.get(peer),
                    Optional.of(new UdpReport(PACKETS, PACKETS - there - back,
                            told ? OptionalInt.of(there) : OptionalInt.empty(),
                            told ? OptionalInt.of(back) : OptionalInt.empty(), OptionalLong.of(290), List.of())),
                    Optional.of(new TcpReport(fails ? 0 : 1, fails ? 1 : 0,
                            fails ? Map.of("connect-timeout", 1) : Map.of(), OptionalLong.empty())));
        }
    }

    private double tcp(double forward, double backward) {
        double either = 1 - (1 - forward) * (1 - backward);
        return switch (shape.tcp) {
            case KERNEL -> 1 - (1 - either) * (1 - Math.pow(either, 3));
            case FRAGILE -> 1 - Math.pow(1 - either, 2);
            case ROBUST -> Math.pow(either, 4);
        };
    }

    Map<String, Integer> ids() {
        var ids = new HashMap<String, Integer>();
        names.forEach(it -> ids.put(it, ids.size()));
        return ids;
    }
}
