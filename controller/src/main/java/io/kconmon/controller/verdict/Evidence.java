package io.kconmon.controller.verdict;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The losses in one window between each reporter and its destinations, without losses that are explained already. */
final class Evidence {

    /** The share of packets that a healthy network loses. */
    static final double BASELINE = 1e-5;
    /** An explained edge that lost this much more than explained needs another explanation; log-likelihood ratio. */
    private static final double OUTLIER = 6;

    /** One reporter and one of its destinations. */
    static final class Edge {
        final int reporter;
        final int destination;
        final double[] lost = new double[LossKind.COUNT];
        /** ln(1 / the rate that is expected). */
        final double[] surprise = new double[LossKind.COUNT];
        /** Whether the reporter tells flows that lose packets from flows that do not. */
        boolean flowsDiffer;

        Edge(int reporter, int destination) {
            this.reporter = reporter;
            this.destination = destination;
        }

        Edge(Edge other) {
            this(other.reporter, other.destination);
            flowsDiffer = other.flowsDiffer;
            System.arraycopy(other.lost, 0, lost, 0, lost.length);
            System.arraycopy(other.surprise, 0, surprise, 0, surprise.length);
        }

        double all() {
            return lost[0] + lost[1] + lost[2] + lost[3];
        }
    }

    private final List<Edge> edges;

    private Evidence(List<Edge> edges) {
        this.edges = edges;
    }

    static Evidence of(Iterable<Loss> losses, double[] baseline) {
        Map<Long, Edge> edges = new HashMap<>();
        for (Loss loss : losses) {
            Edge edge = edges.computeIfAbsent((long) loss.reporter() << 32 | loss.destination(),
                    it -> new Edge(loss.reporter(), loss.destination()));
            edge.flowsDiffer |= !loss.flows().isEmpty();
            for (LossKind lossKind : LossKind.ALL) {
                edge.lost[lossKind.index()] += loss.events(lossKind);
            }
        }
        for (Edge edge : edges.values()) {
            for (int lossKind = 0; lossKind < LossKind.COUNT; lossKind++) {
                edge.surprise[lossKind] = -Math.log(baseline[lossKind]);
            }
        }
        return new Evidence(new ArrayList<>(edges.values()));
    }

    Evidence copy() {
        var copies = new ArrayList<Edge>(edges.size());
        edges.forEach(it -> copies.add(new Edge(it)));
        return new Evidence(copies);
    }

    /** Each node's part. It shares its edges with this and with other parts, so what one explains is explained in all. */
    Map<Integer, Evidence> byNode() {
        Map<Integer, Evidence> parts = new HashMap<>();
        for (Edge edge : edges) {
            parts.computeIfAbsent(edge.reporter, it -> new Evidence(new ArrayList<>())).edges.add(edge);
            parts.computeIfAbsent(edge.destination, it -> new Evidence(new ArrayList<>())).edges.add(edge);
        }
        return parts;
    }

    /** Removes the edges that parts have explained. */
    void removeExplained() {
        edges.removeIf(it -> it.all() == 0);
    }

    List<Edge> edges() {
        return edges;
    }

    boolean isEmpty() {
        return edges.isEmpty();
    }

    /** Removes the losses that a fault of the estimated rate explains. */
    void explain(Finding fault, PacketDirection way, HypothesisTotals counts) {
        Hypothesis hypothesis = fault.hypothesis();
        double[] rates = fault.sums().rates(counts.of(hypothesis));
        var rest = new ArrayList<Edge>(edges.size());
        for (Edge edge : edges) {
            Hypothesis.Lie lie = hypothesis.lie(edge.reporter, edge.destination, counts.nodes());
            if (lie != Hypothesis.Lie.APART) {
                explain(edge, lie, way, rates, counts);
            }
            if (edge.all() > 0) {
                rest.add(edge);
            }
        }
        edges.clear();
        edges.addAll(rest);
    }

    private static void explain(Edge edge, Hypothesis.Lie lie, PacketDirection way, double[] rates,
            HypothesisTotals counts) {
        double[] tested = counts.edge(edge.reporter, edge.destination);
        for (LossKind lossKind : LossKind.ALL) {
            int i = lossKind.index();
            LossKind its = Hypothesis.lossKind(lossKind, lie);
            if (edge.lost[i] == 0 || !way.covers(its)) {
                continue;
            }
            double rate = Math.max(rates[its.index()], 1e-9);
            double expected = rate * tested[i];
            double lost = edge.lost[i];
            boolean outlier = lost >= 2 && lost > expected
                    && lost * Math.log(lost / expected) - lost + expected > OUTLIER;
            if (outlier) {
                edge.surprise[i] = Math.min(edge.surprise[i], -Math.log(rate));
            } else {
                edge.lost[i] = 0;
            }
        }
    }
}
