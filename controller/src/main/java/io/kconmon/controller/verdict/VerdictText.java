package io.kconmon.controller.verdict;

import io.kconmon.controller.verdict.Subject.Mesh;
import io.kconmon.controller.verdict.Subject.OneNode;
import io.kconmon.controller.verdict.Subject.TwoNodes;
import io.kconmon.controller.verdict.Subject.TwoZones;
import io.kconmon.controller.verdict.Verdict.Direction;
import io.kconmon.controller.verdict.Verdict.Protocol;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Verdicts as an operator would phrase them. Times are the data's, in UTC. */
final class VerdictText {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);
    /** From this loss on the text says that nothing comes through. */
    static final double ALL = 0.9;

    private VerdictText() {
    }

    /**
     * @param seen
     *            how many of the other nodes see it, and of how many
     */
    static String of(Subject subject, Direction direction, Protocol protocol, double loss, double since, int[] seen) {
        String when = " since " + TIME.format(Instant.ofEpochMilli(Math.round(since * 1e3)));
        String share = percent(loss);
        String what = share + " % of " + (protocol == Protocol.TCP ? "TCP requests" : "UDP packets");
        return switch (subject) {
            case OneNode(String node) when loss >= ALL && direction == Direction.BOTH ->
                "%s: nobody reaches it%s (%s, %d of %d nodes, no answer)".formatted(node, when, protocols(protocol),
                        seen[0], seen[1]);
            case OneNode(String node) when protocol == Protocol.TCP ->
                "%s: %s %% of the TCP requests from and to it fail%s".formatted(node, share, when);
            case OneNode(String node) -> "%s loses %s %% of %s%s (%s)".formatted(node, share, switch (direction) {
                case TO -> "what is sent to it";
                case FROM -> "what it sends";
                case BOTH -> "what it sends and of what is sent to it";
            }, when, protocols(protocol));
            case TwoNodes(String source, String destination) when loss >= ALL && direction == Direction.BOTH ->
                "%s and %s do not reach each other%s (%s)".formatted(source, destination, when, protocols(protocol));
            case TwoNodes(String source, String destination) ->
                way(source, destination, direction) + " loses " + what + when;
            case TwoZones(String zone, String same) when zone.equals(same) -> zone + " loses " + what + " within it"
                    + when;
            case TwoZones(String source, String destination) ->
                way(source, destination, direction) + " loses " + what + when;
            case Mesh() -> "everything loses %s%s: no node, zone or pair more than the others".formatted(what, when);
        };
    }

    static String stalled(String node, double since) {
        return "the agent on %s is stalled since %s: its kernel answers".formatted(node,
                TIME.format(Instant.ofEpochMilli(Math.round(since * 1e3))));
    }

    /**
     * @param loss
     *            of the lossy flows
     */
    static String flows(String source, String destination, int lossy, int all, double loss, double since) {
        String what = loss >= ALL
                ? (lossy == 1 ? "is" : "are") + " dead"
                : "%s %s %% of UDP packets".formatted(lossy == 1 ? "loses" : "lose", percent(loss));
        return "%s → %s: %d of %d flows %s since %s: a bad link of several".formatted(source, destination, lossy, all,
                what, TIME.format(Instant.ofEpochMilli(Math.round(since * 1e3))));
    }

    /**
     * @param seen
     *            how many of the other nodes see it
     * @param looked
     *            and of how many
     */
    static String slow(Subject subject, Protocol protocol, Verdict.Slow slow, double since, int seen,
            int looked) {
        String name = switch (subject) {
            case OneNode(String node) -> node + " is slow";
            case TwoNodes(String source, String destination) -> way(source, destination, Direction.BOTH) + " is slow";
            case TwoZones(String zone, String same) when zone.equals(same) -> zone + " is slow within it";
            case TwoZones(String source, String destination) -> way(source, destination, Direction.BOTH) + " is slow";
            case Mesh() -> "everything is slow";
        };
        String nodes = subject instanceof OneNode ? ", %d of %d nodes".formatted(seen, looked) : "";
        return "%s: round trips of %s ms instead of %s ms since %s (%s%s)".formatted(name, millis(slow.rttMicros()),
                millis(slow.usualRttMicros()), TIME.format(Instant.ofEpochMilli(Math.round(since * 1e3))),
                protocols(protocol), nodes);
    }

    private static String millis(long micros) {
        var millis = new BigDecimal(micros).movePointLeft(3);
        return millis.round(new MathContext(Math.max(2, millis.precision() - millis.scale()))).stripTrailingZeros()
                .toPlainString();
    }

    private static String way(String source, String destination, Direction direction) {
        return source + (direction == Direction.BOTH ? " ↔ " : " → ") + destination;
    }

    private static String protocols(Protocol protocol) {
        return switch (protocol) {
            case UDP -> "UDP";
            case TCP -> "TCP";
            case BOTH -> "UDP and TCP";
        };
    }

    /** Two digits are as precise as the data. */
    private static String percent(double share) {
        return share >= 0.9995
                ? "100"
                : new BigDecimal(100 * share).round(new MathContext(2)).stripTrailingZeros().toPlainString();
    }
}
