package io.kconmon.controller.status;

import io.kconmon.controller.verdict.Subject;
import io.kconmon.controller.verdict.Verdict;
import io.kconmon.controller.verdict.VerdictEvent;
import io.kconmon.k8s.NodeEvent;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * Tells Kubernetes of verdicts, as Events of the nodes that they name. Verdicts of zones and of the whole mesh name none.
 *
 * @param events
 *            gets each Event
 */
public record NodeVerdictEvents(Consumer<NodeEvent> events) implements Consumer<VerdictEvent> {

    /** Replicas see a fault begin within seconds of each other, and are to write one Event of it. */
    private static final int SAME_SECONDS = 300;

    @Override
    public void accept(VerdictEvent event) {
        Verdict verdict = event.verdict();
        boolean begins = event.change() == VerdictEvent.Change.BEGINS;
        String reason = (verdict.kind() == Verdict.Kind.AGENT ? "KconmonAgentStalled" : "NetworkFault")
                + (begins ? "" : "Ended");
        String content = "%s %s %s %s %s %d%s".formatted(event.change().label(), verdict.kind().label(),
                verdict.subject().names(), verdict.direction().label(), verdict.protocol().label(),
                (long) verdict.since() / SAME_SECONDS, verdict.slow().isPresent() ? " slow" : "");
        for (String node : nodes(verdict.subject())) {
            events.accept(new NodeEvent(node, begins, reason, (begins ? "" : "ended: ") + verdict.words(),
                    Instant.ofEpochMilli(Math.round(event.at() * 1000)), content));
        }
    }

    private static List<String> nodes(Subject subject) {
        return switch (subject) {
            case Subject.OneNode(String node) -> List.of(node);
            case Subject.TwoNodes(String source, String destination) -> List.of(source, destination);
            case Subject.TwoZones zones -> List.of();
            case Subject.Mesh mesh -> List.of();
        };
    }
}
