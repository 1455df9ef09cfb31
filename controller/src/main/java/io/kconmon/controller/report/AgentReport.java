package io.kconmon.controller.report;

import java.util.List;

/**
 * All that an agent says of an interval.
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
}
