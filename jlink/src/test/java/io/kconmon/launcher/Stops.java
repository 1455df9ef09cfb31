package io.kconmon.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
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
    private static final String PROGRAM = "while read -r seconds; do kill -STOP %1$d; sleep $seconds; kill -CONT %1$d; echo; done";

    private final Random random;
    private final Process shell;
    private final BufferedReader answers;
    private final Thread thread;
    private volatile boolean ended;
    private int count;
    private long longestNanos;

    Stops(Process process, long seed) throws IOException {
        random = new Random(seed);
        // Of real-time priority, so that on a busy machine a stop is as long as it was to be.
        shell = new ProcessBuilder("chrt", "-f", "30", "sh", "-c", PROGRAM.formatted(process.pid()))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        answers = shell.inputReader(StandardCharsets.US_ASCII);
        thread = Thread.ofPlatform().daemon().start(this::run);
    }

    private void run() {
        try {
            while (!ended) {
                long until = System.nanoTime() + TimeUnit.MILLISECONDS
                        .toNanos(random.nextInt(PAUSE_MILLIS, LONGEST_PAUSE_MILLIS));
                for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                stop(random.nextInt(SHORTEST_MILLIS, LONGEST_MILLIS + 1));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void stop(int millis) throws IOException {
        long begin = System.nanoTime();
        OutputStream commands = shell.getOutputStream();
        commands.write(String.format(Locale.ROOT, "%.3f%n", millis / 1000.0).getBytes(StandardCharsets.US_ASCII));
        commands.flush();
        if (answers.readLine() == null) {
            throw new IOException("who stops it has ended");
        }
        longestNanos = Math.max(longestNanos, System.nanoTime() - begin);
        count++;
    }

    /** The process runs on when this returns. */
    @Override
    public void close() throws IOException, InterruptedException {
        ended = true;
        thread.join();
        shell.getOutputStream().close();
        shell.waitFor(5, TimeUnit.SECONDS);
        shell.destroyForcibly();
    }

    /** After the end. */
    @Override
    public String toString() {
        return "%d stops of at most %d ms".formatted(count, TimeUnit.NANOSECONDS.toMillis(longestNanos));
    }
}
