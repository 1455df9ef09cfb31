package io.kconmon.controller;

import io.helidon.json.JsonObject;
import io.kconmon.shared.config.YamlText;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A file of agents: a YAML or JSON list of them, at the top or under {@code agents}, with the fields of
 * {@link RosterJson}.
 */
final class RosterFile {

    private static final Set<String> FIELDS = Set.of("name", "nodeName", "ip", "zone", "port", "paused");

    private static final String ALLOWED = FIELDS.stream().sorted().collect(Collectors.joining(", "));

    private RosterFile() {
    }

    /** @throws IllegalArgumentException in one line that names the entry, the field, its value and what is allowed */
    static Roster parse(byte[] content) {
        RosterFileLimits.check(content);
        Object root = YamlText.load(content);
        Object list = root instanceof Map<?, ?> map && map.containsKey("agents") ? map.get("agents") : root;
        if (!(list instanceof List<?> entries)) {
            throw new IllegalArgumentException("expected a list of agents, at the top or under \"agents\"");
        }
        RosterFileLimits.checkAgents(entries.size());
        var agents = new ArrayList<Agent>();
        for (Object entry : entries) {
            if (!(entry instanceof Map<?, ?> fields)) {
                throw new IllegalArgumentException(
                        "agents[%d]: expected an agent with the fields %s".formatted(agents.size(), ALLOWED));
            }
            try {
                agents.add(RosterJson.agent(json(fields)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(RosterJson.at(agents.size(), e), e);
            }
        }
        return Roster.of(agents);
    }

    private static JsonObject json(Map<?, ?> fields) {
        var json = JsonObject.builder();
        fields.forEach((key, value) -> {
            if (!(key instanceof String field) || !FIELDS.contains(field)) {
                throw new IllegalArgumentException(
                        "%s: is no field; allowed: %s".formatted(key instanceof String ? key : "?", ALLOWED));
            }
            switch (value) {
                case String text -> json.set(field, text);
                case Integer number -> json.set(field, number);
                case Long number -> json.set(field, number);
                case Boolean flag -> json.set(field, flag);
                case null -> json.setNull(field);
                default -> throw new IllegalArgumentException(
                        "%s: is neither a text nor a whole number, nor true or false".formatted(field));
            }
        });
        return json.build();
    }
}
