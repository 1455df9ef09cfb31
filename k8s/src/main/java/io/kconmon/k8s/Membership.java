package io.kconmon.k8s;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The rule for membership in the roster, which decides about false alarms. A function of the objects alone, so that
 * every replica of a controller gives the same answer, however long it has been running.
 *
 * <ul>
 * <li>In, from the first time the pod is Ready and has an address.
 * <li>Out at once when the pod ends, is being deleted or is gone, or its node is gone, being deleted or marked for
 * deletion. A node that has not been seen counts as gone: it exists long before an agent on it is Ready, so guessing
 * gains nothing, and a deleted node must take its agent along at once.
 * <li>Not Ready on a Ready node: the agent restarts, tests of it pause. A pod whose containers are all ready is Ready
 * here, even if its condition says otherwise: see {@link PodState#of}.
 * <li>Not Ready, or on a node that is not Ready, and that node is cordoned: planned, tests pause.
 * <li>Not Ready on a node that is neither Ready nor drained: tests go on and fail, for as long as it lasts.
 * </ul>
 *
 * <p>
 * A dead node's pods may be deleted after some minutes (by the taint manager, where they do not tolerate that), and
 * then stay as they are until the kubelet comes back or the Node goes. Such a deletion does not count: the dead node
 * must not fade from the metrics. Its time tells it from an ordinary one: it was requested after the node's failure
 * began.
 */
final class Membership {

    enum Verdict {
        OUT, IN, PAUSED
    }

    private Membership() {
    }

    static Verdict of(PodState pod, @Nullable NodeState node) {
        if (node == null || node.leaving() || pod.ended() || pod.ip().isEmpty() || !pod.hasBeenReady()) {
            return Verdict.OUT;
        }
        if (pod.terminatingSince() != null && !deletedForItsDeadNode(pod.terminatingSince(), node)) {
            return Verdict.OUT;
        }
        if (pod.ready() && node.ready()) {
            return Verdict.IN;
        }
        if (node.cordoned()) {
            return Verdict.PAUSED;
        }
        return node.ready() ? Verdict.PAUSED : Verdict.IN;
    }

    private static boolean deletedForItsDeadNode(Instant askedFor, NodeState node) {
        return !node.cordoned() && node.notReadySince() != null && !askedFor.isBefore(node.notReadySince());
    }
}
