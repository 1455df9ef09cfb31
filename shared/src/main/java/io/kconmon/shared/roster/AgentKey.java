package io.kconmon.shared.roster;

import io.kconmon.shared.net.IpAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What an agent knows of itself, by which its entry in a roster is found. Names are compared without case and with or
 * without a domain, since a host's name and a node's often differ in these.
 *
 * @param podName
 *            the name by which it finds itself in a roster
 * @param ip
 *            the address by which others know it, a literal; may be empty
 * @param port
 *            the port that it answers at; it tells agents at one address apart
 * @param node
 *            the node it runs on; its own name if the node is unknown
 */
public record AgentKey(String podName, String ip, int port, String node) {

    /**
     * Its entry. An address may have been another agent's before, so that it counts together with a name, or where the
     * agent does not know its node.
     */
    public Optional<Agent> in(Roster roster) {
        boolean knowsItsNode = !node.equals(podName);
        return at(roster)
                .filter(agent -> !knowsItsNode || isSame(agent.nodeName(), node) || isSame(agent.name(), podName))
                .or(() -> roster.find(podName)).or(() -> only(roster, agent -> isSame(agent.name(), podName)))
                .or(() -> only(roster, agent -> isSame(agent.nodeName(), node)));
    }

    /** The entry at its address, under any name. */
    public Optional<Agent> at(Roster roster) {
        return only(roster, this::isAt);
    }

    /** Whether an entry has its address and port. */
    public boolean isAt(Agent agent) {
        return !ip.isEmpty() && (agent.port() == Agent.COMMON_PORT || agent.port() == port)
                && (ip.equals(agent.ip())
                        || (agent.ip().indexOf(':') >= 0 && IpAddress.of(ip).equals(IpAddress.of(agent.ip()))));
    }

    /** The query of a request to a controller, without an IPv6 zone, which means nothing to another machine. */
    public String query() {
        return "pod=%s&node=%s&ip=%s&port=%d".formatted(escape(podName), escape(node), escape(withoutScope(ip)), port);
    }

    /** An address without the interface (the IPv6 zone) that it belongs to. */
    public static String withoutScope(String ip) {
        int scope = ip.indexOf('%');
        return scope < 0 ? ip : ip.substring(0, scope);
    }

    private static String escape(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** The part of a name that two names of one host or node have in common. */
    public static String withoutDomain(String name) {
        int dot = name.indexOf('.');
        return (dot < 0 ? name : name.substring(0, dot)).toLowerCase(Locale.ROOT);
    }

    private static Optional<Agent> only(Roster roster, Predicate<Agent> is) {
        List<Agent> found = roster.agents().stream().filter(is).limit(2).toList();
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    private static boolean isSame(String name, String other) {
        String one = name.toLowerCase(Locale.ROOT);
        String two = other.toLowerCase(Locale.ROOT);
        return one.equals(two) || one.startsWith(two + ".") || two.startsWith(one + ".");
    }
}
