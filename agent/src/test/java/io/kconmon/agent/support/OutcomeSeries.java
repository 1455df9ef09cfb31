package io.kconmon.agent.support;

import io.kconmon.agent.probe.MetricFamilies;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.Series;
import io.kconmon.agent.probe.dns.DnsResult;
import io.kconmon.agent.probe.dns.DnsSeries;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.List;

/** The DNS test's series, of outcomes alone. */
public record OutcomeSeries(DnsSeries series) implements Series<Outcome<Duration>> {

    public OutcomeSeries(String host) {
        this(new DnsSeries(host));
    }

    @Override
    public void record(Outcome<Duration> outcome) {
        series.record(new DnsResult(outcome, List.of(), List.of()));
    }

    @Override
    public void recordBug() {
        series.recordBug();
    }

    @Override
    public void clearGauges() {
        series.clearGauges();
    }

    @Override
    public void write(Labels ends, MetricFamilies families) {
        series.write(ends, families);
    }

    @Override
    public void writeRare(Labels ends, MetricFamilies families) {
        series.writeRare(ends, families);
    }
}
