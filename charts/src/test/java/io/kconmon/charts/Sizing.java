package io.kconmon.charts;

/** How many series there are, as docs/sizing.md counts them; other tests count them on real pages. */
final class Sizing {

    /** The values of {@code pair-metrics}. */
    enum Mode {
        ALL, WORST, NONE
    }

    /** An agent's own. */
    static final int OWN = 35;
    /** Of each pair: five gauges, four results, packets sent and lost. */
    static final int PAIR = 11;
    /** Of each name, with one name server: a gauge, two results, the server's two, a histogram. */
    static final int NAME = 3 + 2 + 14;
    /** Of each zone of destinations: four results, packets sent and lost, three histograms. */
    static final int ZONE = 6 + 3 * 14;

    private static final int NAMES = 2;
    private static final int ZONES = 3;
    private static final int WORST = 20;
    /** How many others test each node of a bounded mesh all the time, so an agent tests as many on average. */
    private static final int MESH_PEERS = 20;
    /** Unless every pair has series: peers of each zone, and those that fail over UDP and TCP. */
    private static final int COUNTED = 3;

    /** Seconds from one round of a pair's tests to the next, on average: it is 5.05 to 5.5. */
    private static final double ROUND = (5.05 + 5.5) / 2;
    /** Of a round, each way: five requests and the replies to the other's five. */
    private static final int PACKETS = 10;

    private Sizing() {
    }

    /** Of one agent in a full mesh. */
    static long agent(int nodes, Mode mode) {
        return agent(nodes, nodes - 1, mode);
    }

    /** With two names and three zones. Nodes are spread evenly; where a zone has one node, the agent has two. */
    private static long agent(int nodes, int peers, Mode mode) {
        int zones = nodes > ZONES ? ZONES : ZONES - 1;
        long rest = OWN + NAMES * NAME + zones * ZONE;
        return switch (mode) {
            case ALL -> rest + (long) PAIR * peers;
            case WORST -> rest + zones * COUNTED + (long) PAIR * Math.min(WORST, peers);
            case NONE -> rest + zones * COUNTED;
        };
    }

    static long agents(int nodes, Mode mode) {
        return nodes * agent(nodes, mode);
    }

    static int boundedPeers(int nodes) {
        return Math.min(MESH_PEERS, nodes - 1);
    }

    /** Of one agent in a bounded mesh, on average: peers that it tests only in turn have no series. */
    static long boundedAgent(int nodes, Mode mode) {
        return agent(nodes, boundedPeers(nodes), mode);
    }

    /** In a full mesh, of one node, each way. */
    static double packetsPerSecond(int nodes) {
        return PACKETS * connectionsPerSecond(nodes);
    }

    /** In a full mesh, of one node, each way. */
    static double connectionsPerSecond(int nodes) {
        return (nodes - 1) / ROUND;
    }
}
