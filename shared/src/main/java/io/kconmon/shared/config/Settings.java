package io.kconmon.shared.config;

import io.kconmon.shared.config.Entry.Form;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The values of all of a program's settings, each with its origin. Immutable. */
public final class Settings {

    private record Value(Object value, String text, String origin) {
    }

    private final Map<String, Value> values = new LinkedHashMap<>();

    /**
     * Each value is parsed once, and checked even where a stronger source has another.
     *
     * @param sources
     *            from the weakest to the strongest
     * @throws BadSettingException
     *             for the first unknown key, or the first value that is not allowed
     */
    Settings(Collection<Setting<?>> declared, List<List<Entry>> sources) {
        Map<String, Setting<?>> known = new HashMap<>();
        for (Setting<?> setting : declared) {
            known.put(Setting.canonical(setting.key()), setting);
            values.put(setting.key(), value(setting, setting.fallback(), "default"));
        }
        for (List<Entry> source : sources) {
            var before = new HashMap<String, Entry>();
            for (Entry entry : source) {
                Setting<?> setting = known.get(Setting.canonical(entry.key()));
                if (setting != null) {
                    checkOnce(setting, before.put(setting.key(), entry), entry);
                    set(setting, entry);
                } else if (entry.form() != Form.NOTHING || !isGroup(entry.key(), known.keySet())) {
                    throw unknown(entry, declared);
                }
            }
        }
    }

    private static void checkOnce(Setting<?> setting, @Nullable Entry first, Entry second) {
        if (first != null) {
            throw new BadSettingException("%s: \"%s\" is set twice, as %s (%s) and as %s (%s); allowed: once".formatted(
                    setting.key(), Setting.shorten(second.text()), first.key(), first.origin(), second.key(),
                    second.origin()));
        }
    }

    private void set(Setting<?> setting, Entry entry) {
        if (entry.form() == Form.LIST && !setting.many()) {
            throw setting.refuse("[" + entry.text() + "]", entry.origin());
        }
        // A key with nothing after it, as a template leaves it that has no value: as if it were not there.
        if (entry.form() != Form.NOTHING) {
            values.put(setting.key(), value(setting, entry.text().strip(), entry.origin()));
        }
    }

    private static Value value(Setting<?> setting, String text, String origin) {
        return new Value(setting.read(text, origin), text, origin);
    }

    /** For programs that are put together by hand: the given texts over the defaults. */
    public static Settings of(Collection<Setting<?>> declared, Map<String, String> texts) {
        return new Settings(declared, List.of(texts.entrySet().stream()
                .map(it -> Entry.text(it.getKey(), it.getValue(), "given")).toList()));
    }

    public <T> T get(Setting<T> setting) {
        @SuppressWarnings("unchecked") // the value was made by this setting's own parser
        T value = (T) value(setting).value();
        return value;
    }

    public String origin(Setting<?> setting) {
        return value(setting).origin();
    }

    /**
     * Makes a record of some of these settings.
     *
     * @throws BadSettingException
     *             if they do not go together, in one line that says where each was set
     */
    public <T> T read(Function<Settings, T> record) {
        try {
            return record.apply(this);
        } catch (ConflictingSettingsException e) {
            throw refuse(e.setting(), "%s (%s)".formatted(e.getMessage(), origin(e.other())));
        }
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

    private static BadSettingException unknown(Entry entry, Collection<Setting<?>> declared) {
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
