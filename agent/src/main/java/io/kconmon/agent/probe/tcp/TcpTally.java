package io.kconmon.agent.probe.tcp;

import io.kconmon.agent.probe.ResultTally;
import io.kconmon.agent.probe.Tally;
import io.kconmon.agent.probe.TallyText;

/**
 * The TCP test's part of the report: {@code passed[,connect]}, the mean connect time in microseconds; then {@code r} segments
 * sent again, {@code f} failed, and each cause by its label.
 */
final class TcpTally implements Tally<TcpResult> {

    private final ResultTally<TcpResult> results = new ResultTally<>();
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
        var text = new TallyText().number(results.passed());
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
