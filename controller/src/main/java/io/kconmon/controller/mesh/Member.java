package io.kconmon.controller.mesh;

/** The part of a node that decides who tests it: its name and its zone. */
public record Member(String node, String zone) {

    /**
     * Evenly distributed over all values, and the same in every process: FNV-1a over the name's characters, then the
     * finalizer of MurmurHash3, since FNV alone leaves names that differ in their last digit next to each other.
     */
    static long hash(String node) {
        return hash(node, 0xcbf29ce484222325L);
    }

    /** The hash of a name and something else, which orders the same names differently for each of these. */
    static long hash(String node, long seed) {
        long hash = seed;
        for (int i = 0; i < node.length(); i++) {
            hash = (hash ^ node.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
        return hash ^ hash >>> 33;
    }
}
