package io.kconmon.testkit;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** What loggers write, from any thread, until it is closed. */
public final class CapturedLog extends Handler implements AutoCloseable {

    private static final String ROOT = "";

    private final List<Logger> loggers;
    private final List<Boolean> useParents;
    private final Function<LogRecord, String> format;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> unread = new LinkedBlockingQueue<>();

    private final Runnable restore;

    private CapturedLog(Function<LogRecord, String> format, Runnable restore, String... names) {
        this.format = format;
        this.restore = restore;
        setLevel(Level.ALL);
        loggers = Stream.of(names).map(Logger::getLogger).toList();
        useParents = loggers.stream().map(Logger::getUseParentHandlers).toList();
        loggers.forEach(it -> {
            it.addHandler(this);
            it.setUseParentHandlers(false);
        });
    }

    /** The bare messages of these loggers, which write nowhere else meanwhile. */
    public static CapturedLog messages(String... loggers) {
        return new CapturedLog(LogRecord::getMessage, CapturedLog::nothing, loggers);
    }

    /** The same, as {@code message {field=value, …}}. */
    public static CapturedLog withFields(String... loggers) {
        return new CapturedLog(line -> line.getMessage() + " " + fields(line), CapturedLog::nothing, loggers);
    }

    /** The same, as {@code LEVEL message {field=value, …}}. */
    public static CapturedLog withLevels(String... loggers) {
        return new CapturedLog(line -> "%s %s %s".formatted(line.getLevel(), line.getMessage(), fields(line)),
                CapturedLog::nothing, loggers);
    }

    /** All that this process logs, at every level, as this formatter writes it. */
    public static CapturedLog everything(Formatter formatter) {
        Logger root = Logger.getLogger(ROOT);
        Level before = root.getLevel();
        root.setLevel(Level.ALL);
        return new CapturedLog(formatter::format, () -> root.setLevel(before), ROOT);
    }

    private static void nothing() {
        // loggers keep their levels
    }

    private static Object fields(LogRecord line) {
        Object[] parameters = line.getParameters();
        return parameters == null || parameters.length == 0 ? Map.of() : parameters[0];
    }

    @Override
    public void publish(LogRecord line) {
        String text = format.apply(line);
        lines.add(text);
        unread.add(text);
    }

    /** All lines so far; the list grows as more is logged. */
    public List<String> lines() {
        return lines;
    }

    /** The first line that this method has not returned yet; waits for it. */
    public String next() throws InterruptedException {
        return Eventually.next(unread);
    }

    /** The lines that {@link #next} would return now. */
    public List<String> unread() {
        return List.copyOf(unread);
    }

    @Override
    public void flush() {
        // nothing is held back
    }

    @Override
    public void close() {
        for (int i = 0; i < loggers.size(); i++) {
            loggers.get(i).removeHandler(this);
            loggers.get(i).setUseParentHandlers(useParents.get(i));
        }
        restore.run();
    }
}
