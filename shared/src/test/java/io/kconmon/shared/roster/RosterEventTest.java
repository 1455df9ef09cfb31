package io.kconmon.shared.roster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RosterEventTest {

    private static final Roster ONE = Roster.of(List.of(new Agent("a", "n", "10.0.0.1", "z")));

    @Test
    void eventsHaveTheDocumentedFormat() {
        assertEquals("""
                id: debbcffc27c2b32d
                event: snapshot
                data: {"revision":"debbcffc27c2b32d","ageMillis":1500,\
                "agents":[{"name":"a","nodeName":"n","ip":"10.0.0.1","zone":"z"}]}

                """, new RosterEvent.Snapshot(ONE, Duration.ofMillis(1500)).encode());
        assertEquals("""
                id: e3b0c44298fc1c14
                event: change
                data: {"revision":"e3b0c44298fc1c14","joinedOrChanged":[],"left":["a"]}

                """, new RosterEvent.Change(ONE.changesTo(Roster.empty())).encode());
        assertEquals("""
                id: debbcffc27c2b32d
                event: heartbeat
                data: {"revision":"debbcffc27c2b32d","ageMillis":0}

                """, new RosterEvent.Heartbeat(ONE.revision(), Duration.ZERO).encode());
        assertEquals("""
                id: debbcffc27c2b32d
                event: incoming
                data: {"revision":"debbcffc27c2b32d","agents":20}

                """, new RosterEvent.Incoming(ONE.revision(), 20).encode());
    }

    @Test
    void aWrittenEventIsReadBack() throws IOException {
        var random = new Random(5);
        for (int i = 0; i < 200; i++) {
            Roster from = Rosters.random(random);
            Roster to = Rosters.random(random);
            for (RosterEvent event : List.of(new RosterEvent.Snapshot(to, Duration.ofMillis(random.nextInt(10_000))),
                    new RosterEvent.Change(from.changesTo(to)),
                    new RosterEvent.Incoming(to.revision(), random.nextInt(10_000)),
                    new RosterEvent.Heartbeat(to.revision(), Duration.ofMillis(random.nextInt(10_000))))) {
                assertEquals(to.revision(), event.revision());
                assertEquals(Optional.of(event), read(event.encode()));
            }
        }
    }

    private static Optional<RosterEvent> read(String text) throws IOException {
        return new EventReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), 1_000_000).next();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            snapshot  | []                                      | expected an object, found an array
            snapshot  | 7                                       | expected an object, found a number
            snapshot  | {"agents":[]                            | not JSON: Unexpected end of the JSON found
            snapshot  | {"ageMillis":0}                         | agents: is missing
            snapshot  | {"agents":{},"ageMillis":0}             | agents: expected an array, found an object
            snapshot  | {"agents":null,"ageMillis":0}           | agents: expected an array, found null
            snapshot  | {"agents":[]}                           | ageMillis: is missing
            snapshot  | {"agents":[],"ageMillis":"0"}           | ageMillis: expected a whole number, found a string
            snapshot  | {"agents":[],"ageMillis":1e999999999}   | ageMillis: expected a whole number, found a number
            change    | {}                                      | joinedOrChanged: is missing
            change    | {"joinedOrChanged":[],"left":[]}        | revision: is missing
            change    | {"revision":7,"joinedOrChanged":[],"left":[]} | revision: expected a string, found a number
            change    | {"revision":"a b","joinedOrChanged":[],"left":[]} | revision: "a b" is not allowed; allowed: 1 to 64 letters and digits
            change    | {"revision":"","joinedOrChanged":[],"left":[]} | revision: "" is not allowed; allowed: 1 to 64 letters and digits
            change    | {"revision":"a","joinedOrChanged":[]}   | left: is missing
            change    | {"revision":"a","joinedOrChanged":[],"left":"n"} | left: expected an array, found a string
            change    | {"revision":"a","joinedOrChanged":[],"left":["a",1]} | left[1]: expected a name, found a number
            change    | {"revision":"a","joinedOrChanged":[7],"left":[]} | agents[0]: expected an agent, found a number
            change    | {"revision":"a","joinedOrChanged":[{"name":"a"}],"left":[]} | agents[0].nodeName: is missing
            heartbeat | {"ageMillis":0}                         | revision: is missing
            heartbeat | {"revision":"a"}                        | ageMillis: is missing
            incoming  | {"revision":"a"}                        | agents: is missing
            message   | {}                                      | "message" is no event of this stream; allowed: snapshot, change, heartbeat, incoming
            ``        | {}                                      | "" is no event of this stream; allowed: snapshot, change, heartbeat, incoming
            """)
    void aMalformedEventIsRefused(String kind, String data, String message) {
        refused(message, kind, data);
    }

    @Test
    void aSnapshotWithOneAgentTwiceIsRefused() {
        String agent = RosterJson.encode(Rosters.agent(1)).toString();
        refused("name: \"kconmon-1\" is there twice", "snapshot",
                "{\"agents\":[%s,%s],\"ageMillis\":0}".formatted(agent, agent));
    }

    @Test
    void aRefusalIsAShortLine() {
        refused("\"" + "a".repeat(80)
                + "…\" is no event of this stream; allowed: snapshot, change, heartbeat, incoming",
                "a".repeat(5000), "{}");
        refused("\"?[31m\" is no event of this stream; allowed: snapshot, change, heartbeat, incoming", "\u001b[31m",
                "{}");
        refused("revision: \"" + "a".repeat(80) + "…\" is not allowed; allowed: 1 to 64 letters and digits",
                "heartbeat", "{\"revision\":\"%s\",\"ageMillis\":0}".formatted("a".repeat(5000)));
    }

    /** An agent of another version may not be understood; the others still are. */
    @Test
    void aSnapshotLeavesOutAgentsThatAreRefused() {
        String data = "{\"agents\":[%s,{\"name\":\"b\"}],\"ageMillis\":0}"
                .formatted(RosterJson.encode(Rosters.agent(1)));
        assertEquals(new RosterEvent.Snapshot(Rosters.of(1), Duration.ZERO, List.of("agents[1].nodeName: is missing")),
                RosterEvent.decode("snapshot", data));
    }

    @Test
    void anAgeIsNeverNegativeAndNeverOverflows() {
        assertEquals(new RosterEvent.Heartbeat("a", Duration.ZERO), heartbeat("-5"));
        var oldest = (RosterEvent.Heartbeat) heartbeat("9223372036854775807");
        assertEquals(Duration.ofDays(365).toNanos(), oldest.age().toNanos());
    }

    private static RosterEvent heartbeat(String age) {
        return RosterEvent.decode("heartbeat", "{\"revision\":\"a\",\"ageMillis\":%s}".formatted(age));
    }

    private static void refused(String message, String kind, String data) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, () -> RosterEvent.decode(kind, data)).getMessage());
    }
}
