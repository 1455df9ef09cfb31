package io.kconmon.controller.report;

import java.util.stream.DoubleStream;

/** The interval of a mesh. Its agents may have different ones while their settings change. */
public final class MeshInterval {

    private MeshInterval() {
    }

    /**
     * The median, so that one agent's report cannot stretch or shrink it for all; the lower one of two.
     *
     * @param intervals
     *            of the agents, in seconds
     * @param otherwise
     *            the result if there are none
     */
    public static double median(DoubleStream intervals, double otherwise) {
        double[] sorted = intervals.sorted().toArray();
        return sorted.length == 0 ? otherwise : sorted[(sorted.length - 1) / 2];
    }
}
