package io.kconmon.agent.strain;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Says what a standstill came from. Used by one thread. */
final class Blame {

    /** How often what was spent so far is noted while nothing happens: a file is read for it. */
    private static final long NOTED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier collecting;
    private final LongSupplier throttled;
    private long collectingBefore;
    private long throttledBefore;
    private long notedAt;

    /** From what is spent on each, in nanoseconds since whenever. */
    Blame(LongSupplier collecting, LongSupplier throttled) {
        this.collecting = collecting;
        this.throttled = throttled;
        this.collectingBefore = collecting.getAsLong();
        this.throttledBefore = throttled.getAsLong();
    }

    static Blame ofThisProcess() {
        CpuStat cpu = CpuStat.ofThisProcess();
        // What a concurrent collector calls a cycle stops nobody.
        List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(it -> !it.getName().contains("Cycles")).toList();
        return new Blame(() -> {
            long millis = 0;
            for (GarbageCollectorMXBean collector : collectors) {
                millis += Math.max(0, collector.getCollectionTime());
            }
            return TimeUnit.MILLISECONDS.toNanos(millis);
        }, cpu::throttledNanos);
    }

    /** All is well: what was spent until now has no part in what may come. */
    void note(long now) {
        if (now - notedAt >= NOTED_NANOS) {
            notedAt = now;
            collectingBefore = collecting.getAsLong();
            throttledBefore = throttled.getAsLong();
        }
    }

    /** Whatever took half of the standstill or more; lag if nothing known did. */
    Taint of(long standstillNanos) {
        long collected = collecting.getAsLong() - collectingBefore;
        long held = throttled.getAsLong() - throttledBefore;
        collectingBefore += collected;
        throttledBefore += held;
        if (Math.max(collected, held) < standstillNanos / 2) {
            return Taint.LAG;
        }
        return held > collected ? Taint.THROTTLED : Taint.GC;
    }
}
