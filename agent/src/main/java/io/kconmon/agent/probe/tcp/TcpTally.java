package io.kconmon.agent.probe.tcp;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Tally;
import io.kconmon.agent.probe.TallyText;
import java.util.EnumMap;

/**
 * The TCP test's part of the report: {@code passed[,connect]}, the mean connect time in microseconds; then {@code f} failed,
 * {@code r} segments sent again, and each cause by its label.
 */
final class TcpTally implements Tally<TcpResult> {

    private final EnumMap<Cause, Integer> causes = new EnumMap<>(Cause.class);
    private int passed;
    private int failed;
    private int local;
    private long connectNanos;
    private int connects;
    private int retransmits;

    @Override
    public void add(TcpResult result) {
        retransmits += result.retransmits();
        if (result.cause().isPresent()) {
            Cause cause = result.cause().get();
            causes.merge(cause, 1, Integer::sum);
            if (cause == Cause.LOCAL) {
                local++;
            } else {
                failed++;
            }
            return;
        }
        passed++;
        result.outcome().success().flatMap(TcpTiming::connect).ifPresent(it -> {
            connectNanos += it.toNanos();
            connects++;
        });
    }

    @Override
    public String take() {
        if (passed + failed + local == 0) {
            return "";
        }
        var text = new TallyText().number(passed);
        if (connects > 0) {
            text.number(connectNanos / connects / 1000);
        }
        text.unlessZero("f", failed).unlessZero("r", retransmits);
        causes.forEach((cause, count) -> text.unlessZero(cause.label(), count));
        causes.clear();
        passed = 0;
        failed = 0;
        local = 0;
        connectNanos = 0;
        connects = 0;
        retransmits = 0;
        return text.toString();
    }
}
