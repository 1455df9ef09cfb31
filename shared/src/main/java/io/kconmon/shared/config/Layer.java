package io.kconmon.shared.config;

import java.util.List;
import java.util.Map;

/** What one source says, in its order. */
record Layer(List<Said> said) {

    /** How a value is written. */
    enum Form {
        TEXT, LIST,
        /** A key with nothing after it. */
        NOTHING
    }

    /**
     * @param text
     *            elements are separated by commas if it is a list
     * @param origin
     *            where it is said, in words: the file and the line, the environment variable
     */
    record Said(String key, Form form, String text, String origin) {
    }

    static Layer of(Map<String, String> texts, String origin) {
        return new Layer(
                texts.entrySet().stream().map(it -> new Said(it.getKey(), Form.TEXT, it.getValue(), origin)).toList());
    }
}
