package io.kconmon.controller.web;

import java.util.Map;

/** What the simulated mesh can suffer from, told by node and zone index as far as effects go. */
sealed interface Fault {

    /** Nobody reaches the node, and nobody hears from it. */
    record Dead(int node) implements Fault {
    }

    /** A share of the packets from one zone to another is lost. */
    record Zones(String from, String to, double share) implements Fault {
    }

    /** A share of the packets that the node sends is lost. */
    record From(int node, double share) implements Fault {
    }

    /** The round trip of one pair is longer, and so the other way round. */
    record Slow(int source, int destination, double factor) implements Fault {
    }

    /** The node's agent stands still: its kernel answers, its TCP tests fail. */
    record Stalled(int node) implements Fault {
    }

    /** One of the pair's five flows is dead. */
    record Flow(int source, int destination) implements Fault {
    }

    /** No fault: a pair whose tests fall into every second interval. */
    record Seldom(int source, int destination) implements Fault {
    }

    /** The verdict's fields but its times: what the controller would say. */
    default Map<String, Object> verdict(SimulatedNodes nodes, String clock) {
        return switch (this) {
            case Dead it -> Map.of("kind", "node", "node", nodes.name(it.node), "direction", "both", "protocol", "both",
                    "loss", 1.0, "confidence", 0.999, "causes", Map.of("timeout", nodes.size() - 1), "words",
                    "%s: nobody reaches it since %s UTC (UDP and TCP, %d of %d nodes, no answer)".formatted(
                            nodes.name(it.node), clock, nodes.size() - 1, nodes.size() - 1));
            case Zones it -> Map.of("kind", "zones", "source_zone", it.from, "destination_zone", it.to, "direction",
                    "to", "protocol", "udp", "loss", it.share, "confidence", 0.997, "words",
                    "%s → %s loses %.1f %% of UDP packets since %s UTC".formatted(it.from, it.to, it.share * 100,
                            clock));
            case From it -> Map.of("kind", "node", "node", nodes.name(it.node), "direction", "from", "protocol", "udp",
                    "loss", it.share, "confidence", 0.99, "words",
                    "%s loses %.1f %% of what it sends since %s UTC".formatted(nodes.name(it.node), it.share * 100,
                            clock));
            case Stalled it -> Map.of("kind", "agent", "node", nodes.name(it.node), "direction", "both", "protocol",
                    "tcp", "loss", 0.0, "confidence", 0.98, "words",
                    "the agent on %s is stalled since %s UTC: its kernel answers".formatted(nodes.name(it.node),
                            clock));
            case Flow it -> Map.of("kind", "flow", "source", nodes.name(it.source), "destination",
                    nodes.name(it.destination), "direction", "to", "protocol", "udp", "loss", 0.2, "confidence", 0.99,
                    "words", "%s → %s: 1 of 5 flows is dead since %s UTC: a bad link of several".formatted(
                            nodes.name(it.source), nodes.name(it.destination), clock));
            case Slow it -> Map.of();
            case Seldom it -> Map.of();
        };
    }
}
