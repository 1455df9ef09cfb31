package io.kconmon.launcher;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.time.Duration;

/**
 * Collects the heap when its old generation has grown by a sixth or so. The serial collector lets it fill up to the heap's
 * limit first, so that a process is as large as it may be and not as it needs to be. With this, the limit can be generous.
 */
final class Heap {

    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final long LEAST_GROWTH_BYTES = 512 << 10;
    private static final int PART = 6;

    private final MemoryPoolMXBean old;

    private Heap(MemoryPoolMXBean old) {
        this.old = old;
    }

    /** Until the thread is interrupted. */
    static void keepSmall() throws InterruptedException {
        // As the serial collector names it; another one, which an operator may have chosen, is left alone.
        var heap = ManagementFactory.getMemoryPoolMXBeans().stream().filter(it -> it.getName().equals("Tenured Gen"))
                .map(Heap::new).findFirst();
        while (true) {
            Thread.sleep(LOOK);
            heap.ifPresent(Heap::look);
        }
    }

    /** The first look finds no collection before it, and so has what the start has left collected. */
    @SuppressWarnings("CallSystemGc")
    private void look() {
        long live = old.getCollectionUsage().getUsed();
        if (old.getUsage().getUsed() - live > Math.max(LEAST_GROWTH_BYTES, live / PART)) {
            System.gc();
        }
    }
}
