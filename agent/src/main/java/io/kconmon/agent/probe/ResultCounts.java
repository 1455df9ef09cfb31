package io.kconmon.agent.probe;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How often a test has passed and failed, and why it failed. Immutable. A failure of this agent itself is counted by its
 * cause alone, because it says nothing about the network.
 */
public final class ResultCounts {

    public static final ResultCounts NONE = new ResultCounts(0, 0, Map.of());

    private final long passed;
    private final long failed;
    private final Map<Cause, Long> byCause;

    private ResultCounts(long passed, long failed, Map<Cause, Long> byCause) {
        this.passed = passed;
        this.failed = failed;
        this.byCause = byCause;
    }

    /** These and one more test, which passed if it has no cause of failure. */
    public ResultCounts plus(Optional<Cause> cause) {
        if (cause.isEmpty()) {
            return new ResultCounts(passed + 1, failed, byCause);
        }
        var counts = new EnumMap<Cause, Long>(Cause.class);
        counts.putAll(byCause);
        counts.merge(cause.get(), 1L, Long::sum);
        return new ResultCounts(passed, cause.get() == Cause.LOCAL ? failed : failed + 1, counts);
    }

    /**
     * Writes both results from the first scrape on, so that a rate sees the first failure.
     *
     * @param prefix
     *            what the family's name begins with
     */
    public void write(String prefix, String protocol, Labels ends, MetricFamilies families) {
        writeResults(prefix + protocol + "_results", "Tests over " + protocol.toUpperCase(Locale.ROOT) + " by result",
                ends, families);
    }

    /** Writes the failures by cause, each from its first on. */
    public void writeFailures(String prefix, String protocol, Labels ends, MetricFamilies families) {
        byCause.forEach((cause, count) -> families.counter(prefix + protocol + "_failures",
                "Failed tests over %s by cause; a local one is no fault of the network and no result"
                        .formatted(protocol.toUpperCase(Locale.ROOT)),
                ends.add("cause", cause.label()), count));
    }

    /** Writes both results alone, as a family of that name. */
    public void writeResults(String family, String help, Labels ends, MetricFamilies families) {
        families.counter(family, help, ends.add("result", "pass"), passed);
        families.counter(family, help, ends.add("result", "fail"), failed);
    }
}
