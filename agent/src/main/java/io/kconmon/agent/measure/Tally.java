package io.kconmon.agent.measure;

import io.kconmon.agent.probe.Cause;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How often a test passed and failed, and of what. Immutable. A local failure is counted by its cause alone: it is
 * ours, not the network's.
 */
final class Tally {

    static final Tally NONE = new Tally(0, 0, Map.of());

    private final long passed;
    private final long failed;
    private final Map<Cause, Long> byCause;

    private Tally(long passed, long failed, Map<Cause, Long> byCause) {
        this.passed = passed;
        this.failed = failed;
        this.byCause = byCause;
    }

    /** With one more test, which passed if it has no cause of failure. */
    Tally plus(Optional<Cause> cause) {
        if (cause.isEmpty()) {
            return new Tally(passed + 1, failed, byCause);
        }
        var counts = new EnumMap<Cause, Long>(Cause.class);
        counts.putAll(byCause);
        counts.merge(cause.get(), 1L, Long::sum);
        return new Tally(passed, cause.get() == Cause.LOCAL ? failed : failed + 1, counts);
    }

    /** Both results from the first scrape on, so that a rate sees the first failure; causes as they occur. */
    void write(String test, Labels ends, Families families) {
        String protocol = test.toUpperCase(Locale.ROOT);
        String results = "Tests over %s by result".formatted(protocol);
        families.counter(test + "_results", results, ends.add("result", "pass"), passed);
        families.counter(test + "_results", results, ends.add("result", "fail"), failed);
        byCause.forEach((cause, count) -> families.counter(test + "_failures",
                "Failed tests over %s by cause; a local one is no fault of the network and no result"
                        .formatted(protocol),
                ends.add("cause", cause.label()), count));
    }
}
