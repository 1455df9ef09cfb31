package io.kconmon.shared.config;

import io.helidon.config.Config;
import io.helidon.config.ConfigSources;
import io.helidon.config.spi.ConfigNode.ObjectNode;
import io.helidon.config.spi.ConfigSource;
import io.kconmon.shared.config.Entry.Form;
import io.kconmon.shared.config.Settings.Value;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Sources of settings, each checked against what is declared. Helidon's {@link Config} finds the strongest that has a
 * value: a setting is a node with its text, and its origin is a node below it. Of Helidon's own sources none is used:
 * they know neither hyphens in a variable's key nor a file's lines and bounds, and take {@code off} for {@code false}.
 */
final class Layers {

    private static final String ORIGIN = "origin";

    private final Collection<Setting<?>> declared;
    private final Map<String, Setting<?>> byKey = new HashMap<>();
    /** By {@link #keyAndOrigin}. A record as a key would have the JVM make the code of its hash at each start. */
    private final Map<String, Object> parsed = new HashMap<>();
    private final Deque<ConfigSource> strongestFirst = new ArrayDeque<>();

    Layers(Collection<Setting<?>> declared) {
        this.declared = declared;
        declared.forEach(it -> byKey.put(Setting.canonical(it.key()), it));
    }

    /**
     * Adds a stronger source. Each value is parsed once, also where a stronger source has another.
     *
     * @throws BadSettingException
     *             for the first key that is unknown or set twice, or the first value that is not allowed
     */
    void add(List<Entry> source) {
        var before = new HashMap<String, Entry>();
        ObjectNode.Builder nodes = ObjectNode.builder();
        for (Entry entry : source) {
            Setting<?> setting = byKey.get(Setting.canonical(entry.key()));
            if (setting != null) {
                checkOnce(setting, before.put(setting.key(), entry), entry);
                set(setting, entry, nodes);
            } else if (entry.form() != Form.NOTHING || !isGroup(entry.key())) {
                throw unknown(entry);
            }
        }
        strongestFirst.addFirst(ConfigSources.create(nodes.build()));
    }

    private static void checkOnce(Setting<?> setting, @Nullable Entry first, Entry second) {
        if (first != null) {
            throw new BadSettingException("%s: \"%s\" is set twice, as %s (%s) and as %s (%s); allowed: once".formatted(
                    setting.key(), Setting.shorten(second.text()), first.key(), first.origin(), second.key(),
                    second.origin()));
        }
    }

    private void set(Setting<?> setting, Entry entry, ObjectNode.Builder nodes) {
        if (entry.form() == Form.LIST && !setting.many()) {
            throw setting.refuse("[" + entry.text() + "]", entry.origin());
        }
        // A key with nothing after it, as a template leaves it that has no value: as if it were not there.
        if (entry.form() != Form.NOTHING) {
            String text = entry.text().strip();
            parsed.put(keyAndOrigin(setting, entry.origin()), setting.read(text, entry.origin()));
            nodes.addValue(setting.key(), text).addValue(setting.key() + "." + ORIGIN, entry.origin());
        }
    }

    /** Of each setting the value of the strongest source that has one. */
    Map<String, Value> values() {
        var values = new LinkedHashMap<String, Value>();
        Config config = config();
        for (Setting<?> setting : declared) {
            Config node = config.get(setting.key());
            String text = node.asString().orElse(setting.fallback());
            String origin = node.get(ORIGIN).asString().orElse("default");
            Object value = parsed.computeIfAbsent(keyAndOrigin(setting, origin), it -> setting.read(text, origin));
            values.put(setting.key(), new Value(value, text, origin));
        }
        return values;
    }

    /** An origin alone may be that of several settings. */
    private static String keyAndOrigin(Setting<?> setting, String origin) {
        return setting.key() + " " + origin;
    }

    /** No service is searched for in the jars, no thread is made, and a dollar sign in a value is no reference. */
    private Config config() {
        Config.Builder builder = Config.builder().disableEnvironmentVariablesSource().disableSystemPropertiesSource()
                .disableMapperServices().disableParserServices().disableFilterServices().disableKeyResolving()
                .disableValueResolving().disableCaching().changesExecutor(Runnable::run);
        strongestFirst.forEach(builder::addSource);
        return builder.build();
    }

    private boolean isGroup(String key) {
        String group = Setting.canonical(key) + ".";
        return byKey.keySet().stream().anyMatch(it -> it.startsWith(group));
    }

    private BadSettingException unknown(Entry entry) {
        String key = entry.key();
        int dot = key.indexOf('.');
        List<Predicate<String>> nearest = List.of(it -> it.startsWith(key + "."),
                it -> dot >= 0 && it.startsWith(key.substring(0, dot + 1)),
                it -> dot >= 0 && it.equals(key.substring(0, dot)), it -> true);
        List<String> keys = declared.stream().map(Setting::key).toList();
        String allowed = nearest.stream().map(near -> keys.stream().filter(near).sorted().toList())
                .filter(it -> !it.isEmpty()).findFirst().map(it -> String.join(", ", it)).orElse("none");
        return new BadSettingException("%s: is no setting (%s); allowed: %s".formatted(Setting.shorten(key),
                entry.origin(), allowed));
    }
}
