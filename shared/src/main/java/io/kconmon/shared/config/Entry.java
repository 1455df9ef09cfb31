package io.kconmon.shared.config;

/**
 * One value in a source of settings.
 *
 * @param key
 *            as it is written there
 * @param text
 *            the value; a list's elements are separated by commas
 * @param origin
 *            its place in words: the file and the line, or the environment variable
 */
record Entry(String key, Form form, String text, String origin) {

    /** How a value is written. */
    enum Form {
        TEXT, LIST,
        /** A key with nothing after it. */
        NOTHING
    }

    static Entry text(String key, String text, String origin) {
        return new Entry(key, Form.TEXT, text, origin);
    }
}
