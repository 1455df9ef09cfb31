package io.kconmon.agent.probe;

/** Writes a part of a line of the report. A healthy peer's must be short: there may be a thousand. */
public final class ReportField {

    private static final int RADIX = Character.MAX_RADIX;

    private final StringBuilder text = new StringBuilder();

    /** Adds the next number. */
    public ReportField number(long value) {
        if (!text.isEmpty()) {
            text.append(',');
        }
        text.append(Long.toString(value, RADIX));
        return this;
    }

    /** Adds a number that has a name, unless it is zero. */
    public ReportField unlessZero(String name, long value) {
        return value == 0 ? this : word(name, Long.toString(value, RADIX));
    }

    /** Adds a text that has a name. */
    public ReportField word(String name, String value) {
        text.append(';').append(name).append('=').append(value);
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
