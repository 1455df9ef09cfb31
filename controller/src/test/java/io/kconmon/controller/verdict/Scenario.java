package io.kconmon.controller.verdict;

import io.kconmon.controller.report.PeerReport;
import io.kconmon.controller.report.TcpReport;
import io.kconmon.controller.report.UdpReport;
import io.kconmon.controller.verdict.SimulatedMesh.Oddity;
import io.kconmon.controller.verdict.SimulatedMesh.Shape;
import io.kconmon.controller.verdict.SimulatedMesh.TcpModel;
import io.kconmon.controller.verdict.Subject.Mesh;
import io.kconmon.controller.verdict.Subject.OneNode;
import io.kconmon.controller.verdict.Subject.TwoNodes;
import io.kconmon.controller.verdict.Subject.TwoZones;
import io.kconmon.controller.verdict.Verdict.Direction;
import io.kconmon.controller.verdict.Verdict.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;

/** What happens to a mesh in one simulated run. */
record Scenario(Shape shape, List<Fault> faults, Oddity oddity, double seconds) {

    /** Whole kinds of scenarios; each draws its particulars from the seed. */
    enum Type {
        DEAD, TO_1, FROM_1, FROM_5, BOTH_1, BOTH_1_SPARSE, BOTH_20, ZONES_10, ZONES_1, ZONES_01, ZONES_CUT, PAIR_50, PAIR_50_BOTH, PAIR_CUT, MESH_2, MESH_20, TWO_DEAD, DEAD_AND_ZONES, NODE_AND_PAIR, TWO_NODES, STALLED, QUIET, LATE, DRAIN, RESTARTS, STRANGE, STRANGE_ONE, BLIPS, BEGINNING, SLOW, SLOW_LITTLE, SLOW_START, SLOW_ZONES, SLOW_PAIR, SLOW_MESH, TWO_SLOW, SLOW_AND_LOSSY, JITTER, JITTER_DAY, JITTER_RESTARTS, JITTER_STRANGE, JITTER_BEGINNING, ZONES_01_BOTH, ZONES_1_BOTH, THREE_DEAD, RACK_DEAD, PAIRS_CUT, ZONES_85, FROM_80
    }

    private static final Oddity NONE = new Oddity() {
    };

    static Scenario of(Type type, int nodes, boolean sparse, long seed) {
        var random = new Random(seed * 31 + type.ordinal());
        int zones = nodes < 10 ? 3 : 3 + random.nextInt(2);
        var shape = new Shape(nodes, zones, sparse ? 21 : nodes - 1, 5, random.nextBoolean(),
                TcpModel.values()[random.nextInt(3)]);
        double from = 60 + random.nextDouble() * 20;
        double to = from + 100 + random.nextDouble() * 60;
        double seconds = to + 150;
        int a = random.nextInt(nodes);
        int b = (a + 1 + (sparse
                ? new int[]{0, 10, 20}[random.nextInt(3)] * (nodes - 1) / 21
                : random.nextInt(nodes - 1))) % nodes;
        String node = SimulatedMesh.name(a);
        String other = SimulatedMesh.name(b);
        String zone = SimulatedMesh.zone(a, zones);
        String otherZone = SimulatedMesh.zone(a + 1 + random.nextInt(zones - 1), zones);
        List<Fault> faults = switch (type) {
            case DEAD -> List.of(Fault.dead(node, from, to));
            case TO_1 -> List.of(node(node, Direction.TO, 0.01, from, to));
            case FROM_1 -> List.of(node(node, Direction.FROM, 0.01, from, to));
            case FROM_5 -> List.of(node(node, Direction.FROM, 0.05, from, to));
            case BOTH_1, BOTH_1_SPARSE -> List.of(node(node, Direction.BOTH, 0.01, from, to));
            case BOTH_20 -> List.of(node(node, Direction.BOTH, 0.2, from, to));
            case ZONES_10 -> List.of(zones(zone, otherZone, Direction.TO, 0.1, from, to));
            case ZONES_1 -> List.of(zones(zone, otherZone, Direction.TO, 0.01, from, to));
            case ZONES_01 -> List.of(zones(zone, otherZone, Direction.TO, 0.001, from, to));
            case ZONES_85 -> List.of(zones(zone, otherZone, Direction.TO, 0.85, from, to));
            case FROM_80 -> List.of(node(node, Direction.FROM, 0.8, from, to));
            case ZONES_CUT -> List.of(zones(zone, otherZone, Direction.BOTH, 1, from, to));
            case PAIR_50 -> List.of(pair(node, other, Direction.TO, 0.5, from, to));
            case PAIR_50_BOTH -> List.of(pair(node, other, Direction.BOTH, 0.5, from, to));
            case PAIR_CUT -> List.of(pair(node, other, Direction.BOTH, 1, from, to));
            case MESH_2 -> List.of(new Fault(Kind.MESH, new Mesh(), Direction.BOTH, 0.02, from, to));
            case MESH_20 -> List.of(new Fault(Kind.MESH, new Mesh(), Direction.BOTH, 0.2, from, to));
            case TWO_DEAD -> List.of(Fault.dead(node, from, to), Fault.dead(other, from, to));
            case THREE_DEAD -> dead(3, random, nodes, from, to);
            case RACK_DEAD -> dead(Math.min(12, nodes / 3), random, nodes, from, to);
            case PAIRS_CUT -> some(Math.min(4, nodes / 2), random, nodes / 2).map(it -> pair(SimulatedMesh.name(2 * it),
                    SimulatedMesh.name(2 * it + 1), Direction.BOTH, 1, from, to)).toList();
            case DEAD_AND_ZONES -> List.of(Fault.dead(node, from, to),
                    zones(zone, otherZone, Direction.TO, 0.01, from + random.nextInt(2) * 30, to));
            case NODE_AND_PAIR -> List.of(node(node, Direction.FROM, 0.05, from, to), pair(
                    SimulatedMesh.name((a + 1) % nodes), SimulatedMesh.name((a + 2) % nodes), Direction.TO, 0.5, from,
                    to));
            case TWO_NODES -> List.of(node(node, Direction.FROM, 0.05, from, to),
                    node(other, Direction.TO, 0.05, from, to));
            case STALLED -> List.of(new Fault(Kind.AGENT, new OneNode(node), Direction.TO, 1, from, to));
            case ZONES_01_BOTH -> List.of(zones(zone, otherZone, Direction.BOTH, 0.001, from, to));
            case ZONES_1_BOTH -> List.of(zones(zone, otherZone, Direction.BOTH, 0.01, from, to));
            case SLOW -> List.of(slow(Kind.NODE, new OneNode(node), 80_000, from, to));
            case SLOW_LITTLE -> List.of(slow(Kind.NODE, new OneNode(node), 4_000, from, to));
            case SLOW_START -> List.of(slow(Kind.NODE, new OneNode(node), 80_000, 0, to));
            case SLOW_ZONES -> List.of(slow(Kind.ZONES, new TwoZones(zone, otherZone), 100_000, from, to));
            case SLOW_PAIR -> List.of(slow(Kind.PAIR, new TwoNodes(node, other), 100_000, from, to));
            case SLOW_MESH -> List.of(slow(Kind.MESH, new Mesh(), 100_000, from, to));
            case TWO_SLOW -> List.of(slow(Kind.NODE, new OneNode(node), 80_000, from, to),
                    slow(Kind.NODE, new OneNode(other), 10_000, from + 20, to));
            case SLOW_AND_LOSSY -> List.of(slow(Kind.NODE, new OneNode(node), 80_000, from, to),
                    node(other, Direction.TO, 0.05, from, to));
            default -> List.of();
        };
        return new Scenario(shape, faults, oddity(type, a, b, from, zones, seed),
                type == Type.QUIET || type == Type.JITTER || type == Type.JITTER_DAY
                        ? 3600
                        : type == Type.RESTARTS || type == Type.JITTER_RESTARTS
                                ? 100 + 30 * Math.min(nodes, 20)
                                : seconds);
    }

    /** Of any zones, at once. */
    private static List<Fault> dead(int count, Random random, int nodes, double from, double to) {
        return some(count, random, nodes).map(it -> Fault.dead(SimulatedMesh.name(it), from, to)).toList();
    }

    private static Stream<Integer> some(int count, Random random, int nodes) {
        return random.ints(0, nodes).distinct().limit(count).boxed();
    }

    private static Fault slow(Kind kind, Subject subject, double micros, double from, double to) {
        return new Fault(kind, subject, Direction.BOTH, 0, micros, from, to);
    }

    private static Fault node(String node, Direction direction, double loss, double from, double to) {
        return new Fault(Kind.NODE, new OneNode(node), direction, loss, from, to);
    }

    private static Fault pair(String one, String other, Direction direction, double loss, double from, double to) {
        return new Fault(Kind.PAIR, new TwoNodes(one, other), direction, loss, from, to);
    }

    private static Fault zones(String one, String other, Direction direction, double loss, double from, double to) {
        return new Fault(Kind.ZONES, new TwoZones(one, other), direction, loss, from, to);
    }

    private static Oddity oddity(Type type, int a, int b, double from, int zones, long seed) {
        return switch (type) {
            case SLOW, SLOW_LITTLE, SLOW_START, SLOW_ZONES, SLOW_PAIR, SLOW_MESH, TWO_SLOW, SLOW_AND_LOSSY, JITTER ->
                new Jitter(NONE, zones, seed);
            case JITTER_DAY -> new Jitter(NONE, zones, seed) {
                @Override
                public double rttMicros(int node, int destination, double at, Random random) {
                    // all ways between zones grow to twice as long and back, each quarter of an hour
                    return super.rttMicros(node, destination, at, random)
                            * (node % zones == destination % zones ? 1 : 1.5 - 0.5 * Math.cos(at / 900 * 2 * Math.PI));
                }
            };
            case JITTER_RESTARTS -> new Jitter(restarts(), zones, seed) {
                @Override
                public double rttMicros(int node, int destination, double at, Random random) {
                    // slow at first
                    double since = Math.min(Math.abs(at - 85 - 30 * node), Math.abs(at - 85 - 30 * destination));
                    return super.rttMicros(node, destination, at, random) + (since < 5 ? 20_000 : 0);
                }
            };
            case JITTER_STRANGE -> new Jitter(NONE, zones, seed) {
                @Override
                public double rttMicros(int node, int destination, double at, Random random) {
                    return super.rttMicros(node, destination, at, random) + (node == a && at > from ? 50_000 : 0);
                }
            };
            case JITTER_BEGINNING -> new Jitter(oddity(Type.BEGINNING, a, b, from, zones, seed), zones, seed);
            case LATE -> new Oddity() {
                @Override
                public double delay(int node, double at, Random random) {
                    double chance = random.nextDouble();
                    return chance < 0.1 ? -1 : chance < 0.3 ? random.nextDouble() * 12 : node == a ? 20 : 0;
                }
            };
            case DRAIN -> new Oddity() {
                @Override
                public int state(int node, double at) {
                    return node != a || at < from ? 0 : at < from + 40 ? 1 : at < from + 80 ? 2 : 0;
                }
            };
            case RESTARTS -> restarts();
            case STRANGE -> strange(a, -1, from, new Random(seed).nextInt(4));
            case STRANGE_ONE -> strange(a, b, from, new Random(seed).nextInt(4));
            case BLIPS -> new Oddity() {
                @Override
                public Optional<PeerReport> says(int node, int destination, double at, Random random) {
                    return (node == a && destination == b || node == b && destination == a)
                            && at > from && at < from + 6
                                    ? Optional.of(lost(destination, random, 2))
                                    : Optional.empty();
                }
            };
            case BEGINNING -> new Oddity() {
                @Override
                public double delay(int node, double at, Random random) {
                    return at < node % 7 * 10 ? -1 : 0;
                }
            };
            default -> NONE;
        };
    }

    /** Every half minute another: fails for a moment, is paused, comes back. */
    private static Oddity restarts() {
        return new Oddity() {
            private double since(int node, double at) {
                return at - 60 - 30 * node;
            }

            @Override
            public int state(int node, double at) {
                double since = since(node, at);
                return since > 4 && since < 25 ? node % 2 + 1 : 0;
            }

            @Override
            public double delay(int node, double at, Random random) {
                double since = since(node, at);
                return since > 0 && since < 30 ? -1 : 0;
            }

            @Override
            public Optional<PeerReport> says(int node, int destination, double at, Random random) {
                double since = since(destination, at);
                return since > 0 && since <= 4
                        ? Optional.of(lost(destination, random, destination % 3))
                        : Optional.empty();
            }
        };
    }

    private static Oddity strange(int a, int only, double from, int how) {
        return new Oddity() {
            @Override
            public Optional<PeerReport> says(int node, int destination, double at, Random random) {
                boolean says = node == a && at > from && at < from + 120 && (only < 0 || destination == only)
                        && (how > 0 || random.nextDouble() < 0.3);
                return says ? Optional.of(lost(destination, random, how)) : Optional.empty();
            }
        };
    }

    private static PeerReport lost(int destination, Random random, int how) {
        boolean all = how != 1;
        int some = 1 + random.nextInt(3);
        List<String> causes = new ArrayList<>(List.of("timeout", "refused", "connect-timeout", "reset"));
        String cause = causes.get(how == 0 ? 1 : how == 2 ? 2 : random.nextInt(4));
        return new PeerReport(SimulatedMesh.name(destination),
                Optional.of(new UdpReport(5, all ? 0 : 5 - some, all ? OptionalInt.empty() : OptionalInt.of(some),
                        all ? OptionalInt.empty() : OptionalInt.of(0), OptionalLong.empty(), List.of())),
                Optional.of(new TcpReport(all ? 0 : 1, all ? 1 : 0, all ? Map.of(cause, 1) : Map.of(),
                        OptionalLong.empty())));
    }
}
