package io.kconmon.agent.roster;

import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import java.util.Optional;

/**
 * Who this agent is: what it was told at its start (the downward API), until the controller says.
 *
 * @param podName
 *            by which it finds itself in a roster
 * @param ip
 *            by which it finds itself if its name is not there; may be empty
 * @param confirmed
 *            true once the controller has said it
 */
public record Identity(String podName, String ip, String node, String zone, boolean confirmed) {

    /** As the controller says, if it does. */
    Identity with(Optional<Agent> said) {
        return said.map(agent -> new Identity(podName, ip, agent.nodeName(), agent.zone(), true)).orElse(this);
    }

    /** An address may have been another agent's before: one on another node than this one's is not this one. */
    Optional<Agent> in(Roster roster) {
        boolean knowsItsNode = !node.equals(podName);
        return roster.find(podName).or(() -> roster.agents().stream().filter(agent -> agent.ip().equals(ip))
                .filter(agent -> !knowsItsNode || agent.nodeName().equals(node)).findFirst());
    }
}
