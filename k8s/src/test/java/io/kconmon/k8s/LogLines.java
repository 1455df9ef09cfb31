package io.kconmon.k8s;

import io.kconmon.shared.log.JsonLines;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** All that is logged in this process, at every level, as it would be written. */
final class LogLines extends Handler implements AutoCloseable {

    private final Logger root = Logger.getLogger("");
    private final Level before = root.getLevel();
    private final JsonLines format = new JsonLines();
    private final List<String> lines = new ArrayList<>();

    LogLines() {
        setLevel(Level.ALL);
        root.setLevel(Level.ALL);
        root.addHandler(this);
    }

    @Override
    public synchronized void publish(LogRecord line) {
        lines.add(format.format(line));
    }

    synchronized String all() {
        return String.join("", lines);
    }

    @Override
    public void flush() {
        // nothing is held back
    }

    @Override
    public void close() {
        root.removeHandler(this);
        root.setLevel(before);
    }
}
