package io.kconmon.shared.access;

import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.log.Log;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is made of files that may be replaced, such as those of a Kubernetes Secret. They are looked at when the value is
 * asked for, once a second at most; files that are no good are told once, and the last good value stays.
 */
public final class ReloadingFile<T> implements Supplier<T> {

    /** Makes a value of the files' contents; an IllegalArgumentException says in one line what is wrong with them. */
    public interface Made<T> {
        T of(List<byte[]> contents);
    }

    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MAX_BYTES = 1024 * 1024;
    private static final Log LOG = Log.of("access");

    private final String key;
    private final List<Path> files;
    private final Made<T> made;
    private final ReentrantLock lock = new ReentrantLock();
    private List<byte[]> seen;
    private volatile T value;
    private volatile long lookedAt = System.nanoTime();
    private @Nullable String told;

    /**
     * Reads the files for the first time.
     *
     * @param key
     *            the setting that names the first of the files
     * @throws BadSettingException
     *             in one line, if nothing can be made of the files
     */
    public ReloadingFile(String key, List<Path> files, Made<T> made) {
        this.key = key;
        this.files = List.copyOf(files);
        this.made = made;
        try {
            this.seen = read();
            this.value = made.of(seen);
        } catch (IOException | IllegalArgumentException e) {
            throw new BadSettingException(line(e));
        }
    }

    @Override
    public T get() {
        if (System.nanoTime() - lookedAt > LOOK_NANOS && lock.tryLock()) {
            try {
                lookedAt = System.nanoTime();
                look();
            } finally {
                lock.unlock();
            }
        }
        return value;
    }

    /** As {@link #get} does, without delay. */
    void look() {
        lock.lock();
        try {
            List<byte[]> now = read();
            if (!equal(now, seen)) {
                value = made.of(now);
                seen = now;
                LOG.info("files were read again", "setting", key);
            }
            told = null;
        } catch (IOException | IllegalArgumentException e) {
            String line = line(e);
            if (!line.equals(told)) {
                told = line;
                LOG.error(line + "; what was read before stays in force");
            }
        } finally {
            lock.unlock();
        }
    }

    private List<byte[]> read() throws IOException {
        var contents = new ArrayList<byte[]>();
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                contents.add(in.readNBytes(MAX_BYTES));
            } catch (IOException e) {
                throw new IOException("%s cannot be read".formatted(file), e);
            }
        }
        return contents;
    }

    private static boolean equal(List<byte[]> some, List<byte[]> others) {
        for (int i = 0; i < some.size(); i++) {
            if (!java.util.Arrays.equals(some.get(i), others.get(i))) {
                return false;
            }
        }
        return true;
    }

    private String line(Exception e) {
        return "%s: \"%s\" is not allowed: %s".formatted(key, files.getFirst(), e.getMessage());
    }
}
