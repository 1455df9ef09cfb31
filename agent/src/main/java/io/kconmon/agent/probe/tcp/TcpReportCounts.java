package io.kconmon.agent.probe.tcp;

import io.kconmon.agent.probe.ResultReportCounts;
import io.kconmon.agent.probe.ReportCounts;
import io.kconmon.agent.probe.ReportField;

/**
 * The TCP test's part of the report: {@code passed[,connect]}, the mean connect time in microseconds; then {@code r} segments
 * sent again, {@code f} failed, and each cause by its label.
 */
final class TcpReportCounts implements ReportCounts<TcpResult> {

    private final ResultReportCounts<TcpResult> results = new ResultReportCounts<>();
    private long connectNanos;
    private int connects;
    private int retransmits;

    @Override
    public void add(TcpResult result) {
        results.add(result);
        retransmits += result.retransmits();
        result.outcome().success().flatMap(TcpTiming::connect).ifPresent(it -> {
            connectNanos += it.toNanos();
            connects++;
        });
    }

    @Override
    public String take() {
        if (results.isEmpty()) {
            return "";
        }
        var text = new ReportField().number(results.passed());
        if (connects > 0) {
            text.number(connectNanos / connects / 1000);
        }
        text.unlessZero("r", retransmits);
        results.takeFailures(text);
        connectNanos = 0;
        connects = 0;
        retransmits = 0;
        return text.toString();
    }
}
