package io.kconmon.shared.log;

import java.util.logging.LogManager;

/**
 * Logs until the end. The JDK's own takes all handlers away as soon as the process is told to stop, in a shutdown hook
 * that runs beside ours, so that log lines of a draining program would be lost.
 */
public final class LateLogManager extends LogManager {

    @Override
    public void reset() {
        // the handlers stay
    }
}
