package io.kconmon.shared.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A setting that is not allowed. Its message is one line, shown to the user without a stack trace. */
public final class BadSettingException extends RuntimeException {

    private static final long serialVersionUID = 1;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    /** Control characters in the line, which a value may have brought, are shown as YAML would write them. */
    public BadSettingException(String line) {
        super(CONTROL.matcher(line).replaceAll(it -> Matcher.quoteReplacement(escape(it.group().charAt(0)))));
    }

    private static String escape(char control) {
        return switch (control) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> "\\x%02x".formatted((int) control);
        };
    }
}
