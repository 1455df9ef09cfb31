package io.kconmon.shared.roster;

import static java.util.Objects.requireNonNull;

import io.helidon.json.JsonArray;
import io.helidon.json.JsonBoolean;
import io.helidon.json.JsonException;
import io.helidon.json.JsonObject;
import io.helidon.json.JsonParser;
import io.helidon.json.JsonString;
import io.helidon.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Agents as JSON: {@code {"name", "nodeName", "ip", "zone"}}, as in the first kconmon, with {@code "port"} and
 * {@code "paused"} and {@code "rotating"} if they differ from the defaults.
 */
public final class RosterJson {

    /**
     * The valid agents, and a line for each refused entry.
     *
     * @param refused
     *            each names the entry, the field, its value and what is allowed
     */
    public record Parsed(List<Agent> agents, List<String> refused) {
    }

    /** The most memory that one agent's tests, their series and a page of these take: measured, see docs/sizing.md. */
    private static final int BYTES_AN_AGENT = 48 * 1024;
    /** More than Kubernetes can have nodes, several times, and no more than this process has room for. */
    public static final int MAX_AGENTS = Math.clamp(Runtime.getRuntime().maxMemory() / BYTES_AN_AGENT, 256, 20_000);
    /** An agent has seven fields. */
    private static final int MAX_COMMAS = 8 * MAX_AGENTS;
    private static final int MAX_DEPTH = 16;
    private static final int MAX_DIGITS = 32;

    private RosterJson() {
    }

    public static JsonObject encode(Agent agent) {
        var json = JsonObject.builder().set("name", agent.name()).set("nodeName", agent.nodeName())
                .set("ip", agent.ip()).set("zone", agent.zone());
        if (agent.port() != Agent.COMMON_PORT) {
            json.set("port", agent.port());
        }
        if (agent.paused()) {
            json.set("paused", true);
        }
        if (agent.rotating()) {
            json.set("rotating", true);
        }
        return json.build();
    }

    public static JsonArray encode(Collection<Agent> agents) {
        return JsonArray.create(agents.stream().map(RosterJson::encode).toList());
    }

    /** @throws IllegalArgumentException if the text is not JSON, or not such as is wanted here, in one line */
    public static JsonValue parse(byte[] utf8) {
        checkBounds(utf8);
        try {
            JsonValue json = JsonParser.create(utf8).readJsonValue();
            decode(json);
            return json;
        } catch (JsonException | IllegalStateException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("not JSON: " + firstLine(e.getMessage()), e);
        }
    }

    /**
     * The parser recurses into nested values, takes forever for a number of a million digits, stops early, and makes
     * objects of everything: a megabyte of commas becomes fifty megabytes.
     */
    private static void checkBounds(byte[] utf8) {
        int depth = 0;
        int digits = 0;
        int objects = 0;
        int commas = 0;
        boolean inString = false;
        boolean ended = false;
        for (int i = 0; i < utf8.length; i++) {
            byte b = utf8[i];
            if (inString) {
                inString = b != '"';
                i += b == '\\' ? 1 : 0;
                continue;
            }
            if (ended && " \t\r\n".indexOf(b) < 0) {
                throw new IllegalArgumentException("not JSON: there is more after its end");
            }
            inString = b == '"';
            depth += b == '[' || b == '{' ? 1 : b == ']' || b == '}' ? -1 : 0;
            ended |= depth == 0 && (b == ']' || b == '}');
            objects += b == '{' ? 1 : 0;
            commas += b == ',' ? 1 : 0;
            digits = b >= '0' && b <= '9' ? digits + 1 : 0;
            if (depth > MAX_DEPTH) {
                throw new IllegalArgumentException("nested deeper than %d".formatted(MAX_DEPTH));
            }
            if (objects > MAX_AGENTS + 1 || commas > MAX_COMMAS) {
                throw tooMany();
            }
            if (digits > MAX_DIGITS) {
                throw new IllegalArgumentException("a number has more than %d digits".formatted(MAX_DIGITS));
            }
        }
    }

    private static IllegalArgumentException tooMany() {
        return new IllegalArgumentException("more than %d agents are too many for a heap of %d MB"
                .formatted(MAX_AGENTS, Runtime.getRuntime().maxMemory() >> 20));
    }

    /** The parser decodes a string only when it is asked for, so it finds errors only then. */
    private static void decode(JsonValue json) {
        if (json instanceof JsonString string) {
            requireNonNull(string.value());
        } else if (json instanceof JsonArray array) {
            array.values().forEach(RosterJson::decode);
        } else if (json instanceof JsonObject object) {
            object.keysAsStrings().forEach(key -> object.value(key).ifPresent(RosterJson::decode));
        }
        // numbers are checked where one is expected
    }

    public static JsonValue parse(String text) {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws IllegalArgumentException if the value is not an array of agents at all, or no entry of it is one */
    public static Parsed agents(JsonValue json) {
        if (!(json instanceof JsonArray array)) {
            throw new IllegalArgumentException("expected an array of agents, found " + kind(json));
        }
        if (array.values().size() > MAX_AGENTS) {
            throw tooMany();
        }
        var agents = new ArrayList<Agent>();
        var refused = new ArrayList<String>();
        int index = 0;
        for (JsonValue entry : array.values()) {
            try {
                if (entry instanceof JsonObject) {
                    agents.add(agent(entry));
                } else {
                    refused.add("agents[%d]: expected an agent, found %s".formatted(index, kind(entry)));
                }
            } catch (IllegalArgumentException e) {
                refused.add(at(index, e));
            }
            index++;
        }
        if (agents.isEmpty() && !refused.isEmpty()) {
            throw new IllegalArgumentException(refused.getFirst());
        }
        return new Parsed(agents, refused);
    }

    /** Names the entry too: {@code agents[3].ip: …}. */
    public static String at(int index, IllegalArgumentException e) {
        return "agents[%d].%s".formatted(index, e.getMessage());
    }

    /** @throws IllegalArgumentException in one line that names the field, its value and what is allowed */
    public static Agent agent(JsonValue json) {
        if (!(json instanceof JsonObject object)) {
            throw new IllegalArgumentException("expected an agent, found " + kind(json));
        }
        String zone = object.containsKey("zone") ? text(object, "zone") : Agent.UNKNOWN_ZONE;
        return new Agent(text(object, "name"), text(object, "nodeName"), text(object, "ip"), zone, port(object),
                flag(object, "paused"), flag(object, "rotating"));
    }

    /** @throws IllegalArgumentException if the field is missing or no string */
    public static String text(JsonObject object, String field) {
        JsonValue value = required(object, field);
        if (!(value instanceof JsonString string)) {
            throw new IllegalArgumentException("%s: expected a string, found %s".formatted(field, kind(value)));
        }
        return string.value();
    }

    /** @throws IllegalArgumentException if the field is missing or no whole number */
    public static long number(JsonObject object, String field) {
        JsonValue value = required(object, field);
        try {
            return value.asNumber().bigDecimalValue().longValueExact();
        } catch (JsonException | ArithmeticException | ClassCastException | NumberFormatException e) {
            throw new IllegalArgumentException("%s: expected a whole number, found %s".formatted(field, kind(value)),
                    e);
        }
    }

    private static int port(JsonObject object) {
        if (!object.containsKey("port")) {
            return Agent.COMMON_PORT;
        }
        long port = number(object, "port");
        if (port != (int) port) {
            throw new IllegalArgumentException("port: %d is not allowed; allowed: 1 to 65535".formatted(port));
        }
        return (int) port;
    }

    private static boolean flag(JsonObject object, String field) {
        if (!object.containsKey(field)) {
            return false;
        }
        JsonValue value = required(object, field);
        if (!(value instanceof JsonBoolean flag)) {
            throw new IllegalArgumentException("%s: expected true or false, found %s".formatted(field, kind(value)));
        }
        return flag.value();
    }

    /** @throws IllegalArgumentException if the field is missing or no array */
    static JsonArray array(JsonObject object, String field) {
        JsonValue value = required(object, field);
        if (!(value instanceof JsonArray array)) {
            throw new IllegalArgumentException("%s: expected an array, found %s".formatted(field, kind(value)));
        }
        return array;
    }

    private static JsonValue required(JsonObject object, String field) {
        return object.value(field).orElseThrow(() -> new IllegalArgumentException(field + ": is missing"));
    }

    static String kind(JsonValue value) {
        return switch (value.type()) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            default -> "something else";
        };
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "cannot be read" : message.lines().findFirst().orElse("cannot be read");
    }
}
