package io.kconmon.agent.probe;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Optional;

/** What any protocol counts: the tests that passed, those that failed, and the causes. */
public record ResultTotals<R extends Result>(String protocol, ResultCounts counts) implements Counts<R> {

    public ResultTotals(String protocol) {
        this(protocol, ResultCounts.NONE);
    }

    @Override
    public ResultTotals<R> plus(R result) {
        return new ResultTotals<>(protocol, counts.plus(result.cause()));
    }

    @Override
    public ResultTotals<R> plusBug() {
        return new ResultTotals<>(protocol, counts.plus(Optional.of(Cause.LOCAL)));
    }

    @Override
    public void write(String prefix, Labels ends, MetricFamilies families) {
        counts.write(prefix, protocol, ends, families);
    }

    @Override
    public void writeRare(String prefix, Labels ends, MetricFamilies families) {
        counts.writeFailures(prefix, protocol, ends, families);
    }
}
