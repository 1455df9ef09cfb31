package io.kconmon.shared.roster;

import io.kconmon.shared.net.IpAddress;
import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One agent, as the controller describes it to the others.
 *
 * @param name
 *            the pod's name; unique in a roster
 * @param nodeName
 *            the node it runs on: the {@code source} or {@code destination} of every series
 * @param ip
 *            an IPv4 or IPv6 literal, never a host name: tests of the network must not depend on DNS
 * @param zone
 *            the node's failure domain, {@link #UNKNOWN_ZONE} where it has none
 * @param port
 *            TCP and UDP port, or {@link #COMMON_PORT} for the port that all agents share
 * @param paused
 *            true while the agent itself is away for a reason that is not the network (it restarts, its node is being
 *            drained): it stays in the roster, tests of it pause
 * @param rotating
 *            true if it is tested for a while only, by who is told so: a bounded mesh tests every pair in turn
 */
public record Agent(String name, String nodeName, String ip, String zone, int port, boolean paused, boolean rotating) {

    public static final String UNKNOWN_ZONE = "unknown";
    public static final int COMMON_PORT = 0;

    /** RFC 1123 allows 253 characters for a name in DNS; Kubernetes names and label values are no longer. */
    private static final int MAX_NAME = 253;
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}]");

    /** @throws IllegalArgumentException in one line that names the field, its value and what is allowed */
    public Agent {
        checkName("name", name);
        checkName("nodeName", nodeName);
        checkName("zone", zone);
        if (!IpAddress.isLiteral(requireNonNull(ip, "ip is null"))) {
            throw new IllegalArgumentException("ip: \"%s\" is not an IPv4 or IPv6 address".formatted(shorten(ip)));
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: %d is not allowed; allowed: 1 to 65535".formatted(port));
        }
    }

    public Agent(String name, String nodeName, String ip, String zone) {
        this(name, nodeName, ip, zone, COMMON_PORT, false);
    }

    public Agent(String name, String nodeName, String ip, String zone, int port, boolean paused) {
        this(name, nodeName, ip, zone, port, paused, false);
    }

    public Agent withPaused(boolean nowPaused) {
        return nowPaused == paused ? this : new Agent(name, nodeName, ip, zone, port, nowPaused, rotating);
    }

    public Agent withRotating(boolean nowRotating) {
        return nowRotating == rotating ? this : new Agent(name, nodeName, ip, zone, port, paused, nowRotating);
    }

    /** A record's own is put together at run time, which takes a dozen classes. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Agent agent && rotating == agent.rotating && describesSame(agent);
    }

    /** Whether all fields but {@code rotating} are equal. */
    public boolean describesSame(Agent agent) {
        return name.equals(agent.name) && nodeName.equals(agent.nodeName) && ip.equals(agent.ip)
                && zone.equals(agent.zone) && port == agent.port && paused == agent.paused;
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    private static void checkName(String field, String value) {
        requireNonNull(value, field + " is null");
        if (value.isBlank() || value.length() > MAX_NAME || CONTROL.matcher(value).find()) {
            throw new IllegalArgumentException("%s: \"%s\" is not allowed; allowed: 1 to %d printable characters"
                    .formatted(field, shorten(value), MAX_NAME));
        }
    }

    /** For a message: one line, and not a long one. */
    static String shorten(String value) {
        String line = CONTROL.matcher(value).replaceAll("?");
        return line.length() <= 80 ? line : line.substring(0, 80) + "…";
    }
}
