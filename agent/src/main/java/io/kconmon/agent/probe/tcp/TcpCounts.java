package io.kconmon.agent.probe.tcp;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Counts;
import io.kconmon.agent.probe.MetricFamilies;
import io.kconmon.agent.probe.ResultCounts;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Optional;

/** What the TCP test counts: its results, and retransmissions. */
record TcpCounts(ResultCounts results, long retransmits) implements Counts<TcpResult> {

    static final TcpCounts NONE = new TcpCounts(ResultCounts.NONE, 0);

    @Override
    public TcpCounts plus(TcpResult result) {
        return new TcpCounts(results.plus(result.cause()), retransmits + result.retransmits());
    }

    @Override
    public TcpCounts plusBug() {
        return new TcpCounts(results.plus(Optional.of(Cause.LOCAL)), retransmits);
    }

    @Override
    public void write(String prefix, Labels ends, MetricFamilies families) {
        results.write(prefix, "tcp", ends, families);
    }

    @Override
    public void writeRare(String prefix, Labels ends, MetricFamilies families) {
        results.writeFailures(prefix, "tcp", ends, families);
        if (retransmits > 0) {
            families.counter(prefix + "tcp_retransmits",
                    "TCP segments that had to be sent again, SYNs included: losses that TCP hides", ends, retransmits);
        }
    }
}
