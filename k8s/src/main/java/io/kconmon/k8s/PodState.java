package io.kconmon.k8s;

import io.kconmon.shared.net.IpAddress;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What matters of an agent's pod.
 *
 * @param nodeName
 *            empty until it is scheduled
 * @param ip
 *            empty until it has one
 * @param hasBeenReady
 *            whether it is Ready or ever was, see {@link #of}
 * @param ended
 *            its containers have stopped for good
 * @param terminatingSince
 *            when its deletion was asked for; null if it was not
 */
record PodState(String name, String nodeName, String ip, boolean ready, boolean hasBeenReady, boolean ended,
        @Nullable Instant terminatingSince, Instant created) {

    /**
     * The object alone tells whether a pod that is not Ready has ever been, so that a controller that has just started
     * gives the same answer as one that saw it: the kubelet sets the pod's start time right after the condition
     * Ready=False, and that condition changes again only after it was True. A change within the same second does not
     * show, and counts as never.
     *
     * <p>
     * A pod whose containers are all ready is ready, too: while the API server could not be reached, the control plane
     * has set the condition of every pod to False, and the kubelets take half a minute to take that back.
     */
    static PodState of(Wire.Pod pod) {
        Wire.Meta meta = pod.metadata();
        Wire.PodStatus status = pod.status();
        String name = meta == null || meta.name() == null ? "" : meta.name();
        String nodeName = pod.spec() == null || pod.spec().nodeName() == null ? "" : pod.spec().nodeName();
        String ip = status == null || status.podIP() == null ? "" : status.podIP();
        String phase = status == null || status.phase() == null ? "" : status.phase();
        Optional<Wire.Condition> condition = Wire.ready(status == null ? null : status.conditions());
        boolean ready = (condition.isPresent() && "True".equals(condition.get().status()))
                || (status != null && status.containersReady());
        Optional<Instant> started = Wire.time(status == null ? null : status.startTime());
        Optional<Instant> turned = condition.flatMap(it -> Wire.time(it.lastTransitionTime()));
        boolean turnedAfterStart = started.isPresent() && turned.isPresent() && turned.get().isAfter(started.get());
        return new PodState(name, nodeName, IpAddress.isLiteral(ip) ? ip : "", ready, ready || turnedAfterStart,
                phase.equals("Succeeded") || phase.equals("Failed"), terminatingSince(meta),
                Wire.time(meta == null ? null : meta.creationTimestamp()).orElse(Instant.EPOCH));
    }

    /** A deletion timestamp is when the pod may be killed at the latest: the request plus the grace period. */
    private static @Nullable Instant terminatingSince(Wire.@Nullable Meta meta) {
        if (meta == null || meta.deletionTimestamp() == null) {
            return null;
        }
        Instant deadline = Wire.time(meta.deletionTimestamp()).orElse(Instant.EPOCH);
        Long grace = meta.deletionGracePeriodSeconds();
        return grace == null ? deadline : deadline.minusSeconds(grace);
    }
}
