package io.kconmon.shared.roster;

import io.helidon.json.JsonArray;
import io.helidon.json.JsonObject;
import io.helidon.json.JsonString;
import io.helidon.json.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One event of the roster stream ({@code text/event-stream}, WHATWG HTML, 9.2). The event's {@code id} is the revision
 * that a reader has reached with it; sent back as {@code Last-Event-ID} it lets the stream go on from there.
 */
public sealed interface RosterEvent {

    Pattern REVISION = Pattern.compile("[0-9A-Za-z]{1,64}");
    /** An age above a year is sent as a year, so that no reader's arithmetic overflows. */
    Duration MAX_AGE = Duration.ofDays(365);

    String revision();

    /** The whole roster, and how old it was when it was sent. */
    record Snapshot(Roster roster, Duration age, List<String> refused) implements RosterEvent {
        public Snapshot(Roster roster, Duration age) {
            this(roster, age, List.of());
        }

        @Override
        public String revision() {
            return roster.revision();
        }
    }

    /** From the revision that came before to this one. */
    record Change(RosterChange change) implements RosterEvent {
        @Override
        public String revision() {
            return change.revision();
        }
    }

    /** Nothing has changed; the roster was right so long ago. */
    record Heartbeat(String revision, Duration age) implements RosterEvent {
    }

    /**
     * In a mesh in which not everybody tests everybody: how many are to test the reader all the time. A snapshot that
     * none follows is of a mesh in which all do.
     */
    record Incoming(String revision, int agents) implements RosterEvent {
    }

    /** As it goes over the wire, the empty line at its end included. */
    default String encode() {
        return "id: %s%nevent: %s%ndata: %s%n%n".replace("%n", "\n").formatted(revision(), kind(), data());
    }

    private String kind() {
        return switch (this) {
            case Snapshot ignored -> "snapshot";
            case Change ignored -> "change";
            case Heartbeat ignored -> "heartbeat";
            case Incoming ignored -> "incoming";
        };
    }

    private JsonObject data() {
        var json = JsonObject.builder().set("revision", revision());
        switch (this) {
            case Snapshot snapshot -> json.set("ageMillis", snapshot.age.toMillis()).set("agents",
                    RosterJson.encode(snapshot.roster.agents()));
            case Change change -> json.set("joinedOrChanged", RosterJson.encode(change.change.joinedOrChanged()))
                    .set("left", JsonArray.createStrings(change.change.left()));
            case Heartbeat heartbeat -> json.set("ageMillis", heartbeat.age.toMillis());
            case Incoming incoming -> json.set("agents", incoming.agents);
        }
        return json.build();
    }

    /** @throws IllegalArgumentException if kind and data are not an event of this stream, in one line */
    static RosterEvent decode(String kind, String data) {
        JsonValue value = RosterJson.parse(data);
        if (!(value instanceof JsonObject json)) {
            throw new IllegalArgumentException("expected an object, found " + RosterJson.kind(value));
        }
        return switch (kind) {
            case "snapshot" -> {
                var parsed = RosterJson.agents(RosterJson.array(json, "agents"));
                yield new Snapshot(Roster.of(parsed.agents()), age(json), parsed.refused());
            }
            case "change" -> {
                var parsed = RosterJson.agents(RosterJson.array(json, "joinedOrChanged"));
                if (!parsed.refused().isEmpty()) {
                    throw new IllegalArgumentException(parsed.refused().getFirst());
                }
                yield new Change(new RosterChange(revision(json), parsed.agents(), names(json, "left")));
            }
            case "heartbeat" -> new Heartbeat(revision(json), age(json));
            case "incoming" -> new Incoming(revision(json),
                    Math.clamp(RosterJson.number(json, "agents"), 0, Integer.MAX_VALUE));
            default -> throw new IllegalArgumentException(
                    "\"%s\" is no event of this stream; allowed: snapshot, change, heartbeat, incoming"
                            .formatted(Agent.shorten(kind)));
        };
    }

    private static String revision(JsonObject json) {
        String revision = RosterJson.text(json, "revision");
        if (!REVISION.matcher(revision).matches()) {
            throw new IllegalArgumentException("revision: \"%s\" is not allowed; allowed: 1 to 64 letters and digits"
                    .formatted(Agent.shorten(revision)));
        }
        return revision;
    }

    private static List<String> names(JsonObject json, String field) {
        var names = new ArrayList<String>();
        for (JsonValue value : RosterJson.array(json, field).values()) {
            if (!(value instanceof JsonString name)) {
                throw new IllegalArgumentException(
                        "%s[%d]: expected a name, found %s".formatted(field, names.size(), RosterJson.kind(value)));
            }
            names.add(name.value());
        }
        return names;
    }

    private static Duration age(JsonObject json) {
        return Duration.ofMillis(Math.clamp(RosterJson.number(json, "ageMillis"), 0, MAX_AGE.toMillis()));
    }
}
