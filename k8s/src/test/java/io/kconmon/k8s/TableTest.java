package io.kconmon.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class TableTest {

    private final Semaphore changed = new Semaphore(0);
    private final Table<String> table = new Table<>("things", changed);

    @Test
    void onlyWhatChangesSomethingIsSaid() {
        table.replace(Map.of("a", "1"));
        assertEquals(1, changed.drainPermits());
        for (int i = 0; i < 1000; i++) {
            table.put("a", "1");
        }
        table.replace(Map.of("a", "1"));
        table.remove("b");
        table.heard();
        assertEquals(0, changed.drainPermits());
        table.put("a", "2");
        assertEquals(1, changed.drainPermits());
        table.remove("a");
        assertEquals(1, changed.drainPermits());
        assertEquals(1003, table.events());
        assertEquals(2, table.lists());
    }

    @Test
    void troubleIsSaidOnceAndSoIsItsEnd() {
        table.well();
        table.well();
        assertEquals(1, changed.drainPermits());
        assertTrue(table.current());
        table.trouble("no way");
        table.trouble("no way");
        assertEquals(1, changed.drainPermits());
        assertFalse(table.current());
        assertEquals(Optional.of("no way"), table.trouble());
        table.well();
        assertEquals(1, changed.drainPermits());
        assertEquals(Optional.empty(), table.trouble());
    }

    @Test
    void troubleIsNoSignOfLife() throws InterruptedException {
        table.heard();
        var before = table.silence();
        table.trouble("no way");
        assertTrue(table.silence().compareTo(before) > 0);
    }
}
