package io.kconmon.shared.config;

import io.kconmon.shared.config.Entry.Form;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The values of a YAML file's anchors, as far as the file has been read. */
final class Anchors {

    private record Anchored(String key, List<Entry> entries) {
    }

    private final Map<String, Anchored> anchored = new HashMap<>();

    /** Remembers the entries that stand at or below a key, if they have an anchor. */
    void put(@Nullable String anchor, String key, List<Entry> entries) {
        if (anchor != null) {
            anchored.put(anchor, new Anchored(key, List.copyOf(entries)));
        }
    }

    /** The same entries at another key. */
    Optional<List<Entry>> get(String anchor, String key) {
        return Optional.ofNullable(anchored.get(anchor)).map(group -> group.entries().stream().map(
                it -> new Entry(key + it.key().substring(group.key().length()), it.form(), it.text(), it.origin()))
                .toList());
    }

    /** The text, if the anchor is that of a word. */
    Optional<String> text(String anchor) {
        return Optional.ofNullable(anchored.get(anchor)).map(Anchored::entries)
                .filter(it -> it.size() == 1 && it.getFirst().form() == Form.TEXT).map(it -> it.getFirst().text());
    }
}
