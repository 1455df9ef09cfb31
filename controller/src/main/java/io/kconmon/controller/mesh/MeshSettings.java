package io.kconmon.controller.mesh;

/**
 * How many agents test each other.
 *
 * @param peers
 *            in a bounded mesh: how many test each node
 * @param zonePairs
 *            in a bounded mesh: how many nodes of each zone test nodes of each zone
 * @param fullUpTo
 *            with {@link Mode#AUTO}: the most nodes in a full mesh
 */
public record MeshSettings(Mode mode, int peers, int zonePairs, int fullUpTo) {

    /** Whether every node tests every other. */
    public enum Mode {
        AUTO, FULL, BOUNDED
    }

    /** A full mesh, in which every node tests every other. */
    public static final MeshSettings FULL = new MeshSettings(Mode.FULL, 20, 10, 100);
}
