package io.kconmon.controller.verdict;

import java.util.Set;

/**
 * Reads one line of JSON (RFC 8259) from its beginning to its end, without making a tree of it: a recording of an hour
 * holds millions of numbers. Unexpected input is an {@link IllegalArgumentException} of one line.
 */
final class JsonCursor {

    private static final int MAX_DEPTH = 64;

    private final String text;
    private int at;

    JsonCursor(String text) {
        this.text = text;
    }

    /** Reads a field's value; the name is given. */
    interface Field {
        void read(String name);
    }

    void object(String what, Field field) {
        expect('{', what, "an object");
        if (next('}')) {
            return;
        }
        do {
            String name = string("a field's name");
            expect(':', "\"" + name + "\"", "a colon after it");
            field.read(name);
        } while (next(','));
        expect('}', what, "a comma or its end");
    }

    void array(String what, Runnable element) {
        expect('[', what, "an array");
        if (next(']')) {
            return;
        }
        do {
            element.run();
        } while (next(','));
        expect(']', what, "a comma or its end");
    }

    String string(String what) {
        expect('"', what, "a string");
        int end = at;
        while (end < text.length() && text.charAt(end) != '"' && text.charAt(end) != '\\') {
            end++;
        }
        if (end < text.length() && text.charAt(end) == '"') {
            String plain = text.substring(at, end);
            at = end + 1;
            return checked(what, plain);
        }
        return escaped();
    }

    private static String checked(String what, String string) {
        for (int i = 0; i < string.length(); i++) {
            if (string.charAt(i) < ' ') {
                throw new IllegalArgumentException("not JSON: a control character in " + what);
            }
        }
        return string;
    }

    private String escaped() {
        var string = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return string.toString();
            }
            string.append(c == '\\' ? escape() : checked("a string", String.valueOf(c)).charAt(0));
        }
        throw unfinished();
    }

    private char escape() {
        char c = at < text.length() ? text.charAt(at++) : ' ';
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> {
                if (at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
                    throw new IllegalArgumentException("not JSON: \\u without four hexadecimal digits");
                }
                at += 4;
                yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
            }
            default -> throw new IllegalArgumentException("not JSON: \\" + c + " in a string");
        };
    }

    /** A whole number of 0 to 2 thousand million. */
    int count(String what) {
        double number = number(what);
        if (number < 0 || number > 2_000_000_000 || number != Math.rint(number)) {
            throw new IllegalArgumentException(
                    "%s: %s is not allowed; allowed: a whole number from 0 on".formatted(what, plain(number)));
        }
        return (int) number;
    }

    double number(String what) {
        skipSpace();
        int start = at;
        long digits = 0;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9' && at - start < 15) {
            digits = digits * 10 + text.charAt(at++) - '0';
        }
        boolean leadingZero = at - start > 1 && text.charAt(start) == '0';
        if (at > start && !leadingZero && (at == text.length() || "+-.eE0123456789".indexOf(text.charAt(at)) < 0)) {
            return digits;
        }
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0 && at - start < 40) {
            at++;
        }
        String number = text.substring(start, at);
        if (!number.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?")) {
            at = start;
            throw new IllegalArgumentException("%s: expected a number, found %s".formatted(what, found()));
        }
        return Double.parseDouble(number);
    }

    /** Whether the value is {@code null}, which is read then. */
    boolean isNull() {
        skipSpace();
        boolean isNull = text.startsWith("null", at);
        at += isNull ? 4 : 0;
        return isNull;
    }

    /** Whatever value comes next is of no interest. */
    void skip() {
        skip(0);
    }

    private void skip(int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("nested deeper than " + MAX_DEPTH);
        }
        skipSpace();
        switch (at < text.length() ? text.charAt(at) : ' ') {
            case '{' -> object("a value", name -> skip(depth + 1));
            case '[' -> array("a value", () -> skip(depth + 1));
            case '"' -> string("a value");
            default -> {
                for (String word : Set.of("null", "true", "false")) {
                    if (text.startsWith(word, at)) {
                        at += word.length();
                        return;
                    }
                }
                number("a value");
            }
        }
    }

    void end() {
        skipSpace();
        if (at < text.length()) {
            throw new IllegalArgumentException("not JSON: there is more after its end");
        }
    }

    private boolean next(char c) {
        skipSpace();
        boolean found = at < text.length() && text.charAt(at) == c;
        at += found ? 1 : 0;
        return found;
    }

    private void expect(char c, String what, String wanted) {
        if (!next(c)) {
            throw at < text.length()
                    ? new IllegalArgumentException("%s: expected %s, found %s".formatted(what, wanted, found()))
                    : unfinished();
        }
    }

    private String found() {
        return at >= text.length() ? "the line's end" : switch (text.charAt(at)) {
            case '{' -> "an object";
            case '[' -> "an array";
            case '"' -> "a string";
            case 'n' -> "null";
            case 't', 'f' -> "a boolean";
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> "a number";
            default -> "\"" + text.substring(at, text.offsetByCodePoints(at, 1)) + "\"";
        };
    }

    private static IllegalArgumentException unfinished() {
        return new IllegalArgumentException("not JSON: the line ends too early");
    }

    private static String plain(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(number);
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }
}
