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
 * Joins sources of settings, after checking each against the declared settings. Helidon's {@link Config} finds the
 * strongest source that has a value. A setting is a node with its text; a node below it holds its origin. Helidon's own
 * sources are not used, because they do not know hyphens in variables, lines or bounds of a file, and they read
 * {@code off} as {@code false}.
 */
final class SettingSources {

    private static final String ORIGIN = "origin";

    private final Collection<Setting<?>> declared;
    private final Map<String, Setting<?>> byKey = new HashMap<>();
    /** By {@link #keyAndOrigin}. A record as key would make the JVM generate its hash code at each start. */
    private final Map<String, Object> parsed = new HashMap<>();
    private final Deque<ConfigSource> strongestFirst = new ArrayDeque<>();

    SettingSources(Collection<Setting<?>> declared) {
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
        // A template without a value leaves a key with nothing after it. It counts as not set.
        if (entry.form() != Form.NOTHING) {
            String text = entry.text().strip();
            parsed.put(keyAndOrigin(setting, entry.origin()), setting.read(text, entry.origin()));
            nodes.addValue(setting.key(), text).addValue(setting.key() + "." + ORIGIN, entry.origin());
        }
    }

    /** The value of each setting, from the strongest source that has one. */
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

    /** Several settings may have the same origin. */
    private static String keyAndOrigin(Setting<?> setting, String origin) {
        return setting.key() + " " + origin;
    }

    /** Searches no jar for services, starts no thread, and takes a dollar sign literally. */
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
