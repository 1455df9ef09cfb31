package io.kconmon.shared.http;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many connections this process can afford. */
final class ConnectionBudget {

    private static final int MOST = 8192;
    private static final int LEAST = 64;
    /** A buffer of 8 kB that Helidon keeps for each, a head of some size, and a virtual thread's stack while it writes. */
    private static final int BYTES_EACH = 30 * 1024;

    private ConnectionBudget() {
    }

    /**
     * At most so many percent of the heap, and of the descriptors half: when these run out, all else fails too.
     */
    static int connections(int percentOfHeap) {
        long byHeap = Runtime.getRuntime().maxMemory() / 100 * percentOfHeap / BYTES_EACH;
        return Math.clamp(Math.min(byHeap, descriptors() / 2), LEAST, MOST);
    }

    /** How many this process may have. */
    static long descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }
}
