package io.kconmon.shared.metrics;

import io.helidon.metrics.api.Clock;
import io.helidon.metrics.api.Counter;
import io.helidon.metrics.api.DistributionStatisticsConfig;
import io.helidon.metrics.api.DistributionSummary;
import io.helidon.metrics.api.FunctionalCounter;
import io.helidon.metrics.api.Gauge;
import io.helidon.metrics.api.HistogramSnapshot;
import io.helidon.metrics.api.Meter;
import io.helidon.metrics.api.MeterRegistry;
import io.helidon.metrics.api.MetricsConfig;
import io.helidon.metrics.api.MetricsFactory;
import io.helidon.metrics.api.Tag;
import io.helidon.metrics.api.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Helidon Metrics over plain fields: counters, gauges and timers, and neither histograms, scopes nor settings. Helidon's
 * own provider is Micrometer, with which an agent loads 500 classes more.
 */
final class PlainMetrics implements MetricsFactory {

    static final Clock CLOCK = new Clock() {
        @Override
        public long wallTime() {
            return System.currentTimeMillis();
        }

        @Override
        public long monotonicTime() {
            return System.nanoTime();
        }
    };

    private final MeterRegistry registry = new PlainRegistry();

    @Override
    public void close() {
        registry.close();
    }

    @Override
    public MeterRegistry globalRegistry() {
        return registry;
    }

    @Override
    public MeterRegistry globalRegistry(MetricsConfig config) {
        return registry;
    }

    @Override
    public MeterRegistry globalRegistry(Consumer<Meter> added, Consumer<Meter> removed, boolean backfill) {
        if (backfill) {
            registry.meters().forEach(added);
        }
        return registry.onMeterAdded(added).onMeterRemoved(removed);
    }

    @Override
    public MetricsConfig metricsConfig() {
        return MetricsConfig.create();
    }

    @Override
    public <B extends MeterRegistry.Builder<B, M>, M extends MeterRegistry> B meterRegistryBuilder() {
        throw new UnsupportedOperationException("there is one registry");
    }

    @Override
    public MeterRegistry createMeterRegistry(MetricsConfig config) {
        return new PlainRegistry();
    }

    @Override
    public MeterRegistry createMeterRegistry(MetricsConfig config, Consumer<Meter> added, Consumer<Meter> removed) {
        return new PlainRegistry().onMeterAdded(added).onMeterRemoved(removed);
    }

    @Override
    public MeterRegistry createMeterRegistry(Clock clock, MetricsConfig config) {
        return createMeterRegistry(config);
    }

    @Override
    public MeterRegistry createMeterRegistry(Clock clock, MetricsConfig config, Consumer<Meter> added,
            Consumer<Meter> removed) {
        return createMeterRegistry(config, added, removed);
    }

    @Override
    public Clock clockSystem() {
        return CLOCK;
    }

    @Override
    public Counter.Builder counterBuilder(String name) {
        return new MeterDraft.OfCounter(name);
    }

    @Override
    public <T> FunctionalCounter.Builder<T> functionalCounterBuilder(String name, T state, Function<T, Long> count) {
        return new MeterDraft.OfAskedCounter<>(name, state, count);
    }

    @Override
    public DistributionStatisticsConfig.Builder distributionStatisticsConfigBuilder() {
        throw new UnsupportedOperationException("there are no histograms");
    }

    @Override
    public DistributionSummary.Builder distributionSummaryBuilder(String name,
            DistributionStatisticsConfig.Builder config) {
        throw new UnsupportedOperationException("there are no histograms");
    }

    @Override
    public <T> Gauge.Builder<Double> gaugeBuilder(String name, T state, ToDoubleFunction<T> value) {
        return new MeterDraft.OfGauge<>(name, () -> value.applyAsDouble(state));
    }

    @Override
    public <N extends Number> Gauge.Builder<N> gaugeBuilder(String name, Supplier<N> value) {
        return new MeterDraft.OfGauge<>(name, value);
    }

    @Override
    public Timer.Builder timerBuilder(String name) {
        return new MeterDraft.OfTimer(name);
    }

    @Override
    public Timer.Sample timerStart() {
        return timerStart(CLOCK);
    }

    @Override
    public Timer.Sample timerStart(MeterRegistry meters) {
        return timerStart(meters.clock());
    }

    @Override
    public Timer.Sample timerStart(Clock clock) {
        long begin = clock.monotonicTime();
        return timer -> {
            long took = clock.monotonicTime() - begin;
            timer.record(took, TimeUnit.NANOSECONDS);
            return took;
        };
    }

    @Override
    public Tag tagCreate(String key, String value) {
        return new PlainMeter.PlainTag(key, value);
    }

    @Override
    public HistogramSnapshot histogramSnapshotEmpty(long count, double total, double max) {
        throw new UnsupportedOperationException("there are no histograms");
    }
}
