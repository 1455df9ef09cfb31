package io.kconmon.shared.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Reads files that may be of any size, and may not answer: a FIFO that nobody writes to, a mount whose server is gone. */
public final class BoundedFile {

    /** How long a file may take to answer. */
    public static final Duration PATIENCE = Duration.ofSeconds(5);
    public static final String SILENT = "does not answer within %d s".formatted(PATIENCE.toSeconds());

    private BoundedFile() {
    }

    /**
     * The beginning of a regular file; may block for ever.
     *
     * @throws IOException
     *             if it is another kind of file or cannot be read; the message goes on from the file's name
     */
    public static byte[] regular(Path file, int maxBytes) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException("is no regular file");
        }
        return content(file, maxBytes);
    }

    /**
     * The beginning of a file of any kind, such as {@code /dev/stdin}.
     *
     * @throws IOException
     *             if it cannot be read or has not answered in time; the message goes on from the file's name
     */
    static byte[] any(Path file, int maxBytes) throws IOException {
        var read = new FutureTask<>(() -> content(file, maxBytes));
        Thread.ofPlatform().daemon().name("file-reader").start(read);
        try {
            return read.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IOException(SILENT, e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("cannot be read: interrupted", e);
        }
    }

    private static byte[] content(Path file, int maxBytes) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(maxBytes);
        } catch (IOException e) {
            throw new IOException("cannot be read", e);
        }
    }
}
