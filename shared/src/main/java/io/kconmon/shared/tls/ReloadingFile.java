package io.kconmon.shared.tls;

import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.file.BoundedFile;
import io.kconmon.shared.log.Log;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that is made of files that may be replaced, such as those of a Kubernetes Secret. They are checked when the
 * value is asked for, once a second at most, on a thread of their own, so that a mount that hangs blocks no caller. An
 * error is logged once, and the last good value stays.
 */
public final class ReloadingFile<T> implements Supplier<T> {

    /** Makes a value of the files' contents; an IllegalArgumentException names the error in one line. */
    public interface Made<T> {
        T of(List<byte[]> contents);
    }

    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MAX_BYTES = 1024 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Log LOG = Log.of("tls");

    private final String key;
    private final List<BoundedFile> files;
    private final Made<T> made;
    private final ReentrantLock lock = new ReentrantLock();
    /** Of the reading thread, of which there is one at a time. */
    private List<byte[]> seen = List.of();
    private volatile T value;
    private volatile String told = "";
    private @Nullable Thread reading;
    private long lookedAt = System.nanoTime();

    /**
     * Reads the files.
     *
     * @param key
     *            the setting that names the first of the files
     * @throws BadSettingException
     *             in one line, if nothing can be made of the files, or they do not answer
     */
    public ReloadingFile(String key, List<Path> files, Made<T> made) {
        this.key = key;
        this.files = files.stream().map(it -> new BoundedFile(it, MAX_BYTES, PATIENCE)).toList();
        this.made = made;
        this.value = first();
    }

    private T first() {
        try {
            List<byte[]> contents = read();
            T first = made.of(contents);
            seen = contents;
            return first;
        } catch (IOException | RuntimeException e) {
            throw new BadSettingException(line(String.valueOf(e.getMessage())));
        }
    }

    @Override
    public T get() {
        if (lock.tryLock()) {
            try {
                lookAgain(System.nanoTime());
            } finally {
                lock.unlock();
            }
        }
        return value;
    }

    private void lookAgain(long now) {
        if (now - lookedAt > LOOK_NANOS && (reading == null || !reading.isAlive())) {
            lookedAt = now;
            reading = Thread.ofVirtual().name("file-reader").start(this::look);
        }
    }

    private void look() {
        try {
            List<byte[]> now = read();
            if (!equal(now, seen)) {
                value = made.of(now);
                seen = now;
                LOG.info("files were read again", "setting", key);
            } else if (!told.isEmpty()) {
                LOG.info("files can be read again", "setting", key);
            }
            told = "";
        } catch (IOException | RuntimeException e) {
            tell(String.valueOf(e.getMessage()));
        }
    }

    private void tell(String why) {
        if (!why.equals(told)) {
            told = why;
            LOG.error(line(why) + "; what was read before stays in force");
        }
    }

    private List<byte[]> read() throws IOException {
        var contents = new ArrayList<byte[]>();
        for (BoundedFile file : files) {
            try {
                contents.add(file.read());
            } catch (IOException e) {
                throw new IOException("%s cannot be read: %s".formatted(file.path(), e.getMessage()), e);
            }
        }
        return contents;
    }

    private static boolean equal(List<byte[]> some, List<byte[]> others) {
        return Arrays.deepEquals(some.toArray(), others.toArray());
    }

    private String line(String why) {
        return "%s: \"%s\" is not allowed: %s".formatted(key, files.getFirst().path(), why);
    }
}
