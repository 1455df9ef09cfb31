package io.kconmon.agent.roster;

import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.net.IpAddress;
import io.kconmon.shared.roster.Roster;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * This agent's identity: from its start (the downward API), until the controller confirms it. Names are compared
 * without case and with or without a domain, since a host's name and a node's often differ in these.
 *
 * @param podName
 *            the name by which it finds itself in a roster
 * @param ip
 *            the address by which others know it; may be empty
 * @param port
 *            the port that it answers at; it tells agents at one address apart
 * @param node
 *            the node it runs on; its own name if the node is unknown
 * @param confirmed
 *            true once the controller has confirmed it
 */
public record Identity(String podName, String ip, int port, String node, String zone, boolean confirmed) {

    /** The identity that the controller has confirmed, if it has. */
    Identity with(Optional<Agent> said) {
        return said.map(agent -> new Identity(podName, ip, port, agent.nodeName(), agent.zone(), true)).orElse(this);
    }

    /**
     * Its entry. An address may have been another agent's before, so that it counts together with a name, or where this agent does
     * not know its node.
     */
    Optional<Agent> in(Roster roster) {
        boolean knowsItsNode = !node.equals(podName);
        return at(roster)
                .filter(agent -> !knowsItsNode || isSame(agent.nodeName(), node) || isSame(agent.name(), podName))
                .or(() -> roster.find(podName)).or(() -> only(roster, agent -> isSame(agent.name(), podName)))
                .or(() -> only(roster, agent -> isSame(agent.nodeName(), node)));
    }

    /** The entry at its address, under any name. */
    Optional<Agent> at(Roster roster) {
        return only(roster, this::isAt);
    }

    /** All agents except an entry at its own address, which is this agent under any name. */
    public Roster others(Roster roster) {
        return roster.agents().stream().noneMatch(this::isAt)
                ? roster
                : Roster.of(roster.agents().stream().filter(agent -> !isAt(agent)).toList());
    }

    private boolean isAt(Agent agent) {
        return !ip.isEmpty() && (agent.port() == Agent.COMMON_PORT || agent.port() == port)
                && (ip.equals(agent.ip())
                        || (agent.ip().indexOf(':') >= 0 && IpAddress.of(ip).equals(IpAddress.of(agent.ip()))));
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
