package io.kconmon.launcher;

import java.time.Duration;

/** Why a process ends, in one line on standard error. */
final class LastWords {

    /** Nobody may read them. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private LastWords() {
    }

    static void say(String line) {
        Thread thread = Thread.ofPlatform().daemon().unstarted(() -> System.err.println("kconmon: " + line));
        try {
            thread.start();
            thread.join(PATIENCE);
        } catch (OutOfMemoryError e) { // no thread is available
            System.err.println("kconmon: " + line);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
