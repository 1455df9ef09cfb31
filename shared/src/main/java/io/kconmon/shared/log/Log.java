package io.kconmon.shared.log;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A module's log: a message for people, and fields for machines given as key, value, key, value. */
public final class Log {

    private final Logger logger;

    private Log(Logger logger) {
        this.logger = logger;
    }

    /** Keeps lines that are logged while the process stops. Must be called before the first logger is made. */
    public static void untilTheEnd() {
        System.setProperty("java.util.logging.manager", LateLogManager.class.getName());
    }

    /** For a program that ends: returns when all lines are written, or after some seconds. */
    public static void flush() {
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            handler.flush();
        }
    }

    /** Lines that were not written, because nobody read them in time. */
    public static long dropped() {
        long dropped = 0;
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            dropped += handler instanceof LogWriter writer ? writer.dropped() : 0;
        }
        return dropped;
    }

    /** The module, such as {@code agent} or {@code controller}, appears in the line as {@code "module"}. */
    public static Log of(String module) {
        return new Log(Logger.getLogger(module));
    }

    public void debug(String message, Object... fields) {
        log(Level.FINE, message, null, fields);
    }

    public void info(String message, Object... fields) {
        log(Level.INFO, message, null, fields);
    }

    public void warn(String message, Object... fields) {
        log(Level.WARNING, message, null, fields);
    }

    public void error(String message, Object... fields) {
        log(Level.SEVERE, message, null, fields);
    }

    /** For what should never happen: the only lines that carry a stack trace. */
    public void bug(String message, Throwable bug, Object... fields) {
        log(Level.SEVERE, message, bug, fields);
    }

    private void log(Level level, String message, @Nullable Throwable thrown, Object... keysAndValues) {
        if (!logger.isLoggable(level)) {
            return;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i + 1 < keysAndValues.length; i += 2) {
            fields.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
        }
        var line = new LogRecord(level, message);
        line.setLoggerName(logger.getName());
        line.setThrown(thrown);
        line.setParameters(new Object[]{fields});
        logger.log(line);
    }
}
