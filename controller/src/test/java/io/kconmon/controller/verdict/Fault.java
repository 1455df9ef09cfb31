package io.kconmon.controller.verdict;

import io.kconmon.controller.verdict.Subject.Mesh;
import io.kconmon.controller.verdict.Subject.OneNode;
import io.kconmon.controller.verdict.Subject.TwoNodes;
import io.kconmon.controller.verdict.Subject.TwoZones;
import io.kconmon.controller.verdict.Verdict.Direction;
import io.kconmon.controller.verdict.Verdict.Kind;

/**
 * What is done to a simulated mesh for a while, and the verdict that it should give.
 *
 * @param loss
 *            of what this loses, 0 to 1
 * @param slowMicros
 *            what a round trip takes longer
 * @param from
 *            in seconds since the simulation began, as {@code to} is
 */
record Fault(Kind kind, Subject subject, Direction direction, double loss, double slowMicros, double from,
        double to) {

    Fault(Kind kind, Subject subject, Direction direction, double loss, double from, double to) {
        this(kind, subject, direction, loss, 0, from, to);
    }

    static Fault dead(String node, double from, double to) {
        return new Fault(Kind.NODE, new OneNode(node), Direction.BOTH, 1, from, to);
    }

    boolean lasts(double at) {
        return at >= from && at < to;
    }

    boolean isDead(String node) {
        return kind == Kind.NODE && loss == 1 && direction == Direction.BOTH && subject.equals(new OneNode(node));
    }

    boolean isStalled(String node) {
        return kind == Kind.AGENT && subject.equals(new OneNode(node));
    }

    /** What round trips from one node to another take longer. */
    double slows(String source, String sourceZone, String destination, String destinationZone) {
        return slowMicros > 0 && hits(source, sourceZone, destination, destinationZone) ? slowMicros : 0;
    }

    /** What is lost of the packets from one node to another. */
    double loses(String source, String sourceZone, String destination, String destinationZone) {
        return hits(source, sourceZone, destination, destinationZone) ? loss : 0;
    }

    private boolean hits(String source, String sourceZone, String destination, String destinationZone) {
        return switch (subject) {
            case OneNode(String node) -> kind == Kind.NODE
                    && (node.equals(source) && direction != Direction.TO
                            || node.equals(destination) && direction != Direction.FROM);
            case TwoNodes(String one, String other) -> one.equals(source) && other.equals(destination)
                    || direction == Direction.BOTH && other.equals(source) && one.equals(destination);
            case TwoZones(String one, String other) -> one.equals(sourceZone) && other.equals(destinationZone)
                    || direction == Direction.BOTH && other.equals(sourceZone) && one.equals(destinationZone);
            case Mesh() -> true;
        };
    }

    boolean matches(Verdict verdict) {
        return verdict.kind() == kind && verdict.slow().isPresent() == slowMicros > 0
                && (kind == Kind.AGENT || verdict.direction() == direction)
                && (verdict.subject().equals(subject) || direction == Direction.BOTH && turned(verdict.subject()));
    }

    private boolean turned(Subject other) {
        return switch (subject) {
            case TwoNodes(String one, String two) -> other.equals(new TwoNodes(two, one));
            case TwoZones(String one, String two) -> other.equals(new TwoZones(two, one));
            default -> false;
        };
    }
}
