package io.kconmon.controller.verdict;

/** How much was tested, by hypothesis and part. */
final class HypothesisTotals {

    private final NodeIndex nodes;
    private final WindowTotals tally;
    private final Mesh mesh;

    /** Who tests whom. */
    interface Mesh {
        boolean tests(int source, int destination);

        int destinations(int source);

        /** Whether its agent has missed a report. */
        boolean isSilent(int node);
    }

    HypothesisTotals(NodeIndex nodes, WindowTotals tally, Mesh mesh) {
        this.nodes = nodes;
        this.tally = tally;
        this.mesh = mesh;
    }

    NodeIndex nodes() {
        return nodes;
    }

    double[] of(Hypothesis hypothesis) {
        return switch (hypothesis) {
            case Hypothesis.NodeFault(int node) -> tally.node(node);
            case Hypothesis.ZoneFault(int low, int high) -> tally.zones(low, high);
            case Hypothesis.MeshFault() -> tally.mesh();
            case Hypothesis.StrangeSource(int source) -> tally.source(source);
            case Hypothesis.StrangePair(int source, int destination) -> inside(edge(source, destination));
            case Hypothesis.FlowFault(int source, int destination) -> edge(source, destination);
            case Hypothesis.PairFault(int low, int high) -> {
                double[] along = edge(low, high);
                double[] against = edge(high, low);
                for (int lossKind = 0; lossKind < along.length; lossKind++) {
                    along[lossKind] += against[lossKind];
                }
                yield along;
            }
        };
    }

    /** The tests of one source and one destination: as many packets forward as back. */
    double[] edge(int source, int destination) {
        if (!mesh.tests(source, destination)) {
            return new double[LossKind.COUNT];
        }
        double[] share = tally.share(source, mesh.destinations(source));
        share[LossKind.FORWARD.index()] /= 2;
        share[LossKind.BACKWARD.index()] = share[LossKind.FORWARD.index()];
        return share;
    }

    boolean tests(int source, int destination) {
        return mesh.tests(source, destination);
    }

    boolean isSilent(int node) {
        return mesh.isSilent(node);
    }

    private static double[] inside(double[] edge) {
        edge[LossKind.FORWARD.index()] += edge[LossKind.BACKWARD.index()];
        edge[LossKind.BACKWARD.index()] = 0;
        return edge;
    }
}
