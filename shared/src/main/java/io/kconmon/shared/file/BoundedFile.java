package io.kconmon.shared.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A file that may be replaced at any time, even by a FIFO or by a file on a mount that hangs. It is read within a bound
 * of bytes and of time, by one caller or a few. A virtual thread that opens such a file would take one of the few
 * carriers along, so each reading has a platform thread.
 */
public final class BoundedFile {

    private final Path path;
    private final Duration patience;
    private final Callable<byte[]> reads;
    /** A reading that has not ended in time; it may never end. */
    private volatile @Nullable FutureTask<byte[]> late;

    /** A regular file. Reads nothing yet. */
    public BoundedFile(Path path, int maxBytes, Duration patience) {
        this(path, patience, () -> {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (!attributes.isRegularFile() && !attributes.isDirectory()) {
                throw new IOException("it is no regular file");
            }
            return readAll(path, maxBytes);
        });
    }

    /** A file of any kind, such as {@code /dev/stdin}. Reads nothing yet. */
    public static BoundedFile ofAnyKind(Path path, int maxBytes, Duration patience) {
        return new BoundedFile(path, patience, () -> readAll(path, maxBytes));
    }

    /** The same, read in another way. */
    BoundedFile(Path path, Duration patience, Callable<byte[]> reads) {
        this.path = path;
        this.patience = patience;
        this.reads = reads;
    }

    public Path path() {
        return path;
    }

    /**
     * All of it. While an earlier reading still waits for an answer this fails at once.
     *
     * @throws IOException
     *             whose message is the reason, in words; the same ones for as long as nothing changes
     */
    public byte[] read() throws IOException {
        FutureTask<byte[]> before = late;
        if (before != null && !before.isDone()) {
            throw silent();
        }
        late = null;
        FutureTask<byte[]> reading = start();
        try {
            return reading.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            late = reading;
            throw silent();
        } catch (ExecutionException e) {
            throw new IOException(reason(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private FutureTask<byte[]> start() throws IOException {
        var reading = new FutureTask<byte[]>(reads);
        try {
            Thread.ofPlatform().name("file").daemon().start(reading);
            return reading;
        } catch (OutOfMemoryError e) {
            throw new IOException("no thread can be started to read it", e);
        }
    }

    private static byte[] readAll(Path path, int maxBytes) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] content = in.readNBytes(maxBytes + 1);
            if (content.length > maxBytes) {
                throw new IOException("it is larger than %d bytes".formatted(maxBytes));
            }
            return content;
        }
    }

    private IOException silent() {
        return new IOException("it does not answer within %d ms".formatted(patience.toMillis()));
    }

    /** The message of the usual ones is nothing but the file's name. */
    private static String reason(@Nullable Throwable e) {
        return switch (e) {
            case NoSuchFileException ignored -> "there is no such file";
            case AccessDeniedException ignored -> "it may not be read";
            case null -> "it cannot be read";
            default -> String.valueOf(e.getMessage());
        };
    }
}
