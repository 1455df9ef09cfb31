package io.kconmon.shared.config;

import io.kconmon.shared.config.Entry.Form;
import io.kconmon.shared.file.BoundedFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.Event.ID;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.reader.UnicodeReader;

/**
 * Settings in YAML, each with its line. Values are taken as they are written: YAML 1.1 would make {@code false} of
 * {@code off} and 8 of {@code 010}. The parser's events are counted as they come and no tree is made of them, so that a
 * file of any content costs one line and no memory.
 */
final class SettingsFile {

    /** The objects made while a file is read take some twenty times its size. */
    private static final int MAX_BYTES = (int) Math.min(1024 * 1024, Runtime.getRuntime().maxMemory() / 32);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** Groups are one level deep; the deepest level is refused as an unknown setting. */
    private static final int MAX_DEPTH = 8;
    private static final int MAX_ENTRIES = 1000;
    private static final String NO_WORD = "{…}";

    private final Path file;
    private final ParserImpl events;
    private final List<Entry> entries = new ArrayList<>();
    private final Anchors anchors = new Anchors();
    /** What aliases and nested keys make of a file is bounded as the file is. */
    private int bytesLeft = MAX_BYTES;

    private SettingsFile(Path file, StreamReader text) {
        this.file = file;
        this.events = new ParserImpl(text, new LoaderOptions());
    }

    /** @throws BadSettingException in one line, if the file cannot be read or is no YAML */
    static List<Entry> read(Path file) {
        try (var text = new UnicodeReader(new ByteArrayInputStream(content(file)))) {
            var settings = new SettingsFile(file, new StreamReader(text));
            settings.document();
            return settings.entries;
        } catch (YAMLException e) {
            throw new BadSettingException("%s: is not YAML: %s".formatted(file, YamlText.problem(e)));
        } catch (IOException | IllegalArgumentException e) { // for example of an invalid character
            throw new BadSettingException("%s: is not YAML: %s".formatted(file, e.getMessage()));
        }
    }

    private static byte[] content(Path file) {
        try {
            return BoundedFile.ofAnyKind(file, MAX_BYTES, PATIENCE).read();
        } catch (IOException e) {
            throw new BadSettingException(
                    "--config: \"%s\" cannot be read: %s; allowed: a YAML file".formatted(file, e.getMessage()));
        }
    }

    private void document() {
        events.getEvent();
        if (events.checkEvent(ID.StreamEnd)) {
            return;
        }
        events.getEvent();
        Event root = events.peekEvent();
        if (root instanceof MappingStartEvent) {
            node("", 0);
        } else if (root instanceof ScalarEvent value && isNothing(value)) {
            events.getEvent();
        } else {
            throw refuse("expected settings, each as KEY: VALUE, found "
                    + (root instanceof CollectionStartEvent ? "a list" : "a text"));
        }
        events.getEvent();
        if (events.peekEvent() instanceof DocumentStartEvent another) {
            throw refuse("expected one document, found another (line %d)".formatted(line(another)));
        }
    }

    private void node(String key, int depth) {
        Event event = events.getEvent();
        if (depth > MAX_DEPTH) {
            throw tooDeep(key, event);
        }
        int from = entries.size();
        switch (event) {
            case ScalarEvent value -> {
                add(key, isNothing(value) ? Form.NOTHING : Form.TEXT, value.getValue(), event);
                anchors.put(value.getAnchor(), key, entries.subList(from, entries.size()));
            }
            case MappingStartEvent group -> {
                group(key, depth, group);
                anchors.put(group.getAnchor(), key, entries.subList(from, entries.size()));
            }
            case CollectionStartEvent list -> {
                add(key, Form.LIST, list(key), event);
                anchors.put(list.getAnchor(), key, entries.subList(from, entries.size()));
            }
            case AliasEvent alias -> repeat(key, alias);
            default -> throw refuse("%s: cannot be read (line %d)".formatted(Setting.shorten(key), line(event)));
        }
    }

    private void group(String key, int depth, Event start) {
        if (events.checkEvent(ID.MappingEnd) && depth > 0) {
            add(key, Form.NOTHING, "", start);
        }
        while (!events.checkEvent(ID.MappingEnd)) {
            if (!(events.getEvent() instanceof ScalarEvent name)) {
                throw refuse("a key must be a word (line %d)".formatted(line(start)));
            }
            spend(key.length() + name.getValue().length());
            node(key.isEmpty() ? name.getValue() : key + "." + name.getValue(), depth + 1);
        }
        events.getEvent();
    }

    /** Elements that are not scalars are shown as such, and every setting refuses them. */
    private String list(String key) {
        var elements = new StringJoiner(",");
        int depth = 1;
        for (int count = 0; depth > 0; count++) {
            Event event = events.getEvent();
            if (count >= Setting.MAX_ELEMENTS && !event.is(ID.SequenceEnd)) {
                throw refuse("%s: has more than %d elements (line %d)".formatted(Setting.shorten(key),
                        Setting.MAX_ELEMENTS, line(event)));
            }
            boolean begins = event instanceof CollectionStartEvent;
            if (depth == 1 && (begins || event instanceof ScalarEvent || event instanceof AliasEvent)) {
                String element = element(event);
                spend(element.length());
                elements.add(element);
            }
            depth += begins ? 1 : event.is(ID.SequenceEnd) || event.is(ID.MappingEnd) ? -1 : 0;
            if (depth > MAX_DEPTH) {
                throw tooDeep(key, event);
            }
        }
        return elements.toString();
    }

    private String element(Event event) {
        if (event instanceof ScalarEvent value && !isNothing(value)) {
            anchors.put(value.getAnchor(), "", List.of(Entry.text("", value.getValue(), "")));
            return value.getValue();
        }
        return event instanceof AliasEvent alias
                ? anchors.text(alias.getAnchor()).orElse(NO_WORD)
                : NO_WORD;
    }

    private void repeat(String key, AliasEvent alias) {
        List<Entry> repeated = anchors.get(alias.getAnchor(), key)
                .orElseThrow(() -> refuse("there is no anchor %s (line %d)"
                        .formatted(Setting.shorten(alias.getAnchor()), line(alias))));
        repeated.forEach(it -> add(it.key(), it.form(), it.text(), alias));
    }

    private void add(String key, Form form, String text, Event event) {
        spend(key.length() + text.length());
        if (entries.size() == MAX_ENTRIES) {
            throw refuse("has more than %d values (line %d)".formatted(MAX_ENTRIES, line(event)));
        }
        entries.add(new Entry(key, form, text, "%s, line %d".formatted(file, line(event))));
    }

    private void spend(int characters) {
        bytesLeft -= characters;
        if (bytesLeft < 0) {
            throw refuse("is larger than %d bytes with its aliases and keys written out".formatted(MAX_BYTES));
        }
    }

    /** As YAML 1.1 has it: an empty value, a tilde or a null that is not quoted. */
    private static boolean isNothing(ScalarEvent value) {
        return value.getScalarStyle() == ScalarStyle.PLAIN && value.getTag() == null
                && value.getValue().matches("|~|null|Null|NULL");
    }

    private static int line(Event event) {
        return event.getStartMark().getLine() + 1;
    }

    private BadSettingException tooDeep(String key, Event event) {
        return refuse("%s: is nested too deep (line %d)".formatted(Setting.shorten(key), line(event)));
    }

    private BadSettingException refuse(String why) {
        return new BadSettingException("%s: %s".formatted(file, why));
    }
}
