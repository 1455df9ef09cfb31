package io.kconmon.controller.verdict;

/** How much was tested, by hypothesis and part. */
final class Counts {

    private final Nodes nodes;
    private final Tally tally;
    private final Mesh mesh;

    /** Who tests whom. */
    interface Mesh {
        boolean tests(int source, int destination);

        int destinations(int source);

        /** Whether its agent has missed a report. */
        boolean isSilent(int node);
    }

    Counts(Nodes nodes, Tally tally, Mesh mesh) {
        this.nodes = nodes;
        this.tally = tally;
        this.mesh = mesh;
    }

    Nodes nodes() {
        return nodes;
    }

    double[] of(Hypothesis hypothesis) {
        return switch (hypothesis) {
            case Hypothesis.NodeFault(int node) -> tally.node(node);
            case Hypothesis.ZoneFault(int low, int high) -> tally.zones(low, high);
            case Hypothesis.MeshFault() -> tally.mesh();
            case Hypothesis.StrangeSource(int source) -> tally.source(source);
            case Hypothesis.StrangePair(int source, int destination) -> inside(edge(source, destination));
            case Hypothesis.PairFault(int low, int high) -> {
                double[] along = edge(low, high);
                double[] against = edge(high, low);
                for (int part = 0; part < along.length; part++) {
                    along[part] += against[part];
                }
                yield along;
            }
        };
    }

    /** Of what one source does with one destination: forward and back, as many packets. */
    double[] edge(int source, int destination) {
        if (!mesh.tests(source, destination)) {
            return new double[Part.COUNT];
        }
        double[] share = tally.share(source, mesh.destinations(source));
        share[Part.FORWARD.index()] /= 2;
        share[Part.BACKWARD.index()] = share[Part.FORWARD.index()];
        return share;
    }

    boolean tests(int source, int destination) {
        return mesh.tests(source, destination);
    }

    boolean isSilent(int node) {
        return mesh.isSilent(node);
    }

    private static double[] inside(double[] edge) {
        edge[Part.FORWARD.index()] += edge[Part.BACKWARD.index()];
        edge[Part.BACKWARD.index()] = 0;
        return edge;
    }
}
