package io.kconmon.agent.measure;

import io.kconmon.agent.probe.Cause;
import io.kconmon.shared.log.Log;
import java.util.Optional;

/**
 * Logs when a test begins to fail and when it has recovered, not each failure: with one packet in three lost, every
 * other round would be news.
 */
final class Episodes {

    /** A minute of the usual interval. */
    private static final int PASSES_TO_RECOVER = 12;
    private static final Log LOG = Log.of("agent");

    private final String test;
    private final String destination;
    private long failures;
    private int passesSince;

    Episodes(String test, String destination) {
        this.test = test;
        this.destination = destination;
    }

    void record(Optional<Cause> cause) {
        if (cause.isPresent()) {
            if (failures == 0) {
                LOG.warn("test begins to fail", "test", test, "destination", destination, "cause", cause.get().label());
            }
            failures++;
            passesSince = 0;
        } else if (failures > 0 && ++passesSince == PASSES_TO_RECOVER) {
            LOG.info("test has recovered", "test", test, "destination", destination, "failures", failures);
            failures = 0;
        }
    }
}
