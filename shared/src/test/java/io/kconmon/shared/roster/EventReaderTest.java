package io.kconmon.shared.roster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventReaderTest {

    private static final RosterEvent SNAPSHOT = new RosterEvent.Snapshot(
            Roster.of(List.of(new Agent("a", "snow☃man", "::1", "z"))), Duration.ZERO);
    private static final RosterEvent CHANGE = new RosterEvent.Change(Rosters.of(1).changesTo(Rosters.of(2)));
    private static final RosterEvent HEARTBEAT = new RosterEvent.Heartbeat("abc", Duration.ofMillis(7));
    private static final String ALL = SNAPSHOT.encode() + CHANGE.encode() + HEARTBEAT.encode();
    private static final String BEAT = "{\"revision\":\"abc\",\"ageMillis\":7}";

    /** Gives at most so many bytes at a time. */
    private static final class Chunks extends ByteArrayInputStream {

        private final int most;

        Chunks(byte[] bytes, int most) {
            super(bytes);
            this.most = most;
        }

        @Override
        public synchronized int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(length, most));
        }
    }

    private static List<RosterEvent> read(InputStream in, int maxEventBytes) throws IOException {
        var reader = new EventReader(in, maxEventBytes);
        var events = new ArrayList<RosterEvent>();
        for (Optional<RosterEvent> next = reader.next(); next.isPresent(); next = reader.next()) {
            events.add(next.get());
        }
        return events;
    }

    private static List<RosterEvent> read(String text) throws IOException {
        return read(new ByteArrayInputStream(text.getBytes(UTF_8)), 100_000);
    }

    @Test
    void readsEventAfterEvent() throws IOException {
        assertEquals(List.of(SNAPSHOT, CHANGE, HEARTBEAT), read(ALL));
    }

    @Test
    void packetBoundariesDoNotMatter() throws IOException {
        byte[] all = ALL.getBytes(UTF_8);
        for (int most = 1; most < 70; most++) {
            assertEquals(List.of(SNAPSHOT, CHANGE, HEARTBEAT), read(new Chunks(all, most), 100_000));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void linesEndInAnyWay(String end) throws IOException {
        assertEquals(List.of(SNAPSHOT, CHANGE, HEARTBEAT), read(ALL.replace("\n", end)));
    }

    @Test
    void commentsAndOtherFieldsAreIgnored() throws IOException {
        assertEquals(List.of(HEARTBEAT), read("""
                : a comment

                :
                retry: 1000
                event:heartbeat
                : another
                data:%s
                id
                dataset: none

                """.formatted(BEAT)));
    }

    @Test
    void dataOfManyLinesIsOneEvent() throws IOException {
        assertEquals(List.of(HEARTBEAT), read("""
                data: {"revision":
                event: heartbeat
                data: "abc",
                data:
                data: "ageMillis":7}

                """));
    }

    @Test
    void anEventWithoutDataIsIgnored() throws IOException {
        assertEquals(List.of(HEARTBEAT), read("event: snapshot\n\nevent: heartbeat\ndata: " + BEAT + "\n\n"));
        assertEquals("\"message\" is no event of this stream; allowed: snapshot, change, heartbeat, incoming",
                refused("event: heartbeat\n\ndata: {}\n\n", 1000), "its kind is forgotten with it");
    }

    @Test
    void anEventThatIsCutOffIsIgnored() throws IOException {
        assertEquals(List.of(), read(""));
        assertEquals(List.of(HEARTBEAT), read(HEARTBEAT.encode() + "event: heartbeat\ndata: " + BEAT + "\n"));
    }

    @Test
    void anEventMayBeAsLargeAsTheLimit() throws IOException {
        String event = "event: heartbeat\ndata: " + BEAT;
        int size = event.length() - 1;
        assertEquals(List.of(HEARTBEAT, HEARTBEAT), read(stream(event + "\n\n" + event + "\n\n"), size));
        assertEquals("an event of the roster stream is larger than %d bytes".formatted(size - 1),
                refused(event + "\n\n", size - 1));
        assertEquals("an event of the roster stream is larger than 100 bytes", refused("data: ☃\n".repeat(12), 100));
        assertEquals("an event of the roster stream is larger than 100 bytes", refused(": c\n".repeat(34), 100));
        assertEquals(List.of(), read(stream(": comment\n\n".repeat(1000)), 100));
    }

    @Test
    void aLineWithoutAnEndIsNotKept() {
        var endless = new InputStream() {
            private long given;

            @Override
            public int read() {
                given++;
                return 'a';
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                given += length;
                Arrays.fill(into, offset, offset + length, (byte) 'a');
                return length;
            }
        };
        assertThrows(IllegalArgumentException.class, () -> new EventReader(endless, 1000).next());
        assertTrue(endless.given < 20_000, "read on for %d bytes".formatted(endless.given));
    }

    /** The same bytes for ever, of which some may lie in a buffer. */
    private static final class Endless extends InputStream {

        private final byte[] again;
        private int at;
        private long given;

        Endless(String again) {
            this.again = again.getBytes(UTF_8);
        }

        @Override
        public int read() {
            given++;
            return again[at++ % again.length];
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", ": c\n", ": c\n\n", "event: heartbeat\n\n", "id: 7\n\n", "data\n\n",
            "event:\n"})
    void inputWithoutEventsIsNotReadForEver(String nothing) {
        var endless = new Endless(nothing);
        assertEquals("the roster stream has no event in 65536 bytes", assertThrows(IllegalArgumentException.class,
                () -> new EventReader(endless, 1_000_000).next()).getMessage());
        assertTrue(endless.given < 100_000, () -> "read on for %d bytes".formatted(endless.given));
    }

    @Test
    void anErrorOfTheInputIsPassedOn() throws IOException {
        var closed = InputStream.nullInputStream();
        closed.close();
        assertThrows(IOException.class, () -> new EventReader(closed, 1000).next());
    }

    /** Whatever comes, it is understood or refused in one short line. */
    @Test
    void noOtherExceptionEscapes() throws IOException {
        var random = new Random(6);
        for (int i = 0; i < 8_000; i++) {
            byte[] text = i % 4 == 0
                    ? RosterJsonTest.bytes(random, 100)
                    : RosterJsonTest.mutated(random, ALL.getBytes(UTF_8));
            try {
                read(new ByteArrayInputStream(text), 2000);
            } catch (IllegalArgumentException e) {
                RosterJsonTest.oneLine(String.valueOf(e.getMessage()));
            }
        }
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    private static String refused(String text, int maxEventBytes) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> read(stream(text), maxEventBytes)).getMessage());
    }
}
