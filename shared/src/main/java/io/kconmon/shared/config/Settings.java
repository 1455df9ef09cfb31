package io.kconmon.shared.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The values of all of a program's settings, each with its origin. Immutable. */
public final class Settings {

    record Value(Object value, String text, String origin) {
    }

    private final Map<String, Value> values;

    /**
     * @param sources
     *            from the weakest to the strongest
     * @throws BadSettingException
     *             for the first key that is unknown or set twice, or the first value that is not allowed
     */
    Settings(Collection<Setting<?>> declared, List<List<Entry>> sources) {
        var all = new SettingSources(declared);
        sources.forEach(all::add);
        values = all.values();
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
}
