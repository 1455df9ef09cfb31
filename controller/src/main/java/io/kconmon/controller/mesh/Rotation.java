package io.kconmon.controller.mesh;

import java.time.Duration;

/**
 * The part of a bounded mesh that changes with time: for a step a node tests one class of nodes beside its peers, and
 * the next class in the next step, so that each has tested every other after as many steps as there are classes. The
 * class of a node is by its name, so that one that comes or goes changes no other's. Steps are by the time of day, which
 * replicas have in common, and begin at another moment for each node.
 *
 * @param classes
 *            a power of two: it seldom changes with the number of nodes
 */
record Rotation(int classes) {

    /** Long enough for five rounds of tests. */
    static final Duration STEP = Duration.ofSeconds(30);

    /** @param most nodes that are in a class on average */
    static Rotation of(int nodes, int most) {
        int classes = 1;
        while (nodes > (long) classes * most) {
            classes *= 2;
        }
        return new Rotation(classes);
    }

    /** The class of a node, by other bits of its hash than those that decide its place on the ring. */
    int classOf(long hash) {
        return (int) hash & (classes - 1);
    }

    /** The step that a node is in. */
    static long step(long hash, long epochMillis) {
        long phase = Math.floorMod(hash >>> 16, STEP.toMillis());
        return Math.floorDiv(epochMillis + phase, STEP.toMillis());
    }

    /** The class that a node tests in a step. */
    int tested(long hash, long step) {
        return (int) Math.floorMod(classOf(hash) + step, (long) classes);
    }

    /** The time in which every node tests every other. */
    Duration cycle() {
        return STEP.multipliedBy(classes);
    }
}
