package io.kconmon.controller.report;

import java.util.List;

/**
 * One agent's measurements in one closed interval.
 *
 * @param at
 *            the interval's end, in seconds since 1970-01-01
 * @param source
 *            the agent's node
 * @param interval
 *            the interval's length, in seconds
 */
public record Report(double at, String source, double interval, List<PeerReport> peers) {

    public Report {
        peers = List.copyOf(peers);
    }

    /** The same without what it has of the source itself, since no network is between a node and itself. */
    public Report withoutSelf() {
        return peers.stream().noneMatch(it -> it.destination().equals(source))
                ? this
                : new Report(at, source, interval,
                        peers.stream().filter(it -> !it.destination().equals(source)).toList());
    }
}
