package io.kconmon.shared.log;

import io.helidon.json.JsonObject;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * One JSON object a line: {@code timestamp} (UTC, milliseconds), {@code level}, {@code module}, {@code message},
 * {@code fields} where there are any, {@code exception} where there is one.
 */
public final class JsonLines extends Formatter {

    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
            .withZone(ZoneOffset.UTC);

    /** The longest time that a program waits at its end for the reader of its log. */
    private static final Duration FLUSH = Duration.ofSeconds(3);

    /** Logs its port and its features: our own line has the port, and the features are not needed. */
    private static final Logger HELIDON = Logger.getLogger("io.helidon");
    /** Logs the words of a command, which a credential plugin's may be secrets. */
    private static final Logger PROCESSES = Logger.getLogger("java.lang.ProcessBuilder");

    /** The values of LOG_LEVEL. */
    public enum Threshold {
        TRACE, DEBUG, INFO, WARN, ERROR, OFF;

        private Level level() {
            return switch (this) {
                case TRACE -> Level.FINEST;
                case DEBUG -> Level.FINE;
                case INFO -> Level.INFO;
                case WARN -> Level.WARNING;
                case ERROR -> Level.SEVERE;
                case OFF -> Level.OFF;
            };
        }
    }

    /** From now on all logging of this process goes to standard output as JSON lines. */
    public static void install(Threshold threshold) {
        install(threshold, new FileOutputStream(FileDescriptor.out));
    }

    static void install(Threshold threshold, OutputStream out) {
        Logger root = Logger.getLogger("");
        for (Handler other : root.getHandlers()) {
            root.removeHandler(other);
        }
        root.setLevel(threshold.level());
        root.addHandler(LogWriter.start(out, new JsonLines(), FLUSH));
        PROCESSES.setLevel(Level.OFF);
        if (threshold == Threshold.INFO) {
            HELIDON.setLevel(Level.WARNING);
        }
    }

    @Override
    public String format(LogRecord line) {
        var json = JsonObject.builder().set("timestamp", TIMESTAMP.format(line.getInstant()))
                .set("level", level(line.getLevel())).set("module", String.valueOf(line.getLoggerName()))
                .set("message", message(line));
        Map<?, ?> fields = fields(line);
        if (!fields.isEmpty()) {
            json.set("fields", object -> fields.forEach((key, value) -> put(object, String.valueOf(key), value)));
        }
        if (line.getThrown() != null) {
            var trace = new StringWriter();
            line.getThrown().printStackTrace(new PrintWriter(trace));
            json.set("exception", trace.toString());
        }
        return json.build() + "\n";
    }

    private static Map<?, ?> fields(LogRecord line) {
        return isOurs(line) ? (Map<?, ?>) line.getParameters()[0] : Map.of();
    }

    /** A message of ours may quote a user's text, such as {0}, so it is not a pattern. */
    private String message(LogRecord line) {
        return isOurs(line) ? line.getMessage() : formatMessage(line);
    }

    /** {@link Log} gives a line one parameter: its fields. */
    private static boolean isOurs(LogRecord line) {
        Object[] parameters = line.getParameters();
        return parameters != null && parameters.length == 1 && parameters[0] instanceof Map;
    }

    private static void put(JsonObject.Builder json, String key, Object value) {
        if (value == null) {
            json.setNull(key);
        } else if (value instanceof Boolean bool) {
            json.set(key, bool);
        } else if (value instanceof Integer || value instanceof Long) {
            json.set(key, ((Number) value).longValue());
        } else if (value instanceof Double number && Double.isFinite(number)) {
            json.set(key, number);
        } else {
            json.set(key, value.toString());
        }
    }

    private static String level(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "error";
        }
        if (value >= Level.WARNING.intValue()) {
            return "warn";
        }
        if (value >= Level.INFO.intValue()) {
            return "info";
        }
        return value >= Level.FINE.intValue() ? "debug" : "trace";
    }
}
