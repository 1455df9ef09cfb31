package io.kconmon.launcher;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Stops a process now and then, as a debugger, a snapshot or a starved node does, until it is closed. */
final class Stops implements AutoCloseable {

    private static final int SHORTEST_MILLIS = 50;
    private static final int LONGEST_MILLIS = 700;
    /** It gets to run for so long between them. */
    private static final int PAUSE_MILLIS = 300;
    private static final int LONGEST_PAUSE_MILLIS = 2000;

    private final Process process;
    private final Random random;
    private final Thread thread;
    private volatile boolean ended;
    private int count;
    private long longestNanos;

    Stops(Process process, long seed) {
        this.process = process;
        this.random = new Random(seed);
        this.thread = Thread.ofPlatform().daemon().start(this::run);
    }

    private void run() {
        while (!ended) {
            park(random.nextInt(PAUSE_MILLIS, LONGEST_PAUSE_MILLIS));
            long begin = System.nanoTime();
            Processes.signal(process, "STOP");
            try {
                park(random.nextInt(SHORTEST_MILLIS, LONGEST_MILLIS + 1));
            } finally {
                Processes.signal(process, "CONT");
            }
            longestNanos = Math.max(longestNanos, System.nanoTime() - begin);
            count++;
        }
    }

    private static void park(int millis) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** The process runs on when this returns. */
    @Override
    public void close() throws InterruptedException {
        ended = true;
        thread.join();
    }

    /** After the end. */
    @Override
    public String toString() {
        return "%d stops of at most %d ms".formatted(count, TimeUnit.NANOSECONDS.toMillis(longestNanos));
    }
}
