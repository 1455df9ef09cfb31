package io.kconmon.launcher;

import java.time.Duration;

/**
 * Collects the heap when it has grown by a quarter or so. The serial collector lets the old generation fill up to the heap's
 * limit first, so that a process is as large as it may be and not as it needs to be; its limit can be generous so.
 */
final class Heap {

    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final long LEAST_GROWTH_BYTES = 1 << 20;

    private long usedBytes = used();

    private Heap() {
    }

    /** Until the thread is interrupted. */
    static void keepSmall() throws InterruptedException {
        var heap = new Heap();
        while (true) {
            Thread.sleep(LOOK);
            heap.look();
        }
    }

    @SuppressWarnings("CallSystemGc")
    private void look() {
        if (used() - usedBytes > Math.max(LEAST_GROWTH_BYTES, usedBytes / 4)) {
            System.gc();
            usedBytes = used();
        }
    }

    private static long used() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
