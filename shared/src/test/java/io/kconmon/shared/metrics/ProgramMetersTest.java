package io.kconmon.shared.metrics;

import static io.kconmon.testkit.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The registry is one for the process: each test has names of its own. */
@Timeout(60)
final class ProgramMetersTest {

    private final ProgramMeters meters = new ProgramMeters("mesh");
    private final MetricsHandler page = new MetricsHandler(List.of(meters));

    private List<String> lines(String beginning) {
        return page.text().lines().filter(it -> it.startsWith(beginning) || it.contains(" " + beginning)).toList();
    }

    @Test
    void aGaugeIsAskedAtEachScrape() {
        var readers = new AtomicInteger(2);
        meters.gauge("a.gauge.readers", "Who reads", readers::get);
        assertEquals(List.of("# HELP mesh_a_gauge_readers Who reads", "# TYPE mesh_a_gauge_readers gauge",
                "mesh_a_gauge_readers 2.0"), lines("mesh_a_gauge"));
        readers.set(0);
        assertEquals("mesh_a_gauge_readers 0.0", lines("mesh_a_gauge").getLast());
    }

    @Test
    void aCounterIsAskedAtEachScrape() {
        var bytes = new AtomicLong(1L << 40);
        meters.counter("a.counter.sent.bytes", "Bytes sent", bytes::get);
        assertEquals(
                List.of("# HELP mesh_a_counter_sent_bytes_total Bytes sent",
                        "# TYPE mesh_a_counter_sent_bytes_total counter",
                        "mesh_a_counter_sent_bytes_total 1.099511627776E12"),
                lines("mesh_a_counter"));
        bytes.incrementAndGet();
        assertEquals("mesh_a_counter_sent_bytes_total 1.099511627777E12", lines("mesh_a_counter").getLast());
    }

    @Test
    void aTimerCountsAndAddsUp() {
        var timer = meters.timer("a.timer.lag", "How late");
        timer.accept(Duration.ofMillis(250));
        timer.accept(Duration.ofMillis(500));
        assertEquals(List.of("# HELP mesh_a_timer_lag_seconds How late", "# TYPE mesh_a_timer_lag_seconds summary",
                "mesh_a_timer_lag_seconds_count 2", "mesh_a_timer_lag_seconds_sum 0.75"), lines("mesh_a_timer"));
    }

    /** The registry below holds its sources by weak references: without a hold on them they would read NaN, or 0. */
    @Test
    void referencedObjectsAreNotCollected() {
        meters.gauge("kept.gauge", "", new AtomicInteger(7)::get);
        meters.counter("kept.counter", "", new AtomicLong(7)::get);
        var other = new WeakReference<>(new Object());
        eventually(() -> {
            System.gc();
            return other.refersTo(null);
        });
        System.gc();
        assertEquals("mesh_kept_gauge 7.0", lines("mesh_kept_gauge").getLast());
        assertEquals("mesh_kept_counter_total 7.0", lines("mesh_kept_counter").getLast());
    }

    @Test
    void jvmMetricsAreThere() {
        List<String> names = page.text().lines().filter(it -> it.startsWith("# TYPE "))
                .map(it -> it.substring("# TYPE ".length(), it.lastIndexOf(' ')))
                .toList();
        for (String name : List.of("mesh_memory_used_heap_bytes", "mesh_gc_total", "mesh_thread_count",
                "mesh_jvm_uptime_seconds")) {
            assertTrue(names.contains(name), () -> name + " is not among " + names);
        }
        assertFalse(page.text().contains("scope="), "Helidon's own label");
    }
}
