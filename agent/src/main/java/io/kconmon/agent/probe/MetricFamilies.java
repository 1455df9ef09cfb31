package io.kconmon.agent.probe;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
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
    private final Map<String, Family<HistogramDataPointSnapshot>> histograms = new LinkedHashMap<>();
    private int series;
    private int limit = Integer.MAX_VALUE;

    public MetricFamilies(String prefix) {
        this(prefix, 0);
    }

    /**
     * Begins with a page that has series already.
     *
     * @param others
     *            how many
     */
    public MetricFamilies(String prefix, int others) {
        this.prefix = prefix;
        this.series = others;
    }

    /** The number of series on the page. */
    public int series() {
        return series;
    }

    /** Leaves out, from now on, whatever would make the page have more series than this. */
    public void limit(int most) {
        limit = most;
    }

    private boolean takes(int more) {
        if (series + more > limit) {
            return false;
        }
        series += more;
        return true;
    }

    public void gauge(String name, String help, Labels labels, double value) {
        if (!takes(1)) {
            return;
        }
        gauges.computeIfAbsent(name, key -> new Family<>(help, new ArrayList<>())).points
                .add(new GaugeDataPointSnapshot(value, labels, null));
    }

    /** The page adds {@code _total} to the name. */
    public void counter(String name, String help, Labels labels, long value) {
        if (!takes(1)) {
            return;
        }
        counters.computeIfAbsent(name, key -> new Family<>(help, new ArrayList<>())).points
                .add(new CounterDataPointSnapshot(value, labels, null, 0L));
    }

    /** Its series are the buckets, their sum and their count. */
    public void histogram(String name, String help, Labels labels, ClassicHistogramBuckets buckets, double sum) {
        if (!takes(buckets.size() + 2)) {
            return;
        }
        histograms.computeIfAbsent(name, key -> new Family<>(help, new ArrayList<>())).points
                .add(new HistogramDataPointSnapshot(buckets, sum, labels, Exemplars.EMPTY, 0L));
    }

    public MetricSnapshots build() {
        var snapshots = MetricSnapshots.builder();
        gauges.forEach((name, family) -> snapshots
                .metricSnapshot(new GaugeSnapshot(metadata(name, family), family.points)));
        counters.forEach((name, family) -> snapshots
                .metricSnapshot(new CounterSnapshot(metadata(name, family), family.points)));
        histograms.forEach((name, family) -> snapshots
                .metricSnapshot(new HistogramSnapshot(metadata(name, family), family.points)));
        return snapshots.build();
    }

    private MetricMetadata metadata(String name, Family<?> family) {
        return new MetricMetadata(prefix + "_" + name, family.help);
    }
}
