package io.kconmon.k8s;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/**
 * Something that happened to a node, as {@code kubectl describe node} shows it.
 *
 * @param reason
 *            a word in UpperCamelCase
 * @param content
 *            the identity of this event: two writers with the same content write the same event
 */
public record NodeEvent(String node, boolean warning, String reason, String message, Instant at, String content) {

    /** Of an object's name there may be 253 characters. */
    private static final int LONGEST_NODE = 200;

    /** The Event's name, made of its content. */
    String name() {
        return "%s.%s".formatted(node.length() > LONGEST_NODE ? node.substring(0, LONGEST_NODE) : node,
                UUID.nameUUIDFromBytes((node + "\n" + content).getBytes(StandardCharsets.UTF_8)));
    }
}
