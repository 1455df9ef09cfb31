package io.kconmon.k8s;

import io.kconmon.shared.log.Log;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The known objects of one kind, by name, and whether they are reliable. There is one writer and one reader, which
 * wakes up at each change.
 */
final class ResourceCache<S> {

    private static final Log LOG = Log.of("k8s");

    private final String name;
    private final Semaphore changed;
    private final ReentrantLock lock = new ReentrantLock();
    private Map<String, S> rows = new HashMap<>();
    private boolean current;
    private @Nullable String trouble;
    private long heardNanos = System.nanoTime();
    private long events;
    private long lists;
    private long troubles;

    ResourceCache(String name, Semaphore changed) {
        this.name = name;
        this.changed = changed;
    }

    /** After a list: these are all. */
    void replace(Map<String, S> all) {
        locked(() -> {
            lists++;
            boolean differs = !rows.equals(all);
            rows = new HashMap<>(all);
            return differs;
        });
    }

    void put(String key, S row) {
        locked(() -> {
            events++;
            return !row.equals(rows.put(key, row));
        });
    }

    void remove(String key) {
        locked(() -> {
            events++;
            return rows.remove(key) != null;
        });
    }

    /** The server has sent something: nothing was missed up to now. */
    void heard() {
        locked(() -> false);
    }

    /** It is complete, and changes will come. */
    void well() {
        locked(() -> {
            if (trouble != null) {
                LOG.info("watching " + name + " again", "rows", rows.size());
            } else if (!current) {
                LOG.info("watching " + name, "rows", rows.size());
            }
            boolean differs = !current;
            current = true;
            trouble = null;
            return differs;
        });
    }

    void trouble(String inWords) {
        lock.lock();
        try {
            if (!inWords.equals(trouble)) {
                LOG.warn(inWords);
                troubles += trouble == null ? 1 : 0;
                trouble = inWords;
                current = false;
                changed.release();
            }
        } finally {
            lock.unlock();
        }
    }

    private interface Change {
        /** @return whether the reader has to know */
        boolean apply();
    }

    private void locked(Change change) {
        lock.lock();
        try {
            heardNanos = System.nanoTime();
            if (change.apply()) {
                changed.release();
            }
        } finally {
            lock.unlock();
        }
    }

    Map<String, S> rows() {
        return read(() -> Map.copyOf(rows));
    }

    boolean current() {
        return read(() -> current);
    }

    Optional<String> trouble() {
        return read(() -> Optional.ofNullable(trouble));
    }

    /** How long ago the server was last heard. */
    Duration silence() {
        return read(() -> Duration.ofNanos(System.nanoTime() - heardNanos));
    }

    long events() {
        return read(() -> events);
    }

    long lists() {
        return read(() -> lists);
    }

    long troubles() {
        return read(() -> troubles);
    }

    private <T> T read(Supplier<T> what) {
        lock.lock();
        try {
            return what.get();
        } finally {
            lock.unlock();
        }
    }
}
