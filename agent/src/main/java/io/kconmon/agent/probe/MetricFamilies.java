package io.kconmon.agent.probe;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gathers series into metric families, for one scrape. There is no registry of meters: 45,000 of them would cost 63 MB
 * of garbage a scrape, and removing a peer would take seconds.
 */
public final class MetricFamilies {

    private record Family<P>(String help, List<P> points) {
    }

    private final String prefix;
    private final Map<String, Family<GaugeDataPointSnapshot>> gauges = new LinkedHashMap<>();
    private final Map<String, Family<CounterDataPointSnapshot>> counters = new LinkedHashMap<>();

    public MetricFamilies(String prefix) {
        this.prefix = prefix;
    }

    public void gauge(String name, String help, Labels labels, double value) {
        gauges.computeIfAbsent(name, key -> new Family<>(help, new ArrayList<>())).points
                .add(new GaugeDataPointSnapshot(value, labels, null));
    }

    /** The page adds {@code _total} to the name. */
    public void counter(String name, String help, Labels labels, long value) {
        counters.computeIfAbsent(name, key -> new Family<>(help, new ArrayList<>())).points
                .add(new CounterDataPointSnapshot(value, labels, null, 0L));
    }

    public MetricSnapshots build() {
        var snapshots = MetricSnapshots.builder();
        gauges.forEach((name, family) -> snapshots
                .metricSnapshot(new GaugeSnapshot(metadata(name, family), family.points)));
        counters.forEach((name, family) -> snapshots
                .metricSnapshot(new CounterSnapshot(metadata(name, family), family.points)));
        return snapshots.build();
    }

    private MetricMetadata metadata(String name, Family<?> family) {
        return new MetricMetadata(prefix + "_" + name, family.help);
    }
}
