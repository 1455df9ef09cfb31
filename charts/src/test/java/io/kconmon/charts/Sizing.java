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
    /** Unless every pair has series: peers of each zone, and those that fail over UDP and TCP. */
    private static final int COUNTED = 3;

    private Sizing() {
    }

    /** Of one agent, with two names and three zones. Nodes are spread evenly; where a zone has one node, the agent has two. */
    static long agent(int nodes, Mode mode) {
        int zones = nodes > ZONES ? ZONES : ZONES - 1;
        long rest = OWN + NAMES * NAME + zones * ZONE;
        return switch (mode) {
            case ALL -> rest + (long) PAIR * (nodes - 1);
            case WORST -> rest + zones * COUNTED + (long) PAIR * Math.min(WORST, nodes - 1);
            case NONE -> rest + zones * COUNTED;
        };
    }

    static long agents(int nodes, Mode mode) {
        return nodes * agent(nodes, mode);
    }
}
