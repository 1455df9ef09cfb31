package io.kconmon.controller.report;

import java.util.List;

/**
 * A report as its agent wrote it.
 *
 * @param source
 *            the node that was asked and has reported this
 * @param nodes
 *            the roster's nodes that its places refer to, in the order of their names
 * @param receivedAt
 *            in seconds since 1970-01-01
 */
public record ReportText(String source, List<String> nodes, double receivedAt, String body) {

    /** @throws IllegalArgumentException in one line, if it is not a report */
    public AgentReport read() {
        return new ReportReader(this).read();
    }
}
