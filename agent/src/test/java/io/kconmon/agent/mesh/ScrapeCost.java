package io.kconmon.agent.mesh;

import com.sun.management.ThreadMXBean;
import io.kconmon.agent.mesh.PairMetrics.Mode;
import io.kconmon.shared.metrics.MetricsHandler;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Prints what the mesh's part of a page costs in each mode: CPU time and garbage of the thread that makes it, the median of
 * many after the compiler has seen it, and the first of all.
 */
final class ScrapeCost {

    private static final int TIMES = 301;

    private ScrapeCost() {
    }

    /** Takes the number of peers, 1,000 if there is none. */
    public static void main(String[] arguments) {
        int count = arguments.length == 0 ? 1000 : Integer.parseInt(arguments[0]);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().threadId();
        for (Mode mode : List.of(Mode.WORST, Mode.NONE, Mode.ALL)) {
            try (var peers = new SyntheticPeers(new PairMetrics(mode, 20))) {
                for (int i = 1; i <= count; i++) {
                    peers.join(i, "zone-" + i % 3);
                }
                peers.testAll(8);
                var random = new Random(1);
                for (int i = 0; i < 5; i++) {
                    peers.failing.add(1 + random.nextInt(count));
                }
                peers.testAll(3);
                var page = new MetricsHandler(List.of(() -> peers.families(75).build()));
                long[] cpu = new long[TIMES];
                long[] garbage = new long[TIMES];
                int size = 0;
                for (int i = 0; i < TIMES; i++) {
                    long beganCpu = threads.getThreadCpuTime(self);
                    long beganBytes = threads.getThreadAllocatedBytes(self);
                    size = page.text().length();
                    cpu[i] = threads.getThreadCpuTime(self) - beganCpu;
                    garbage[i] = threads.getThreadAllocatedBytes(self) - beganBytes;
                    peers.now.addAndGet(15_000_000_000L);
                }
                double first = cpu[0] / 1e6;
                Arrays.sort(cpu);
                Arrays.sort(garbage);
                System.out.printf("%s: %d kB; CPU %.1f ms, at first %.1f; garbage %d kB%n", mode, size / 1000,
                        cpu[TIMES / 2] / 1e6, first, garbage[TIMES / 2] / 1000);
            }
        }
    }
}
