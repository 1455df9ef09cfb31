package io.kconmon.shared.metrics;

import io.helidon.metrics.api.MeterRegistry;
import io.helidon.metrics.api.MetricsFactory;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.OperatingSystemMXBean;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadMXBean;
import java.util.function.Supplier;

/**
 * The JVM's own meters, named as Helidon's helidon-metrics-system-meters names them, which asks a factory that it finds
 * by itself for their tags, and so loads all that there is of settings for meters.
 */
final class JvmMeters {

    private final MetricsFactory factory;
    private final MeterRegistry registry;

    private JvmMeters(MetricsFactory factory, MeterRegistry registry) {
        this.factory = factory;
        this.registry = registry;
    }

    static void register(MetricsFactory factory, MeterRegistry registry) {
        var meters = new JvmMeters(factory, registry);
        meters.memory(ManagementFactory.getMemoryMXBean());
        meters.threads(ManagementFactory.getThreadMXBean());
        meters.classes(ManagementFactory.getClassLoadingMXBean());
        meters.machine(ManagementFactory.getOperatingSystemMXBean(), ManagementFactory.getRuntimeMXBean());
        ManagementFactory.getGarbageCollectorMXBeans().forEach(meters::collector);
    }

    private void memory(MemoryMXBean memory) {
        gauge("memory.usedHeap", "bytes", "Heap memory that is used", () -> memory.getHeapMemoryUsage().getUsed());
        gauge("memory.committedHeap", "bytes", "Heap memory that the JVM has from the system",
                () -> memory.getHeapMemoryUsage().getCommitted());
        gauge("memory.maxHeap", "bytes", "Heap memory that the JVM may have",
                () -> memory.getHeapMemoryUsage().getMax());
    }

    private void threads(ThreadMXBean threads) {
        gauge("thread.count", "", "Live platform threads", threads::getThreadCount);
        gauge("thread.daemon.count", "", "Live platform threads that are daemons", threads::getDaemonThreadCount);
        gauge("thread.max.count", "", "The most platform threads that were live at once", threads::getPeakThreadCount);
        gauge("thread.starts", "", "Platform threads started since the JVM's start",
                threads::getTotalStartedThreadCount);
    }

    private void classes(ClassLoadingMXBean classes) {
        gauge("classloader.loadedClasses.count", "", "Classes that are loaded", classes::getLoadedClassCount);
        counter("classloader.loadedClasses.total", "Classes loaded since the JVM's start",
                classes::getTotalLoadedClassCount);
        counter("classloader.unloadedClasses.total", "Classes unloaded since the JVM's start",
                classes::getUnloadedClassCount);
    }

    private void machine(OperatingSystemMXBean machine, RuntimeMXBean jvm) {
        gauge("cpu.availableProcessors", "", "Processors that the JVM may use", machine::getAvailableProcessors);
        gauge("cpu.systemLoadAverage", "", "The machine's load average of the last minute; -1 where there is none",
                machine::getSystemLoadAverage);
        gauge("jvm.uptime", "seconds", "Time since the JVM's start", () -> jvm.getUptime() / 1e3);
    }

    private void collector(GarbageCollectorMXBean collector) {
        var name = factory.tagCreate("name", collector.getName());
        registry.getOrCreate(factory
                .functionalCounterBuilder("gc.total", collector, GarbageCollectorMXBean::getCollectionCount)
                .description("Garbage collections").addTag(name));
        registry.getOrCreate(factory.functionalCounterBuilder("gc.time", collector, it -> it.getCollectionTime() / 1000)
                .description("Time spent in garbage collections").baseUnit("seconds").addTag(name));
    }

    private void gauge(String name, String unit, String help, Supplier<Number> value) {
        var gauge = factory.gaugeBuilder(name, value).description(help);
        registry.getOrCreate(unit.isEmpty() ? gauge : gauge.baseUnit(unit));
    }

    private void counter(String name, String help, Supplier<Long> count) {
        registry.getOrCreate(factory.functionalCounterBuilder(name, count, Supplier::get).description(help));
    }
}
