package io.kconmon.agent.strain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long one thread had something to do and no CPU to do it on: the second number of its {@code schedstat}, in
 * nanoseconds (Documentation/scheduler/sched-stats.rst). A CPU may be taken away, by a hypervisor or by threads of
 * real-time priority, from the thread that waits there alone. To ask takes some 2 µs; where the kernel does not tell, no
 * thread ever waits. Used by one thread.
 */
public final class RunDelay implements AutoCloseable {

    private final ByteBuffer text = ByteBuffer.allocateDirect(80); // three numbers
    private final @Nullable FileChannel file;
    private long before;
    private Longest longest = new Longest(0, 0);

    private RunDelay(@Nullable FileChannel file) {
        this.file = file;
        this.before = read();
    }

    public static RunDelay ofThisThread() {
        return of(Path.of("/proc/thread-self/schedstat"));
    }

    static RunDelay of(Path schedstat) {
        try {
            return new RunDelay(FileChannel.open(schedstat));
        } catch (IOException e) {
            return new RunDelay(null);
        }
    }

    /** How long what this thread does now may have waited for a CPU: as long as any of it has in the last second. */
    public Duration lately() {
        return lately(System.nanoTime());
    }

    Duration lately(long now) {
        long total = read();
        longest = longest.and(total - before, now);
        before = total;
        return Duration.ofNanos(longest.nanos(now));
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
        long number = 0;
        for (int spaces = 0; text.hasRemaining() && spaces < 2;) {
            byte character = text.get();
            if (character == ' ') {
                spaces++;
            } else if (spaces == 1) {
                number = 10 * number + character - '0';
            }
        }
        return number;
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
