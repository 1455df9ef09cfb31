package io.kconmon.controller.report;

/** Where reports go. */
public interface ReportSink {

    /**
     * Takes a report; many threads may call it.
     *
     * @param text
     *            that it was read from, which is the smallest form to keep it in
     */
    void accept(AgentReport report, ReportText text);
}
