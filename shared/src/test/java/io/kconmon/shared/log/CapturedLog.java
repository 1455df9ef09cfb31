package io.kconmon.shared.log;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The messages that modules log, by whichever thread, until it is closed. */
public final class CapturedLog extends Handler implements AutoCloseable {

    private final List<Logger> loggers;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    public CapturedLog(String... modules) {
        loggers = List.of(modules).stream().map(Logger::getLogger).toList();
        loggers.forEach(it -> it.addHandler(this));
    }

    /** Grows as more is logged. */
    public List<String> lines() {
        return lines;
    }

    @Override
    public void publish(LogRecord line) {
        lines.add(line.getMessage());
    }

    @Override
    public void flush() {
        // nothing is held back
    }

    @Override
    public void close() {
        loggers.forEach(it -> it.removeHandler(this));
    }
}
