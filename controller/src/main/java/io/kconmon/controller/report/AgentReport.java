package io.kconmon.controller.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/**
 * An agent's complete report on an interval.
 *
 * @param details
 *            of the report's peers, in their order
 * @param stopping
 *            whether the agent is shutting down
 * @param lagMicros
 *            how late its tests began on average, in microseconds
 * @param mostLagMicros
 *            and at most
 * @param localFailures
 *            tests that failed of its own
 */
public record AgentReport(Report report, List<PeerDetail> details, boolean stopping, long lagMicros,
        long mostLagMicros, int localFailures) {

    public AgentReport {
        details = List.copyOf(details);
    }

    /**
     * Fills in peers that were not tested in this interval from the last report, as a test may be due just after an
     * interval, and the fate of packets is known later.
     */
    public AgentReport filledBy(AgentReport last) {
        var byNode = new HashMap<String, PeerReport>();
        last.report.peers().forEach(it -> byNode.put(it.destination(), it));
        var peers = new ArrayList<PeerReport>(report.peers().size());
        for (int i = 0; i < report.peers().size(); i++) {
            PeerReport peer = report.peers().get(i);
            PeerReport before = byNode.get(peer.destination());
            peers.add(before == null || details.get(i).state() == PeerDetail.State.PAUSED
                    ? peer
                    : new PeerReport(peer.destination(), peer.udp().filter(it -> it.sent() > 0).or(before::udp),
                            peer.tcp().or(before::tcp)));
        }
        return new AgentReport(new Report(report.at(), report.source(), report.interval(), peers), details, stopping,
                lagMicros, mostLagMicros, localFailures);
    }
}
