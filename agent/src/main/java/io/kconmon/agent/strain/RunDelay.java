package io.kconmon.agent.strain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How long one thread had something to do and no CPU to do it on: the second number of its {@code schedstat}, in
 * nanoseconds (Documentation/scheduler/sched-stats.rst). A CPU may be taken, by threads of real-time priority for
 * instance, from one thread alone, while the rest of the process runs on others. To ask takes some 2 µs; where the kernel
 * does not tell, no thread ever waits. Used by one thread.
 */
public final class RunDelay implements AutoCloseable {

    private final ByteBuffer text = ByteBuffer.allocate(80); // three numbers
    private final @Nullable FileChannel file;
    private long before;
    private Longest longest;

    private RunDelay(@Nullable FileChannel file, long now) {
        this.file = file;
        this.longest = new Longest(now);
        this.before = read();
    }

    public static RunDelay ofThisThread() {
        return of(Path.of("/proc/thread-self/schedstat"), System.nanoTime());
    }

    static RunDelay of(Path schedstat, long now) {
        try {
            return new RunDelay(FileChannel.open(schedstat), now);
        } catch (IOException e) {
            return new RunDelay(null, now);
        }
    }

    /** How long what this thread does now may have waited for a CPU: the longest wait of the last second or two. */
    public long latelyNanos() {
        return latelyNanos(System.nanoTime());
    }

    long latelyNanos(long now) {
        long total = read();
        longest = longest.and(total - before, now);
        before = total;
        return longest.nanos(now);
    }

    /** The same as before if it cannot be read. */
    private long read() {
        try {
            text.clear();
            if (file == null || file.read(text, 0) <= 0) {
                return before;
            }
        } catch (IOException e) {
            return before;
        }
        text.flip();
        return secondNumber();
    }

    /** By hand, since whoever waits for an answer waits for this. */
    private long secondNumber() {
        long number = -1;
        int spaces = 0;
        while (spaces < 2 && text.hasRemaining()) {
            byte character = text.get();
            if (character == ' ') {
                spaces++;
            } else if (character < '0' || character > '9') {
                return before;
            } else if (spaces == 1) {
                number = 10 * Math.max(0, number) + character - '0';
            }
        }
        return spaces == 2 && number >= 0 ? number : before;
    }

    @Override
    public void close() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            // it was only read
        }
    }
}
