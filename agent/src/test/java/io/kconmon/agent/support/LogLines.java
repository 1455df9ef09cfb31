package io.kconmon.agent.support;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The agent's log lines, as {@code LEVEL message {field=value, …}}, instead of its usual output. */
public final class LogLines extends Handler implements AutoCloseable {

    private final Logger logger = Logger.getLogger("agent");
    private final List<String> lines = new ArrayList<>();

    public LogLines() {
        logger.addHandler(this);
        logger.setUseParentHandlers(false);
    }

    @Override
    public synchronized void publish(LogRecord line) {
        Object[] parameters = line.getParameters();
        Object fields = parameters == null || parameters.length == 0 ? Map.of() : parameters[0];
        lines.add("%s %s %s".formatted(line.getLevel(), line.getMessage(), fields));
    }

    /** Those there are so far. */
    public synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void flush() {
        // nothing is held back
    }

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setUseParentHandlers(true);
    }
}
