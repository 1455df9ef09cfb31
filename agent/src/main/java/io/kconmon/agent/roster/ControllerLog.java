package io.kconmon.agent.roster;

import io.kconmon.shared.RateLimiter;
import io.kconmon.shared.log.Log;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Logs what is to be said of the controller, once and not at every attempt. Used by one thread. */
final class ControllerLog {

    private static final int MAX_REFUSALS = 100;
    private static final Log LOG = Log.of("agent");

    private final URI controller;
    private final Set<String> refusals = new HashSet<>();
    /** A controller decides how often it is lost and what it says. */
    private final RateLimiter lines = new RateLimiter(20, Duration.ofSeconds(10), System::nanoTime);
    /** As it was said last. */
    private boolean inTouch = true;

    ControllerLog(URI controller) {
        this.controller = controller;
    }

    void refusePart(String reason) {
        refuse("part of the roster was refused", reason);
    }

    void refuse(String what, @Nullable String reason) {
        if (refusals.size() >= MAX_REFUSALS) {
            refusals.clear();
        }
        if (!refusals.contains(what + reason) && lines.take()) {
            refusals.add(what + reason);
            LOG.warn(what, "controller", controller, "reason", String.valueOf(reason));
        }
    }

    void touched() {
        if (!inTouch && lines.take()) {
            LOG.info("the controller answers again", "controller", controller);
            inTouch = true;
        }
    }

    void lost(Exception e) {
        if (inTouch && lines.take()) {
            LOG.warn("the controller does not answer; the last roster stays in force", "controller", controller,
                    "reason", String.valueOf(e.getMessage()));
            inTouch = false;
        }
    }
}
