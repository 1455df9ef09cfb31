package io.kconmon.agent.probe;

import io.kconmon.shared.log.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Logs when a test begins to fail and when it has recovered, and not each failure: with one packet in three lost, every
 * other round would be a line.
 */
public final class FailureLog {

    /** About a minute at the default interval. */
    private static final int PASSES_TO_RECOVER = 12;
    private static final Log LOG = Log.of("agent");

    private final String protocol;
    private final String destination;
    private long failures;
    private int passesSince;

    public FailureLog(String protocol, String destination) {
        this.protocol = protocol;
        this.destination = destination;
    }

    /** Takes note of a test without further details. */
    public void record(Optional<Cause> cause) {
        record(cause, List::of);
    }

    /**
     * Takes note of a test, which passed if it has no cause of failure.
     *
     * @param details
     *            fields of the first failure's log line: key, value, key, value
     */
    public void record(Optional<Cause> cause, Supplier<List<?>> details) {
        if (cause.isPresent()) {
            if (failures == 0) {
                LOG.warn("test begins to fail", with(details.get(), "cause", cause.get().label()));
            }
            failures++;
            passesSince = 0;
        } else if (failures > 0 && ++passesSince == PASSES_TO_RECOVER) {
            LOG.info("test has recovered", "test", protocol, "destination", destination, "failures", failures);
            failures = 0;
        }
    }

    /** Logs a noteworthy event that is not a failure. */
    public void note(String message, Object... details) {
        LOG.warn(message, with(List.of(details)));
    }

    private Object[] with(List<?> details, Object... first) {
        var fields = new ArrayList<Object>(List.of("test", protocol, "destination", destination));
        fields.addAll(List.of(first));
        fields.addAll(details);
        return fields.toArray();
    }
}
