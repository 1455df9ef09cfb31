package io.kconmon.agent.roster;

import io.kconmon.shared.client.FailureText;
import io.kconmon.shared.log.Log;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Logs the controller's state when it changes, not at every attempt. Used by one thread, and closed by another. */
final class ControllerLog {

    private static final int MAX_REFUSALS = 100;
    private static final Log LOG = Log.of("agent");

    private final URI controller;
    private final Set<String> refusals = new HashSet<>();
    /** A controller decides how often its connection is lost and the text of its answers. */
    private final RateLimiter lines = new RateLimiter(20, Duration.ofSeconds(10), System::nanoTime);
    private final long patienceNanos;
    private final long startNanos = System.nanoTime();
    /** Whether a controller has ever answered: on a first install agents are there before it is. */
    private boolean met;
    /** The last logged state. */
    private boolean inTouch = true;
    private boolean impatient;
    private volatile boolean closed;

    /**
     * Nothing is logged yet.
     *
     * @param patience
     *            how long the first controller may take to come
     */
    ControllerLog(URI controller, Duration patience) {
        this.controller = controller;
        this.patienceNanos = patience.toNanos();
    }

    void refusePart(String reason) {
        refuse("part of the roster was refused", reason);
    }

    void refuse(String what, Throwable reason) {
        refuse(what, FailureText.of(reason));
    }

    private void refuse(String what, String reason) {
        if (refusals.size() >= MAX_REFUSALS) {
            refusals.clear();
        }
        if (!closed && !refusals.contains(what + reason) && lines.take()) {
            refusals.add(what + reason);
            LOG.warn(what, "controller", controller, "reason", reason);
        }
    }

    void touched() {
        if (!closed && !inTouch && lines.take()) {
            LOG.info(met ? "the controller answers again" : "the controller answers", "controller", controller);
            inTouch = true;
        }
        met = true;
    }

    void lost(Exception e) {
        if (closed) {
            return;
        }
        if (inTouch && lines.take()) {
            inTouch = false;
            if (met) {
                LOG.warn("the controller does not answer; the last roster stays in force", "controller", controller,
                        "reason", FailureText.of(e));
            } else {
                LOG.info("waiting for a controller", "controller", controller, "reason", FailureText.of(e));
            }
        } else if (!met && !impatient && System.nanoTime() - startNanos > patienceNanos) {
            impatient = true;
            LOG.warn("no controller has answered since the start; nobody is tested", "controller", controller, "reason",
                    FailureText.of(e));
        }
    }

    /** Nothing more is logged: an answer that is cut by closing, or comes after it, says nothing of the controller. */
    void close() {
        closed = true;
    }
}
