package io.kconmon.controller;

import io.helidon.webserver.http.ServerRequest;
import io.kconmon.shared.net.IpAddress;
import io.kconmon.shared.roster.AgentKey;
import java.util.Optional;

/** The query by which an agent says who it is: {@code pod}, {@code node}, {@code ip} and {@code port}. */
final class AgentQuery {

    private static final int MAX_NAME = 253;

    private AgentQuery() {
    }

    /**
     * Empty if the query names no pod: then it is not an agent that asks, or one of another version.
     *
     * @throws IllegalArgumentException
     *             in one line that names what is wrong and what is allowed
     */
    static Optional<AgentKey> key(ServerRequest request) {
        String pod = request.query().first("pod").orElse("");
        if (pod.isEmpty()) {
            return Optional.empty();
        }
        String node = request.query().first("node").orElse("");
        String ip = request.query().first("ip").orElse("");
        String port = request.query().first("port").orElse("0");
        check(pod.length() <= MAX_NAME, "pod", pod, "1 to %d characters".formatted(MAX_NAME));
        check(node.length() <= MAX_NAME, "node", node, "%d characters at most".formatted(MAX_NAME));
        check(ip.isEmpty() || IpAddress.isLiteral(ip), "ip", ip, "an IPv4 or IPv6 address, or none");
        check(port.matches("\\d{1,5}") && Integer.parseInt(port) <= 65535, "port", port, "0 to 65535");
        return Optional.of(new AgentKey(pod, ip, Integer.parseInt(port), node.isEmpty() ? pod : node));
    }

    private static void check(boolean good, String name, String value, String allowed) {
        if (!good) {
            String line = value.replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]", "?");
            throw new IllegalArgumentException("%s: \"%s\" is not allowed; allowed: %s".formatted(name,
                    line.length() <= 80 ? line : line.substring(0, 80) + "…", allowed));
        }
    }
}
