package io.kconmon.shared.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * Writes lines on a thread of its own, so that logging never waits for the reader of the log. Lines that are not read
 * in time are kept up to a bound, then the oldest ones are dropped and counted, so that a process's last words are kept
 * longest. A line in their place tells their number.
 */
final class LogWriter extends Handler {

    /** Some thousand lines. */
    static final int MAX_BYTES = 256 * 1024;

    private final OutputStream out;
    private final Formatter format;
    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<byte[]> lines = new ArrayDeque<>();
    private long queuedBytes;
    private long dropped;
    /** The number of dropped lines that no line has reported yet. */
    private long untold;
    /** Of these, those that the line that is being written tells. */
    private long telling;
    private boolean writing;
    private boolean closed;

    private LogWriter(OutputStream out, Formatter format, Duration patience) {
        this.out = out;
        this.format = format;
        this.patience = patience;
    }

    /**
     * Starts the thread that writes.
     *
     * @param patience
     *            how long {@link #flush()} waits for the lines' reader
     */
    static LogWriter start(OutputStream out, Formatter format, Duration patience) {
        var writer = new LogWriter(out, format, patience);
        writer.setLevel(Level.ALL);
        Thread.ofPlatform().name("log").daemon().start(writer::run);
        return writer;
    }

    @Override
    public void publish(LogRecord line) {
        byte[] text;
        try {
            text = format.format(line).getBytes(UTF_8);
        } catch (RuntimeException e) { // a value that cannot be written costs its line and no more
            drop();
            return;
        }
        lock.lock();
        try {
            lines.addLast(text);
            queuedBytes += text.length;
            while (queuedBytes > MAX_BYTES && lines.size() > 1) {
                queuedBytes -= lines.removeFirst().length;
                drop();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void drop() {
        lock.lock();
        try {
            dropped++;
            untold++;
        } finally {
            lock.unlock();
        }
    }

    /** Lines that were dropped since the start. */
    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            for (byte[] line = next(); line.length > 0; line = next()) {
                write(line);
            }
        } catch (InterruptedException e) {
            // nobody does
        }
    }

    private void write(byte[] line) {
        try {
            out.write(line);
            out.flush();
            told();
        } catch (IOException e) { // a reader that has gone, a disk that is full
            drop();
        }
    }

    private void told() {
        lock.lock();
        try {
            untold -= telling;
        } finally {
            lock.unlock();
        }
    }

    /** @return no bytes once this is closed */
    private byte[] next() throws InterruptedException {
        lock.lock();
        try {
            writing = false;
            changed.signalAll();
            while (lines.isEmpty()) {
                if (closed) {
                    return new byte[0];
                }
                changed.await();
            }
            writing = true;
            byte[] line = lines.removeFirst(); // each try takes one along, so that a broken pipe is no endless loop
            queuedBytes -= line.length;
            telling = untold;
            return telling == 0 ? line : join(aboutDropped(telling), line);
        } finally {
            lock.unlock();
        }
    }

    private static byte[] join(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private byte[] aboutDropped(long lines) {
        var line = new LogRecord(Level.WARNING, "log lines were dropped: nobody read them in time");
        line.setLoggerName("log");
        line.setParameters(new Object[]{Map.of("lines", lines)});
        return format.format(line).getBytes(UTF_8);
    }

    /** Returns when all lines are written, or when its patience is over. */
    @Override
    public void flush() {
        lock.lock();
        try {
            long left = patience.toNanos();
            while ((writing || !lines.isEmpty()) && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
