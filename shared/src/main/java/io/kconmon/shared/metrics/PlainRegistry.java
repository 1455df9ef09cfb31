package io.kconmon.shared.metrics;

import io.helidon.metrics.api.Clock;
import io.helidon.metrics.api.Meter;
import io.helidon.metrics.api.MeterRegistry;
import io.helidon.metrics.api.Tag;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Meters by their names and tags. */
final class PlainRegistry implements MeterRegistry {

    private final Map<String, Meter> meters = new ConcurrentHashMap<>();
    private final List<Consumer<Meter>> added = new CopyOnWriteArrayList<>();
    private final List<Consumer<Meter>> removed = new CopyOnWriteArrayList<>();

    private static String key(String name, Iterable<Tag> tags) {
        var sorted = new TreeMap<String, String>();
        tags.forEach(tag -> sorted.put(tag.key(), tag.value()));
        return name + sorted;
    }

    @Override
    @SuppressWarnings("unchecked") // a name and its tags are of one kind of meter
    public <B extends Meter.Builder<B, M>, M extends Meter> M getOrCreate(B builder) {
        var draft = (MeterDraft<B, M>) builder;
        return (M) meters.computeIfAbsent(key(draft.name(), draft.tagList()), absent -> {
            M meter = draft.make();
            added.forEach(it -> it.accept(meter));
            return meter;
        });
    }

    @Override
    public List<Meter> meters() {
        return new ArrayList<>(meters.values());
    }

    @Override
    public Collection<Meter> meters(Predicate<Meter> filter) {
        return meters.values().stream().filter(filter).toList();
    }

    @Override
    public Iterable<Meter> meters(Iterable<String> scopeSelection) {
        return meters();
    }

    @Override
    public Iterable<String> scopes() {
        return List.of();
    }

    @Override
    public void close() {
        meters.clear();
    }

    @Override
    public boolean isMeterEnabled(String name, Map<String, String> tags, Optional<String> scope) {
        return true;
    }

    @Override
    public Clock clock() {
        return PlainMetrics.CLOCK;
    }

    @Override
    public <M extends Meter> Optional<M> meter(Class<M> kind, String name, Iterable<Tag> tags) {
        return Optional.ofNullable(meters.get(key(name, tags))).filter(kind::isInstance).map(kind::cast);
    }

    @Override
    public Optional<Meter> remove(Meter meter) {
        return remove(meter.id());
    }

    @Override
    public Optional<Meter> remove(Meter.Id id) {
        return remove(id.name(), id.tags());
    }

    @Override
    public Optional<Meter> remove(Meter.Id id, String scope) {
        return remove(id);
    }

    @Override
    public Optional<Meter> remove(String name, Iterable<Tag> tags) {
        Optional<Meter> gone = Optional.ofNullable(meters.remove(key(name, tags)));
        gone.ifPresent(meter -> removed.forEach(it -> it.accept(meter)));
        return gone;
    }

    @Override
    public Optional<Meter> remove(String name, Iterable<Tag> tags, String scope) {
        return remove(name, tags);
    }

    @Override
    public boolean isDeleted(Meter meter) {
        return !meters.containsValue(meter);
    }

    @Override
    public MeterRegistry onMeterAdded(Consumer<Meter> listener) {
        added.add(listener);
        return this;
    }

    @Override
    public MeterRegistry onMeterRemoved(Consumer<Meter> listener) {
        removed.add(listener);
        return this;
    }

    @Override
    public <R> R unwrap(Class<? extends R> type) {
        return type.cast(this);
    }
}
