package io.kconmon.shared.metrics;

import io.helidon.metrics.api.Counter;
import io.helidon.metrics.api.FunctionalCounter;
import io.helidon.metrics.api.Gauge;
import io.helidon.metrics.api.Meter;
import io.helidon.metrics.api.Tag;
import io.helidon.metrics.api.Timer;
import io.kconmon.shared.metrics.PlainMeter.AskedCounter;
import io.kconmon.shared.metrics.PlainMeter.AskedGauge;
import io.kconmon.shared.metrics.PlainMeter.PlainCounter;
import io.kconmon.shared.metrics.PlainMeter.PlainTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The description of a meter before it exists. Helidon's scopes are not used here. */
abstract sealed class MeterDraft<B extends Meter.Builder<B, M>, M extends Meter> implements Meter.Builder<B, M> {

    private final String name;
    private final List<Tag> tags = new ArrayList<>();
    private Optional<String> description = Optional.empty();
    private Optional<String> baseUnit = Optional.empty();

    private MeterDraft(String name) {
        this.name = name;
    }

    abstract M make();

    @Override
    public B tags(Iterable<Tag> all) {
        tags.clear();
        all.forEach(tags::add);
        return identity();
    }

    @Override
    public B addTag(Tag tag) {
        tags.add(tag);
        return identity();
    }

    @Override
    public B description(String text) {
        description = Optional.of(text);
        return identity();
    }

    @Override
    public B baseUnit(String unit) {
        baseUnit = Optional.of(unit);
        return identity();
    }

    @Override
    public B scope(String scope) {
        return identity();
    }

    @Override
    public String name() {
        return name;
    }

    List<Tag> tagList() {
        return List.copyOf(tags);
    }

    @Override
    public Map<String, String> tags() {
        Map<String, String> all = new LinkedHashMap<>();
        tags.forEach(tag -> all.put(tag.key(), tag.value()));
        return all;
    }

    @Override
    public Optional<String> description() {
        return description;
    }

    @Override
    public Optional<String> baseUnit() {
        return baseUnit;
    }

    @Override
    public Optional<String> scope() {
        return Optional.empty();
    }

    @Override
    public <R> R unwrap(Class<? extends R> type) {
        return type.cast(this);
    }

    static final class OfCounter extends MeterDraft<Counter.Builder, Counter> implements Counter.Builder {

        OfCounter(String name) {
            super(name);
        }

        @Override
        Counter make() {
            return new PlainCounter(this);
        }
    }

    static final class OfAskedCounter<T> extends MeterDraft<FunctionalCounter.Builder<T>, FunctionalCounter>
            implements
                FunctionalCounter.Builder<T> {

        private final T state;
        private final Function<T, Long> count;

        OfAskedCounter(String name, T state, Function<T, Long> count) {
            super(name);
            this.state = state;
            this.count = count;
        }

        @Override
        FunctionalCounter make() {
            return new AskedCounter(this, () -> count.apply(state));
        }

        @Override
        public T stateObject() {
            return state;
        }

        @Override
        public Function<T, Long> fn() {
            return count;
        }
    }

    static final class OfGauge<N extends Number> extends MeterDraft<Gauge.Builder<N>, Gauge<N>>
            implements
                Gauge.Builder<N> {

        private final Supplier<N> value;

        OfGauge(String name, Supplier<N> value) {
            super(name);
            this.value = value;
        }

        @Override
        Gauge<N> make() {
            return new AskedGauge<>(this, value);
        }

        @Override
        public Supplier<N> supplier() {
            return value;
        }
    }

    /** Asked for percentiles or buckets it refuses. */
    static final class OfTimer extends MeterDraft<Timer.Builder, Timer> implements Timer.Builder {

        OfTimer(String name) {
            super(name);
        }

        @Override
        Timer make() {
            return new PlainTimer(this);
        }

        private static UnsupportedOperationException noHistogram() {
            return new UnsupportedOperationException("there are no histograms");
        }

        @Override
        public Timer.Builder percentiles(double... percentiles) {
            throw noHistogram();
        }

        @Override
        public Timer.Builder buckets(Duration... buckets) {
            throw noHistogram();
        }

        @Override
        public Timer.Builder minimumExpectedValue(Duration least) {
            return this;
        }

        @Override
        public Timer.Builder maximumExpectedValue(Duration most) {
            return this;
        }

        @Override
        public Timer.Builder publishPercentileHistogram(boolean value) {
            throw noHistogram();
        }

        @Override
        public Iterable<Double> percentiles() {
            return List.of();
        }

        @Override
        public Iterable<Duration> buckets() {
            return List.of();
        }

        @Override
        public Optional<Duration> minimumExpectedValue() {
            return Optional.empty();
        }

        @Override
        public Optional<Duration> maximumExpectedValue() {
            return Optional.empty();
        }

        @Override
        public Optional<Boolean> publishPercentileHistogram() {
            return Optional.empty();
        }
    }
}
