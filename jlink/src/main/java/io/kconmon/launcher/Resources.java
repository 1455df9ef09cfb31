package io.kconmon.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks that this process has the least resources that a program needs. A program that runs short of descriptors or
 * threads later in its start may live on without answering. Uses the JDK's classes only: another jar takes a
 * descriptor.
 */
final class Resources {

    /** The JVM's own, the server's, the tests', and 64 connections. The jars come beside these. */
    private static final int DESCRIPTORS = 112;
    /** The threads that a program starts after this; they take over the stacks of these. */
    private static final int THREADS = 12;
    private static final List<String> PROGRAMS = List.of("agent", "controller", "demo");
    private static final Pattern OPEN_FILES = Pattern.compile("(?m)^Max open files\\s+(\\d+)");

    private Resources() {
    }

    /** What there is too little of for that command, in one line; empty if there is enough. */
    static Optional<String> shortage(String command) {
        return PROGRAMS.contains(command) ? descriptors(command).or(() -> threads(command)) : Optional.empty();
    }

    private static Optional<String> descriptors(String command) {
        int jars = System.getProperty("java.class.path").split(":").length;
        long limit = limit();
        return limit >= jars + DESCRIPTORS
                ? Optional.empty()
                : Optional.of("too few file descriptors: %s needs %d, and may have %d (ulimit -n)".formatted(command,
                        jars + DESCRIPTORS, limit));
    }

    private static long limit() {
        try {
            Matcher limit = OPEN_FILES.matcher(Files.readString(Path.of("/proc/self/limits")));
            return limit.find() ? Long.parseLong(limit.group(1)) : Long.MAX_VALUE;
        } catch (IOException | NumberFormatException e) {
            return Long.MAX_VALUE; // not Linux, or unlimited
        }
    }

    /** Starts as many, because no file has the limit of the process groups around this one. */
    private static Optional<String> threads(String command) {
        var enough = new CountDownLatch(1);
        var started = new ArrayList<Thread>();
        try {
            while (started.size() < THREADS) {
                started.add(Thread.ofPlatform().daemon().start(() -> await(enough)));
            }
            return Optional.empty();
        } catch (OutOfMemoryError e) {
            return Optional.of("too few threads: %s needs %d more at its start, and may have %d (pids.max, ulimit -u)"
                    .formatted(command, THREADS, started.size()));
        } finally {
            enough.countDown();
            started.forEach(Resources::join);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
