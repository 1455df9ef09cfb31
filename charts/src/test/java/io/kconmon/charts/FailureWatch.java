package io.kconmon.charts;

import io.kconmon.charts.Installed.Pod;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads every agent's page again and again, of those that come and of those that leave as long as they answer, and
 * remembers by how much each count of failed results grew.
 */
final class FailureWatch implements AutoCloseable {

    private static final Pattern FAILED = Pattern
            .compile("(?m)^(kconmon_(?:tcp|udp|dns)_failures_total\\{.*}) ([0-9.E]+)$");
    private static final Pattern CAUSE = Pattern.compile("cause=\"([^\"]*)\",?");
    /** Failures that a lab on one busy machine causes by itself. Late is the network's elsewhere, but here the network is the machine. */
    private static final Set<String> OF_THE_MACHINE = Set.of("stalled", "local", "late");

    private final Installed kconmon;
    private final Map<String, Pod> seen = new ConcurrentHashMap<>();
    private final Map<String, Double> first = new ConcurrentHashMap<>();
    private final SortedMap<String, Double> grown = new ConcurrentSkipListMap<>();
    private final Thread reader;
    private volatile boolean closed;

    FailureWatch(Installed kconmon) throws IOException, InterruptedException {
        this.kconmon = kconmon;
        for (Pod agent : kconmon.agents()) {
            kconmon.await("the first page of " + agent, page -> !page.isEmpty(), agent);
        }
        read(true);
        reader = Thread.ofVirtual().start(() -> {
            for (int i = 1; !closed; i++) {
                try {
                    read(i % 5 == 0);
                } catch (IOException e) {
                    // the API server is away: the agents that are known go on being read
                } catch (InterruptedException e) {
                    return;
                }
                LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
            }
        });
    }

    private void read(boolean pods) throws IOException, InterruptedException {
        try {
            if (pods) {
                kconmon.agents().stream().filter(it -> !it.ip().isEmpty()).forEach(it -> seen.put(it.name(), it));
            }
        } finally {
            for (Pod pod : seen.values()) {
                Matcher failed = FAILED.matcher(kconmon.page(pod));
                while (failed.find()) {
                    String series = pod.name() + ": " + failed.group(1);
                    double value = Double.parseDouble(failed.group(2));
                    // An agent that is new counts from nothing.
                    double before = first.computeIfAbsent(series, it -> reader == null ? value : 0.0);
                    if (value > before) {
                        grown.put(series, value - before);
                    }
                }
            }
        }
    }

    /** Failures by the network since the start, by series without the cause, and the pod's name before it. */
    SortedMap<String, Double> failures() throws IOException, InterruptedException {
        read(true);
        var failures = new TreeMap<String, Double>();
        grown.forEach((series, count) -> {
            if (isLostOrRefused(series)) {
                failures.merge(CAUSE.matcher(series).replaceFirst(""), count, Double::sum);
            }
        });
        return failures;
    }

    /** Whether a series of failures has a cause that is not the machine's. */
    static boolean isLostOrRefused(String series) {
        Matcher cause = CAUSE.matcher(series);
        return !cause.find() || !OF_THE_MACHINE.contains(cause.group(1));
    }

    /** All failures, by cause. */
    @Override
    public String toString() {
        return grown.toString();
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        reader.join();
    }
}
