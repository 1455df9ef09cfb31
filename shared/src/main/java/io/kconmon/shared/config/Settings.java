package io.kconmon.shared.config;

import static java.util.Objects.requireNonNull;

import io.helidon.config.spi.ConfigNode;
import io.helidon.config.spi.ConfigNode.ObjectNode;
import io.kconmon.shared.config.Layer.Form;
import io.kconmon.shared.config.Layer.Said;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The values of all settings that a program has, each with where it came from. Immutable. */
public final class Settings {

    private record Value(Object value, String text, String origin) {
    }

    private final Map<String, Value> values = new LinkedHashMap<>();

    /**
     * @param layers
     *            from the weakest to the strongest
     * @throws BadSettingException
     *             for the first key that is no setting, or value that is not allowed
     */
    Settings(Collection<Setting<?>> declared, List<Layer> layers) {
        Map<String, Setting<?>> known = new LinkedHashMap<>();
        var defaults = new LinkedHashMap<String, String>();
        var origins = new HashMap<String, String>();
        for (Setting<?> setting : declared) {
            known.put(Setting.canonical(setting.key()), setting);
            defaults.put(setting.key(), setting.fallback());
            origins.put(setting.key(), "default");
        }
        var strongestFirst = new ArrayDeque<ObjectNode>();
        strongestFirst.addFirst(tree(defaults));
        for (Layer layer : layers) {
            var texts = new LinkedHashMap<String, String>();
            var before = new HashMap<String, Said>();
            for (Said said : layer.said()) {
                Setting<?> setting = known.get(Setting.canonical(said.key()));
                if (setting == null) {
                    if (said.form() == Form.NOTHING && isGroup(said.key(), known.keySet())) {
                        continue;
                    }
                    throw unknown(said, declared);
                }
                Said other = before.put(setting.key(), said);
                if (other != null) {
                    throw new BadSettingException("%s: \"%s\" is set twice, as %s (%s) and as %s (%s); allowed: once"
                            .formatted(setting.key(), Setting.shorten(said.text()), other.key(), other.origin(),
                                    said.key(), said.origin()));
                }
                if (said.form() == Form.LIST && !setting.many()) {
                    throw setting.refuse("[" + said.text() + "]", said.origin());
                }
                // A key with nothing after it, as a template leaves it that has no value: as if it were not there.
                if (said.form() != Form.NOTHING) {
                    setting.read(said.text(), said.origin());
                    texts.put(setting.key(), said.text().strip());
                    origins.put(setting.key(), said.origin());
                }
            }
            strongestFirst.addFirst(tree(texts));
        }
        for (Setting<?> setting : declared) {
            String text = strongestFirst.stream().flatMap(it -> text(it, setting.key()).stream()).findFirst()
                    .orElse(setting.fallback());
            String origin = origins.getOrDefault(setting.key(), "default");
            values.put(setting.key(), new Value(setting.read(text, origin), text, origin));
        }
    }

    /**
     * A source as Helidon Config has it. Its Config over such trees converts, resolves, filters and watches, of which
     * nothing is wanted here, and brings 250 classes and a proxy that is made at each start.
     */
    private static ObjectNode tree(Map<String, String> texts) {
        var tree = ObjectNode.builder();
        texts.forEach(tree::addValue);
        return tree.build();
    }

    private static Optional<String> text(ObjectNode tree, String key) {
        ConfigNode node = tree;
        for (String name : key.split("\\.", -1)) {
            if (!(node instanceof ObjectNode group) || !group.containsKey(name)) {
                return Optional.empty();
            }
            node = requireNonNull(group.get(name));
        }
        return node.value();
    }

    /** For programs that are put together by hand: the given texts over the defaults. */
    public static Settings of(Collection<Setting<?>> declared, Map<String, String> texts) {
        return new Settings(declared, List.of(Layer.of(texts, "given")));
    }

    public <T> T get(Setting<T> setting) {
        @SuppressWarnings("unchecked") // the value was made by this setting's own parser
        T value = (T) value(setting).value();
        return value;
    }

    public String origin(Setting<?> setting) {
        return value(setting).origin();
    }

    /** For checks that no setting can make alone. */
    public BadSettingException refuse(Setting<?> setting, String allowed) {
        Value value = value(setting);
        return new BadSettingException("%s: \"%s\" is not allowed (%s); allowed: %s".formatted(setting.key(),
                Setting.shorten(value.text()), value.origin(), allowed));
    }

    /** Every setting as a line of YAML, with where its value came from. */
    public List<String> describe() {
        var lines = new ArrayList<String>();
        int width = values.entrySet().stream().mapToInt(it -> it.getKey().length() + it.getValue().text().length())
                .filter(it -> it < 60).max().orElse(0) + 4;
        values.forEach((key, value) -> {
            String text = key + ": " + yaml(value.text());
            lines.add(text + " ".repeat(Math.max(1, width - text.length())) + " # " + value.origin());
        });
        return lines;
    }

    private Value value(Setting<?> setting) {
        Value value = values.get(setting.key());
        if (value == null) {
            throw new IllegalArgumentException(setting.key() + " is not declared in this program");
        }
        return value;
    }

    private static String yaml(String text) {
        return text.matches("[\\w/][\\w./-]*") && !text.equalsIgnoreCase("null")
                ? text
                : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static boolean isGroup(String key, Set<String> known) {
        String group = Setting.canonical(key) + ".";
        return known.stream().anyMatch(it -> it.startsWith(group));
    }

    private static BadSettingException unknown(Said said, Collection<Setting<?>> declared) {
        String key = said.key();
        int dot = key.indexOf('.');
        List<Predicate<String>> nearest = List.of(it -> it.startsWith(key + "."),
                it -> dot >= 0 && it.startsWith(key.substring(0, dot + 1)),
                it -> dot >= 0 && it.equals(key.substring(0, dot)), it -> true);
        List<String> keys = declared.stream().map(Setting::key).toList();
        String allowed = nearest.stream().map(near -> keys.stream().filter(near).sorted().toList())
                .filter(it -> !it.isEmpty()).findFirst().map(it -> String.join(", ", it)).orElse("none");
        return new BadSettingException("%s: \"%s\" is no setting (%s); allowed: %s".formatted(Setting.shorten(key),
                Setting.shorten(said.text()), said.origin(), allowed));
    }
}
