package io.kconmon.controller.verdict;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** Whom a verdict is about. */
public sealed interface Subject {

    /** One node, or its agent. */
    record OneNode(String node) implements Subject {
    }

    /** The way from one node to another. */
    record TwoNodes(String source, String destination) implements Subject {
    }

    /** The way from one zone to another, or within one. */
    record TwoZones(String source, String destination) implements Subject {
    }

    /** All nodes. */
    record Mesh() implements Subject {
    }

    /** Its names, by the field they have in JSON and the label they have in metrics. */
    default SequencedMap<String, String> names() {
        return switch (this) {
            case OneNode(String node) -> new LinkedHashMap<>(Map.of("node", node));
            case TwoNodes(String source, String destination) -> two("source", source, "destination", destination);
            case TwoZones(String source, String destination) ->
                two("source_zone", source, "destination_zone", destination);
            case Mesh() -> new LinkedHashMap<>();
        };
    }

    private static SequencedMap<String, String> two(String first, String one, String second, String other) {
        var names = new LinkedHashMap<String, String>();
        names.put(first, one);
        names.put(second, other);
        return names;
    }
}
