package io.kconmon.controller;

import io.kconmon.shared.config.YamlText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.CollectionEndEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.reader.UnicodeReader;

/**
 * How much a roster file may hold, counted before anything is made of it: of a megabyte of {@code {}} entries a parser
 * makes hundreds.
 */
final class RosterFileLimits {

    /** Twice the memory that a parser takes for an agent with long names, measured. */
    private static final int BYTES_AN_AGENT = 16 * 1024;
    static final int MAX_AGENTS = Math.clamp(Runtime.getRuntime().maxMemory() / BYTES_AN_AGENT, 256, 20_000);
    /** An agent is a map of six fields; and a file may say more than its agents. */
    private static final int MAX_VALUES = 13 * MAX_AGENTS + 256;
    /** An alias may repeat all of a map. */
    private static final int MAX_KEYS = 64;
    /** Longer than any name; a number of a million digits would take minutes. */
    private static final int MAX_LENGTH = 1024;
    /** The parser's time grows with the square of the size of one token: a comment of a megabyte takes it a minute. */
    private static final int MAX_RUN_BYTES = 16 * 1024;
    /** {@link YamlText} refuses deeper nesting. */
    private static final int MAX_DEPTH = 16;

    private RosterFileLimits() {
    }

    /** The text that has been read so far. */
    private static final class Counter {

        private final int[] inCollection = new int[MAX_DEPTH + 1];
        private final boolean[] isMap = new boolean[MAX_DEPTH + 1];
        private int depth;
        private int collections;
        private int values;

        /** @return whether what follows matters */
        private boolean count(Event event) {
            if (event instanceof CollectionEndEvent) {
                depth--;
            } else if (event instanceof NodeEvent) {
                values++;
                inCollection[depth]++;
                if (isMap[depth] && inCollection[depth] > 2 * MAX_KEYS) {
                    throw new IllegalArgumentException("a map in it has more than %d keys".formatted(MAX_KEYS));
                }
                if (event instanceof ScalarEvent scalar && scalar.getValue().length() > MAX_LENGTH) {
                    throw new IllegalArgumentException(
                            "a value in it has more than %d characters".formatted(MAX_LENGTH));
                }
                if (values > MAX_VALUES) {
                    throw tooMany(MAX_VALUES + " names and values");
                }
            }
            return !(event instanceof CollectionStartEvent) || begin(event);
        }

        private boolean begin(Event event) {
            collections++;
            checkAgents(collections - 2); // the list of them, and the map that it may be in
            depth++;
            if (depth > MAX_DEPTH) {
                return false;
            }
            inCollection[depth] = 0;
            isMap[depth] = event instanceof MappingStartEvent;
            return true;
        }
    }

    /** @throws IllegalArgumentException in one line, if there is too much; invalid YAML is not detected here */
    static void check(byte[] content) {
        checkRuns(content);
        var counter = new Counter();
        try (var text = new UnicodeReader(new ByteArrayInputStream(content))) {
            for (Event event : new Yaml(YamlText.limits()).parse(text)) {
                if (!counter.count(event)) {
                    return;
                }
            }
        } catch (YAMLException e) {
            // reported by the parser of its content
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The unit of reading is a line, or the text between two commas if the file is a single line, as JSON may be. */
    private static void checkRuns(byte[] content) {
        boolean json = new String(content, 0, Math.min(content.length, MAX_LENGTH), StandardCharsets.UTF_8)
                .stripLeading().matches("(?s)[\\[{].*");
        boolean quoted = false;
        int run = 0;
        for (int i = 0; i < content.length; i++) {
            byte b = content[i];
            run = b == '\n' || b == '\r' || (json && !quoted && b == ',') ? 0 : run + 1;
            quoted ^= b == '"';
            json &= quoted || (b != '#' && b != '\'');
            i += quoted && b == '\\' ? 1 : 0;
            if (run > MAX_RUN_BYTES) {
                throw new IllegalArgumentException(
                        "more than %d bytes without a line's end or a comma are too many".formatted(MAX_RUN_BYTES));
            }
        }
    }

    static void checkAgents(int agents) {
        if (agents > MAX_AGENTS) {
            throw tooMany(MAX_AGENTS + " agents");
        }
    }

    private static IllegalArgumentException tooMany(String what) {
        return new IllegalArgumentException("more than %s are too many for a heap of %d MB".formatted(what,
                Runtime.getRuntime().maxMemory() >> 20));
    }
}
