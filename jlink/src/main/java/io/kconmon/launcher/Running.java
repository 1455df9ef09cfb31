package io.kconmon.launcher;

import io.kconmon.shared.Program;
import io.kconmon.shared.config.CommonSettings;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.log.JsonLines;
import io.kconmon.shared.log.Log;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Runs a program until SIGTERM or SIGINT, lets it drain, and ends with exit status 0. */
final class Running {

    private static final Log LOG = Log.of("launcher");

    /** Starts a program from its settings. */
    interface Start {
        Program with(Settings settings) throws IOException;
    }

    private Running() {
    }

    /** Returns at once; the process lives until it is told to stop. */
    static void until(Start start, Settings settings) throws IOException {
        JsonLines.install(settings.get(CommonSettings.LOG_LEVEL));
        tellOfJavaAgents();
        Thread.setDefaultUncaughtExceptionHandler(Running::uncaught);
        Duration drain = settings.get(CommonSettings.DRAIN);
        Program program = start.with(settings);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            LOG.info("stopping", "drainMillis", drain.toMillis());
            program.drain();
            pause(drain);
            program.close();
            LOG.info("stopped");
            Log.flush();
            // The exit status of a JVM that a signal ends is not 0, however well it stopped.
            Runtime.getRuntime().halt(0);
        }));
        stayAlive();
    }

    /** As operators for observability inject them, with 50 MB of classes and more. */
    private static void tellOfJavaAgents() {
        for (String variable : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")) {
            if (String.valueOf(System.getenv(variable)).contains("-javaagent")) {
                LOG.warn("a Java agent is injected: the memory that it takes is of this container's limit, and what it"
                        + " adds to requests is measured", "variable", variable);
            }
        }
    }

    /**
     * Not on standard error, which may have no reader. Threads that last as long as the program go on after exceptions
     * of their own. Without memory or threads they cannot, and a process that starts anew is better than one that lacks
     * a part of itself and looks well.
     */
    private static void uncaught(Thread thread, Throwable e) {
        if (e instanceof VirtualMachineError) {
            LOG.error("a thread cannot go on; this process ends", "thread", thread.getName(), "reason",
                    String.valueOf(e));
            Log.flush();
            Runtime.getRuntime().halt(1);
        }
        LOG.bug("a thread has ended by a bug", e, "thread", thread.getName());
    }

    private static void pause(Duration drain) {
        try {
            Thread.sleep(drain);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All else may be daemon threads. */
    private static void stayAlive() {
        try {
            Heap.keepSmall();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
