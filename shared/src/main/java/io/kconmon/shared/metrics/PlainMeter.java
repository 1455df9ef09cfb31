package io.kconmon.shared.metrics;

import io.helidon.metrics.api.Counter;
import io.helidon.metrics.api.FunctionalCounter;
import io.helidon.metrics.api.Gauge;
import io.helidon.metrics.api.HistogramSnapshot;
import io.helidon.metrics.api.Meter;
import io.helidon.metrics.api.Tag;
import io.helidon.metrics.api.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** A meter as a few plain fields. */
abstract sealed class PlainMeter implements Meter, Meter.Id {

    private final String name;
    private final List<Tag> tags;
    private final Optional<String> description;
    private final Optional<String> baseUnit;

    private PlainMeter(MeterDraft<?, ?> draft) {
        this.name = draft.name();
        this.tags = draft.tagList();
        this.description = draft.description();
        this.baseUnit = draft.baseUnit();
    }

    record PlainTag(String key, String value) implements Tag {
        @Override
        public <R> R unwrap(Class<? extends R> type) {
            return type.cast(this);
        }
    }

    @Override
    public final Id id() {
        return this;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final Iterable<Tag> tags() {
        return tags;
    }

    @Override
    public final Optional<String> description() {
        return description;
    }

    @Override
    public final Optional<String> baseUnit() {
        return baseUnit;
    }

    @Override
    public final Optional<String> scope() {
        return Optional.empty();
    }

    @Override
    public final <R> R unwrap(Class<? extends R> type) {
        return type.cast(this);
    }

    static final class PlainCounter extends PlainMeter implements Counter {

        private final AtomicLong count = new AtomicLong();

        PlainCounter(MeterDraft<?, ?> draft) {
            super(draft);
        }

        @Override
        public void increment() {
            count.incrementAndGet();
        }

        @Override
        public void increment(long amount) {
            count.addAndGet(amount);
        }

        @Override
        public long count() {
            return count.get();
        }

        @Override
        public Type type() {
            return Type.COUNTER;
        }
    }

    static final class AskedCounter extends PlainMeter implements FunctionalCounter {

        private final Supplier<Long> count;

        AskedCounter(MeterDraft<?, ?> draft, Supplier<Long> count) {
            super(draft);
            this.count = count;
        }

        @Override
        public long count() {
            return count.get();
        }

        @Override
        public Type type() {
            return Type.COUNTER;
        }
    }

    static final class AskedGauge<N extends Number> extends PlainMeter implements Gauge<N> {

        private final Supplier<N> value;

        AskedGauge(MeterDraft<?, ?> draft, Supplier<N> value) {
            super(draft);
            this.value = value;
        }

        @Override
        public N value() {
            return value.get();
        }

        @Override
        public Type type() {
            return Type.GAUGE;
        }
    }

    /** Without buckets or percentiles. */
    static final class PlainTimer extends PlainMeter implements Timer {

        private final LongAdder count = new LongAdder();
        private final LongAdder nanos = new LongAdder();
        private final LongAccumulator most = new LongAccumulator(Math::max, 0);

        PlainTimer(MeterDraft<?, ?> draft) {
            super(draft);
        }

        @Override
        public void record(long amount, TimeUnit unit) {
            count.increment();
            nanos.add(unit.toNanos(amount));
            most.accumulate(unit.toNanos(amount));
        }

        @Override
        public void record(Duration duration) {
            record(duration.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public <T> T record(Supplier<T> timed) {
            long begin = System.nanoTime();
            try {
                return timed.get();
            } finally {
                record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
            }
        }

        @Override
        public <T> T record(Callable<T> timed) throws Exception {
            long begin = System.nanoTime();
            try {
                return timed.call();
            } finally {
                record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
            }
        }

        @Override
        public void record(Runnable timed) {
            wrap(timed).run();
        }

        @Override
        public Runnable wrap(Runnable timed) {
            return () -> {
                long begin = System.nanoTime();
                try {
                    timed.run();
                } finally {
                    record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
                }
            };
        }

        @Override
        public <T> Callable<T> wrap(Callable<T> timed) {
            return () -> record(timed);
        }

        @Override
        public <T> Supplier<T> wrap(Supplier<T> timed) {
            return () -> record(timed);
        }

        @Override
        public long count() {
            return count.sum();
        }

        @Override
        public double totalTime(TimeUnit unit) {
            return in(unit, nanos.sum());
        }

        @Override
        public double mean(TimeUnit unit) {
            long times = count.sum();
            return times == 0 ? 0 : in(unit, nanos.sum()) / times;
        }

        @Override
        public double max(TimeUnit unit) {
            return in(unit, most.get());
        }

        private static double in(TimeUnit unit, long nanos) {
            return (double) nanos / unit.toNanos(1);
        }

        @Override
        public HistogramSnapshot snapshot() {
            throw new UnsupportedOperationException("there are no histograms");
        }

        @Override
        public Type type() {
            return Type.TIMER;
        }
    }
}
