package io.kconmon.shared.metrics;

import io.helidon.metrics.api.Counter;
import io.helidon.metrics.api.FunctionalCounter;
import io.helidon.metrics.api.Gauge;
import io.helidon.metrics.api.Meter;
import io.helidon.metrics.api.MeterRegistry;
import io.helidon.metrics.api.MetricsFactory;
import io.helidon.metrics.api.Tag;
import io.helidon.metrics.api.Timer;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.kconmon.shared.log.Log;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Helidon Metrics for the program itself: the JVM, its virtual threads, its HTTP requests. Their names on the page are
 * Helidon's own, in snake case, after {@code prefix_}.
 */
public final class ProgramMeters implements MultiCollector {

    private final String prefix;
    private final MetricsFactory factory = new PlainMetrics();
    private final MeterRegistry registry = factory.globalRegistry();

    public ProgramMeters(String prefix) {
        this.prefix = prefix;
        JvmMeters.register(factory, registry);
        counter("log.lines.dropped", "Log lines that were not written, because nobody read them in time", Log::dropped);
    }

    /** A gauge that is asked at each scrape. */
    public void gauge(String name, String help, Supplier<Number> value) {
        registry.getOrCreate(factory.gaugeBuilder(name, value).description(help));
    }

    /** Counts durations and adds them up. */
    public Consumer<Duration> timer(String name, String help) {
        Timer timer = registry.getOrCreate(factory.timerBuilder(name).description(help));
        return timer::record;
    }

    /** A counter that is asked at each scrape. */
    public void counter(String name, String help, Supplier<Long> count) {
        registry.getOrCreate(factory.functionalCounterBuilder(name, count, Supplier::get).description(help));
    }

    /** Counts and times every request by method and status; paths are not labels, because a client can make them up. */
    public Filter httpFilter() {
        return new HttpFilter();
    }

    /** Only GET and HEAD come as far as this. */
    private final class HttpFilter implements Filter {

        private final Map<String, Map<Integer, Timer>> timers = new ConcurrentHashMap<>();

        private Timer timer(String method, int status) {
            return timers.computeIfAbsent(method, absent -> new ConcurrentHashMap<>()).computeIfAbsent(status,
                    absent -> registry.getOrCreate(factory.timerBuilder("http.server.requests")
                            .description("HTTP requests served").addTag(factory.tagCreate("method", method))
                            .addTag(factory.tagCreate("status", String.valueOf(status)))));
        }

        @Override
        public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
            long begin = System.nanoTime();
            String method = request.prologue().method().text();
            try {
                chain.proceed();
            } finally {
                timer(method, response.status().code())
                        .record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
            }
        }
    }

    @Override
    public MetricSnapshots collect() {
        Map<String, List<Meter>> families = new TreeMap<>();
        for (Meter meter : registry.meters()) {
            families.computeIfAbsent(meter.id().name(), name -> new ArrayList<>()).add(meter);
        }
        var snapshots = MetricSnapshots.builder();
        families.values().forEach(family -> snapshots.metricSnapshot(snapshot(family)));
        return snapshots.build();
    }

    private MetricSnapshot snapshot(List<Meter> family) {
        Meter first = family.getFirst();
        String name = prefix + "_" + snakeCase(first);
        String help = first.description().orElse("");
        if (first instanceof Timer) {
            return new SummarySnapshot(new MetricMetadata(name + "_seconds", help),
                    family.stream().map(ProgramMeters::point).toList());
        }
        if (first instanceof Gauge<?>) {
            return new GaugeSnapshot(new MetricMetadata(name, help), family.stream()
                    .map(it -> new GaugeDataPointSnapshot(((Gauge<?>) it).value().doubleValue(), labels(it), null))
                    .toList());
        }
        return new CounterSnapshot(new MetricMetadata(name.replaceAll("_total$", ""), help), family.stream()
                .map(it -> new CounterDataPointSnapshot(count(it), labels(it), null, 0L)).toList());
    }

    private static SummaryDataPointSnapshot point(Meter meter) {
        var timer = (Timer) meter;
        return SummaryDataPointSnapshot.builder().labels(labels(meter)).count(timer.count())
                .sum(timer.totalTime(TimeUnit.SECONDS)).build();
    }

    private static long count(Meter meter) {
        return meter instanceof Counter counter ? counter.count() : ((FunctionalCounter) meter).count();
    }

    private static Labels labels(Meter meter) {
        var labels = Labels.builder();
        for (Tag tag : meter.id().tags()) {
            labels.label(tag.key(), tag.value());
        }
        return labels.build();
    }

    private static String snakeCase(Meter meter) {
        String name = meter.id().name().replaceAll("(?<=[a-z0-9])([A-Z])", "_$1").replace('.', '_')
                .toLowerCase(Locale.ROOT);
        String unit = meter.baseUnit().map(it -> "_" + it).orElse("");
        return name.endsWith(unit) ? name : name + unit;
    }
}
