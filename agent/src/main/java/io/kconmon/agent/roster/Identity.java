package io.kconmon.agent.roster;

import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.AgentKey;
import io.kconmon.shared.roster.Roster;
import java.util.Optional;

/**
 * This agent's identity: from its start (the downward API), until the controller confirms it.
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

    /** The key by which this agent is found in a roster. */
    AgentKey key() {
        return new AgentKey(podName, ip, port, node);
    }

    /** This agent's entry in a roster. */
    Optional<Agent> in(Roster roster) {
        return key().in(roster);
    }

    /** The entry at its address, under any name. */
    Optional<Agent> at(Roster roster) {
        return key().at(roster);
    }

    /** All agents except an entry at its own address, which is this agent under any name. */
    public Roster others(Roster roster) {
        AgentKey key = key();
        return roster.agents().stream().noneMatch(key::isAt)
                ? roster
                : Roster.of(roster.agents().stream().filter(agent -> !key.isAt(agent)).toList());
    }
}
