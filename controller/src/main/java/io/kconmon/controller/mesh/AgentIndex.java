package io.kconmon.controller.mesh;

import io.kconmon.shared.net.IpAddress;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.AgentKey;
import io.kconmon.shared.roster.Roster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds agents as {@link AgentKey} does, but without a search, since all agents of a roster may ask at once. */
final class AgentIndex {

    private final Map<String, List<Agent>> byAddress = new HashMap<>();
    private final Map<String, List<Agent>> byName = new HashMap<>();

    AgentIndex(Roster roster) {
        for (Agent agent : roster.agents()) {
            byAddress.computeIfAbsent(address(agent.ip()), none -> new ArrayList<>(1)).add(agent);
            String name = AgentKey.withoutDomain(agent.name());
            String node = AgentKey.withoutDomain(agent.nodeName());
            byName.computeIfAbsent(name, none -> new ArrayList<>(1)).add(agent);
            if (!node.equals(name)) {
                byName.computeIfAbsent(node, none -> new ArrayList<>(1)).add(agent);
            }
        }
    }

    Optional<Agent> find(AgentKey key) {
        var candidates = new LinkedHashSet<Agent>();
        if (!key.ip().isEmpty()) {
            candidates.addAll(byAddress.getOrDefault(address(key.ip()), List.of()));
        }
        candidates.addAll(byName.getOrDefault(AgentKey.withoutDomain(key.podName()), List.of()));
        candidates.addAll(byName.getOrDefault(AgentKey.withoutDomain(key.node()), List.of()));
        return candidates.isEmpty() ? Optional.empty() : key.in(Roster.of(candidates));
    }

    /** One text for each address: IPv6 has several. */
    private static String address(String ip) {
        return ip.indexOf(':') < 0 ? ip : AgentKey.withoutScope(IpAddress.of(ip).getHostAddress());
    }
}
