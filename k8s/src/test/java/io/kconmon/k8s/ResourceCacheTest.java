package io.kconmon.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class ResourceCacheTest {

    private final Semaphore changed = new Semaphore(0);
    private final ResourceCache<String> cache = new ResourceCache<>("things", changed);

    @Test
    void onlyRealChangesArePosted() {
        cache.replace(Map.of("a", "1"));
        assertEquals(1, changed.drainPermits());
        for (int i = 0; i < 1000; i++) {
            cache.put("a", "1");
        }
        cache.replace(Map.of("a", "1"));
        cache.remove("b");
        cache.heard();
        assertEquals(0, changed.drainPermits());
        cache.put("a", "2");
        assertEquals(1, changed.drainPermits());
        cache.remove("a");
        assertEquals(1, changed.drainPermits());
        assertEquals(1003, cache.events());
        assertEquals(2, cache.lists());
    }

    @Test
    void troubleAndItsEndAreEachReportedOnce() {
        cache.well();
        cache.well();
        assertEquals(1, changed.drainPermits());
        assertTrue(cache.current());
        cache.trouble("no way");
        cache.trouble("no way");
        assertEquals(1, changed.drainPermits());
        assertFalse(cache.current());
        assertEquals(Optional.of("no way"), cache.trouble());
        cache.well();
        assertEquals(1, changed.drainPermits());
        assertEquals(Optional.empty(), cache.trouble());
    }

    @Test
    void troubleIsNotASignOfLife() throws InterruptedException {
        cache.heard();
        var before = cache.silence();
        cache.trouble("no way");
        assertTrue(cache.silence().compareTo(before) > 0);
    }
}
