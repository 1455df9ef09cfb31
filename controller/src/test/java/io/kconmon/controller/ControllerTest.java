package io.kconmon.controller;

import static io.kconmon.testkit.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.controller.mesh.MeshSettings;
import io.kconmon.shared.http.HttpServer;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterBoard;
import io.kconmon.shared.roster.RosterChange;
import io.kconmon.shared.roster.RosterEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The routes and the stream over real HTTP, with a board that the test posts on. */
@Timeout(60)
final class ControllerTest {

    private static final Duration OFTEN = Duration.ofMillis(20);
    private static final Duration NEVER = Duration.ofMinutes(10);

    private final List<Replica> replicas = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();

    /** A controller without its settings. */
    private final class Replica {

        private final RosterBoard board = new RosterBoard();
        private final RosterStream stream;
        private final HttpServer server;

        Replica(Duration heartbeat) {
            var lists = new PeerLists(MeshSettings.FULL, () -> 0);
            stream = new RosterStream(board, lists, heartbeat);
            stream.start();
            server = HttpServer.start(InetAddress.getLoopbackAddress(), 0, List.of(),
                    routes -> routes.register(new RosterRoutes(board, lists, 100)).get("/agents/stream", stream));
            replicas.add(this);
        }

        Replica with(Roster roster) {
            board.post(roster);
            return this;
        }

        Reader reader() throws Exception {
            return new Reader(server.port(), Optional.empty());
        }

        Reader reader(String last) throws Exception {
            return new Reader(server.port(), Optional.of(last));
        }

        HttpResponse<String> get(String path) throws Exception {
            URI uri = URI.create("http://127.0.0.1:%d%s".formatted(server.port(), path));
            return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        }
    }

    @AfterEach
    void close() {
        client.close();
        replicas.forEach(replica -> {
            replica.stream.close();
            replica.server.close();
        });
    }

    private static Agent agent(int number) {
        return new Agent("a-" + number, "n-" + number, "10.0.%d.%d".formatted(number / 250, number % 250 + 1), "z");
    }

    private static Roster roster(int from, int to) {
        var agents = new ArrayList<Agent>();
        for (int i = from; i <= to; i++) {
            agents.add(agent(i));
        }
        return Roster.of(agents);
    }

    private static RosterEvent change(Roster from, Roster to) {
        return new RosterEvent.Change(from.changesTo(to));
    }

    private static RosterEvent snapshot(Roster roster) {
        return new RosterEvent.Snapshot(roster, Duration.ZERO);
    }

    @Test
    void theLastRosterIsServedInTrouble() throws Exception {
        var replica = new Replica(NEVER).with(roster(1, 1));
        replica.board.trouble("no API");
        assertEquals(200, replica.get("/agents").statusCode());
        try (Reader reader = replica.reader()) {
            var snapshot = assertInstanceOf(RosterEvent.Snapshot.class, reader.next());
            assertEquals(roster(1, 1), snapshot.roster());
        }
    }

    @Test
    void aStreamBeginsWithASnapshotAndGoesOnWithChanges() throws Exception {
        var replica = new Replica(NEVER).with(roster(1, 3));
        try (Reader reader = replica.reader()) {
            assertEquals(200, reader.response().statusCode());
            assertEquals(Optional.of("text/event-stream"), reader.response().headers().firstValue("Content-Type"));
            assertEquals(snapshot(roster(1, 3)), reader.next());
            replica.with(roster(1, 4));
            assertEquals(change(roster(1, 3), roster(1, 4)), reader.next());
            replica.with(roster(2, 4));
            assertEquals(change(roster(1, 4), roster(2, 4)), reader.next());
            assertEquals(3, replica.stream.events());
        }
    }

    /** An agent that came and went between two events is in neither; one that left is in one. */
    @Test
    void manyChangesAreMerged() throws Exception {
        Roster all = roster(1, 300);
        var rosters = new ArrayList<Roster>();
        for (int i = 2; i <= 200; i++) {
            rosters.add(roster(i, 300));
            rosters.add(roster(i, 301));
        }
        var replica = new Replica(NEVER).with(all);
        try (Reader reader = replica.reader()) {
            assertEquals(snapshot(all), reader.next());
            long bytes = replica.stream.bytes();
            long begin = System.nanoTime();
            rosters.forEach(replica::with);
            Roster at = all;
            int events = 0;
            while (!at.equals(rosters.getLast())) {
                var change = assertInstanceOf(RosterEvent.Change.class, reader.next());
                at = at.with(change.change());
                events++;
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            assertTrue(events <= 2 + millis / 50, "%d events in %d ms".formatted(events, millis));
            long sent = replica.stream.bytes() - bytes;
            assertTrue(sent < 199 * 20 + events * 300L, "%d bytes in %d events".formatted(sent, events));
        }
    }

    @Test
    void aHeartbeatComesOnAQuietStream() throws Exception {
        var replica = new Replica(OFTEN).with(roster(1, 3));
        try (Reader reader = replica.reader()) {
            assertEquals(snapshot(roster(1, 3)), reader.next());
            var heartbeat = new RosterEvent.Heartbeat(roster(1, 3).revision(), Duration.ZERO);
            assertEquals(heartbeat, reader.next());
            assertEquals(heartbeat, reader.next());
            replica.board.trouble("no API");
            RosterEvent next = reader.next();
            while (next.equals(heartbeat)) {
                next = reader.next();
            }
            assertTrue(((RosterEvent.Heartbeat) next).age().isPositive(), "the roster's age is told");
        }
    }

    @Test
    void aReaderThatIsCurrentIsConfirmedAtOnce() throws Exception {
        var replica = new Replica(NEVER).with(roster(1, 3));
        try (Reader reader = replica.reader(roster(1, 3).revision())) {
            assertEquals(new RosterEvent.Heartbeat(roster(1, 3).revision(), Duration.ZERO), reader.next());
            replica.with(roster(1, 4));
            assertEquals(change(roster(1, 3), roster(1, 4)), reader.next());
        }
    }

    @Test
    void aReaderThatWasAwayGetsTheChanges() throws Exception {
        var replica = new Replica(NEVER).with(roster(1, 3));
        try (Reader reader = replica.reader()) {
            reader.next();
            replica.with(roster(1, 4));
            reader.next();
        }
        replica.with(roster(2, 5));
        try (Reader reader = replica.reader(roster(1, 3).revision())) {
            assertEquals(change(roster(1, 3), roster(2, 5)), reader.next());
        }
    }

    @Test
    void aReaderWithAnUnknownRevisionGetsASnapshot() throws Exception {
        var replica = new Replica(NEVER).with(roster(1, 3));
        for (String last : List.of("0123456789abcdef", "☃", "\"", "x".repeat(1000))) {
            try (Reader reader = replica.reader(last.replace("☃", "%E2"))) {
                assertEquals(snapshot(roster(1, 3)), reader.next());
            }
        }
    }

    @Test
    void onlyTheLastFewRostersAreRemembered() throws Exception {
        var replica = new Replica(NEVER).with(roster(1, 1));
        try (Reader reader = replica.reader()) {
            reader.next();
            for (int i = 2; i <= 65; i++) {
                replica.with(roster(1, i));
                reader.next();
            }
        }
        try (Reader reader = replica.reader(roster(1, 2).revision())) {
            assertEquals(change(roster(1, 2), roster(1, 65)), reader.next());
        }
        try (Reader reader = replica.reader(roster(1, 1).revision())) {
            assertEquals(snapshot(roster(1, 65)), reader.next());
        }
    }

    /** Of large ones fewer: a controller's heap is small. */
    @Test
    void theLastEightLargeRostersAreRemembered() throws Exception {
        var replica = new Replica(NEVER).with(roster(1, 10_001));
        try (Reader reader = replica.reader()) {
            reader.next();
            for (int i = 2; i <= 9; i++) {
                replica.with(roster(i, 10_001));
                reader.next();
            }
        }
        try (Reader reader = replica.reader(roster(2, 10_001).revision())) {
            assertEquals(change(roster(2, 10_001), roster(9, 10_001)), reader.next());
        }
        try (Reader reader = replica.reader(roster(1, 10_001).revision())) {
            assertEquals(snapshot(roster(9, 10_001)), reader.next());
        }
    }

    /** As when the readers of one replica come to another that had none, and the roster has changed on their way. */
    @Test
    void rostersThatNobodyReadAreAlsoRemembered() throws Exception {
        var replica = new Replica(NEVER).with(roster(1, 3));
        eventually(() -> replica.stream.remembers(roster(1, 3).revision()));
        replica.with(roster(1, 4));
        try (Reader reader = replica.reader(roster(1, 3).revision())) {
            assertEquals(change(roster(1, 3), roster(1, 4)), reader.next());
        }
    }

    /** Replicas share nothing but what they see. */
    @Test
    void aReaderGoesOnFromOneReplicaToAnother() throws Exception {
        var one = new Replica(NEVER).with(roster(1, 3));
        var other = new Replica(NEVER).with(Roster.of(List.of(agent(3), agent(1), agent(2))));
        RosterEvent last;
        try (Reader reader = one.reader()) {
            last = reader.next();
        }
        try (Reader reader = other.reader(last.revision())) {
            assertEquals(new RosterEvent.Heartbeat(last.revision(), Duration.ZERO), reader.next());
            other.with(roster(1, 2));
            assertEquals(change(roster(1, 3), roster(1, 2)), reader.next());
        }
    }

    /** One that does not read, until the sockets' buffers are full and its thread is stuck. */
    @Test
    void aSlowReaderHoldsUpNobody() throws Exception {
        var replica = new Replica(NEVER).with(roster(1, 1));
        try (var slow = new Socket(); Reader reader = replica.reader()) {
            assertEquals(snapshot(roster(1, 1)), reader.next());
            slow.setReceiveBufferSize(4096);
            slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), replica.server.port()));
            slow.getOutputStream()
                    .write("GET /agents/stream HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            slow.getOutputStream().flush();
            eventually(() -> replica.stream.readers() == 2);
            Roster at = roster(1, 1);
            Roster some = roster(1, 9000);
            Roster others = roster(9001, 18_000);
            for (int i = 0; i < 8; i++) {
                Roster next = i % 2 == 0 ? some : others;
                replica.with(next);
                assertEquals(change(at, next), reader.news());
                at = next;
            }
            assertEquals(2, replica.stream.readers());
        }
    }

    /** Each write is copied: a thousand readers of a large event would cost as many copies of it. */
    @Test
    void aLargeEventIsWrittenInPieces() throws Exception {
        var replica = new Replica(NEVER).with(roster(1, 1000));
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), replica.server.port())) {
            socket.getOutputStream()
                    .write("GET /agents/stream HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            while (!in.readLine().isEmpty()) {
                // the head
            }
            var event = new StringBuilder();
            while (!event.toString().endsWith("\n\n")) {
                char[] chunk = new char[Integer.parseInt(in.readLine(), 16)];
                assertTrue(chunk.length <= 16 * 1024, () -> chunk.length + " bytes");
                for (int read = 0; read < chunk.length;) {
                    read += in.read(chunk, read, chunk.length - read);
                }
                event.append(chunk);
                assertEquals("", in.readLine());
            }
            assertEquals(snapshot(roster(1, 1000)).encode(), event.toString());
        }
    }

    @Test
    void readersAreCounted() throws Exception {
        var replica = new Replica(OFTEN).with(roster(1, 3));
        assertEquals(0, replica.stream.readers());
        try (Reader one = replica.reader()) {
            one.next();
            try (Reader other = replica.reader()) {
                other.next();
                assertEquals(2, replica.stream.readers());
            }
            eventually(() -> replica.stream.readers() == 1);
            one.next();
        }
        eventually(() -> replica.stream.readers() == 0);
    }

    @Test
    void allStreamsEndAtOnceWhenItStops() throws Exception {
        var replica = new Replica(NEVER).with(roster(1, 3));
        try (Reader one = replica.reader(); Reader other = replica.reader(roster(1, 3).revision())) {
            one.next();
            other.next();
            replica.stream.close();
            assertTrue(one.ended());
            assertTrue(other.ended());
        }
        eventually(() -> replica.stream.readers() == 0);
        try (Reader late = replica.reader()) {
            assertEquals(503, late.response().statusCode());
            assertEquals("{\"error\":\"the controller is stopping\"}\n", late.body());
        }
        assertEquals(200, replica.get("/agents").statusCode(), "the list is served on");
    }

    /** A reader with the roster before it can apply a change, however many changes were merged. */
    @Test
    void theChangesSentLeadToTheirRevision() throws IOException {
        var cache = new EventCache();
        Roster one = roster(1, 3);
        Roster other = roster(2, 5);
        String change = new String(cache.event(one, other, Duration.ZERO), StandardCharsets.UTF_8);
        assertEquals(change(one, other).encode(), change);
        assertEquals(change(Roster.empty(), other).encode(),
                new String(cache.event(Roster.empty(), other, Duration.ZERO), StandardCharsets.UTF_8));
        assertEquals(snapshot(other).encode(),
                new String(cache.event(null, other, Duration.ZERO), StandardCharsets.UTF_8));
        assertEquals(new RosterEvent.Snapshot(other, Duration.ofMillis(5)).encode(),
                new String(cache.event(null, other, Duration.ofMillis(5)), StandardCharsets.UTF_8));
        byte[] old = cache.event(null, other, Duration.ofMillis(5));
        assertSame(old, cache.event(null, other, Duration.ofMillis(1004)), "nearly as old");
        assertNotSame(old, cache.event(null, other, Duration.ofMillis(1005)));
        assertEquals(snapshot(other).encode(),
                new String(cache.event(null, other, Duration.ZERO), StandardCharsets.UTF_8), "in order again");
        assertEquals(new RosterChange(other.revision(), List.of(agent(4), agent(5)), List.of("a-1")),
                one.changesTo(other));
    }
}
