package io.kconmon.agent.roster;

import static io.kconmon.testkit.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.support.Loopback;
import io.kconmon.agent.support.RosterServer.Answer;
import io.kconmon.agent.support.RosterServer.Stream;
import io.kconmon.agent.support.RosterServer;
import io.kconmon.shared.client.Endpoint;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterChange;
import io.kconmon.shared.roster.RosterEvent;
import io.kconmon.shared.roster.RosterJson;
import io.kconmon.testkit.CapturedLog;
import io.kconmon.testkit.Eventually;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RosterClientTest {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
    /** Shorter than the client's timeout for a silent controller, and longer than all else. */
    private static final Duration NOT_AT_ONCE = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofMinutes(1);

    private static final Agent A = new Agent("pod-a", "node-a", "127.0.0.11", "zone-1");
    private static final Agent B = new Agent("pod-b", "node-b", "127.0.0.12", "zone-1");
    private static final Agent C = new Agent("pod-c", "node-c", "127.0.0.13", "zone-2", 9090, true);
    private static final Roster AB = Roster.of(List.of(A, B));
    private static final Roster ABC = Roster.of(List.of(A, B, C));
    private static final RosterEvent FIRST = new RosterEvent.Snapshot(AB, Duration.ZERO);

    private final CapturedLog log = CapturedLog.withLevels("agent");
    private final BlockingQueue<Roster> told = new LinkedBlockingQueue<>();
    private final RosterState rosterState = new RosterState(new Identity("pod-a", "", 8080, "pod-a", "unknown", false),
            (roster, identity) -> told.add(roster));
    private RosterServer server;
    private RosterClient client;

    @BeforeEach
    void open() throws Exception {
        server = new RosterServer(Loopback.TWO, 0);
        client = new RosterClient(Endpoint.of(server.uri()), rosterState, POLL_INTERVAL);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
        // A line that comes late would be the next test's.
        eventually("the client has ended", client::hasEnded);
        log.close();
    }

    private Roster nextRoster() throws InterruptedException {
        return Eventually.next(told);
    }

    /** To where every test of a stream begins: the client has the first roster, and its stream is open. */
    private Stream inTouch() throws Exception {
        client.start();
        Stream stream = server.nextStream();
        stream.send(FIRST);
        assertEquals(AB, nextRoster());
        return stream;
    }

    private static RosterEvent change(Roster from, Roster to) {
        return new RosterEvent.Change(from.changesTo(to));
    }

    /** Whatever has happened: nothing was made of it but this. */
    private void stillHas(Roster roster) {
        assertEquals(roster, rosterState.roster());
        assertTrue(told.isEmpty(), told::toString);
    }

    @Test
    void aSnapshotAndThenChanges() throws Exception {
        Stream stream = inTouch();
        assertEquals(Optional.empty(), stream.lastEventId(), "there is nothing yet to go on from");
        assertEquals("node-a", rosterState.identity().node());
        stream.send(change(AB, ABC));
        assertEquals(ABC, nextRoster());
        stream.send(change(ABC, Roster.of(List.of(A, C))));
        assertEquals(Roster.of(List.of(A, C)), nextRoster());
        assertEquals(List.of("INFO roster changed {agents=2, before=0}", "INFO roster changed {agents=3, before=2}",
                "INFO roster changed {agents=2, before=3}"), log.lines());
    }

    /** In a bounded mesh the controller sends it its own peers alone. */
    @Test
    void anAgentSaysWhoItIsAndHearsHowManyTestIt() throws Exception {
        Stream stream = inTouch();
        assertEquals("pod=pod-a&node=pod-a&ip=&port=8080", server.lastQuery());
        assertEquals(1, rosterState.incoming(), "all others, unless it is told");
        stream.send(new RosterEvent.Incoming(AB.revision(), 20));
        eventually("as many as it is told", () -> rosterState.incoming() == 20);
        stream.send(change(AB, ABC));
        assertEquals(ABC, nextRoster());
        assertEquals(20, rosterState.incoming());
        stream.send(FIRST);
        assertEquals(AB, nextRoster());
        assertEquals(1, rosterState.incoming(), "the mesh is full again");
    }

    @Test
    void aHeartbeatConfirmsTheRoster() throws Exception {
        Stream stream = inTouch();
        stream.send(new RosterEvent.Heartbeat(AB.revision(), Duration.ofHours(1)));
        eventually("the age is what the controller says",
                () -> rosterState.age().compareTo(Duration.ofMinutes(59)) > 0);
        stream.send(new RosterEvent.Heartbeat(AB.revision(), Duration.ZERO));
        eventually("and is again", () -> rosterState.age().compareTo(LONG) < 0);
        stillHas(AB);
    }

    @Test
    void aSnapshotBringsItsAge() throws Exception {
        client.start();
        server.nextStream().send(new RosterEvent.Snapshot(AB, Duration.ofHours(1)));
        assertEquals(AB, nextRoster());
        assertTrue(rosterState.age().compareTo(Duration.ofMinutes(59)) > 0);
    }

    @Test
    void aStreamThatEndsIsResumedFromItsRevision() throws Exception {
        inTouch().end();
        Stream again = server.nextStream();
        assertEquals(Optional.of(AB.revision()), again.lastEventId());
        again.send(change(AB, ABC));
        assertEquals(ABC, nextRoster());
        again.end();
        assertEquals(Optional.of(ABC.revision()), server.nextStream().lastEventId());
        stillHas(ABC);
    }

    /** It need not be the only one that there is. */
    @Test
    void onlyAControllerWhoseRosterIsStaleIsLeft() throws Exception {
        client.close();
        client = new RosterClient(Endpoint.of(server.uri()), rosterState, POLL_INTERVAL, Duration.ofMillis(300));
        Stream stale = inTouch();
        eventually("it is left", () -> {
            try {
                stale.send(new RosterEvent.Heartbeat(AB.revision(), Duration.ofHours(1)));
                return false;
            } catch (IOException e) {
                return true;
            }
        });
        stale.end();
        Stream other = server.nextStream();
        assertEquals(Optional.of(AB.revision()), other.lastEventId());
        other.send(change(AB, ABC));
        assertEquals(ABC, nextRoster());
        for (long begin = System.nanoTime(); System.nanoTime() - begin < 4 * 300_000_000L;) {
            other.send(new RosterEvent.Heartbeat(ABC.revision(), Duration.ZERO));
        }
        stillHas(ABC);
    }

    static List<Named<String>> streamsThatCannotBeGoneOnWith() {
        return List.of(
                Named.of("another revision's heartbeat",
                        new RosterEvent.Heartbeat("0123456789abcdef", Duration.ZERO).encode()),
                Named.of("a change of another roster",
                        new RosterEvent.Change(new RosterChange("0123456789abcdef", List.of(C), List.of())).encode()),
                Named.of("agents that are no list", "event: snapshot\ndata: {\"revision\": \"1\", \"agents\": {}}\n\n"),
                Named.of("no revision", "event: snapshot\ndata: {\"agents\": []}\n\n"),
                Named.of("not JSON", "event: snapshot\ndata: {\n\n"),
                Named.of("an unknown event", "event: news\ndata: {\"revision\": \"1\"}\n\n"),
                Named.of("no event", "data: hello\n\n"),
                Named.of("a change that is partly wrong",
                        "event: change\ndata: {\"revision\": \"1\", \"joinedOrChanged\": [{\"name\": \"x\"}]}\n\n"),
                Named.of("an event that is too large",
                        "event: change\ndata: " + "x".repeat(RosterClient.MAX_ROSTER_BYTES) + "\n\n"),
                Named.of("a line without an end", "x".repeat(RosterClient.MAX_ROSTER_BYTES + 1)));
    }

    @ParameterizedTest
    @MethodSource("streamsThatCannotBeGoneOnWith")
    void aStreamThatCannotBeResumedIsBegunAnew(String events) throws Exception {
        Stream stream = inTouch();
        long begin = System.nanoTime();
        try {
            stream.send(events);
        } catch (IOException e) {
            // refused before it was all written
        }
        Stream again = server.nextStream();
        assertTrue(System.nanoTime() - begin < NOT_AT_ONCE.toNanos(), "it waited for the stream that it had refused");
        stream.end();
        assertEquals(Optional.empty(), again.lastEventId());
        stillHas(AB);
        assertTrue(log.lines().stream().anyMatch(it -> it.startsWith("WARNING the controller's stream was refused")),
                log.lines()::toString);
        again.send(new RosterEvent.Snapshot(ABC, Duration.ZERO));
        assertEquals(ABC, nextRoster());
        again.end();
        assertEquals(Optional.of(ABC.revision()), server.nextStream().lastEventId(), "all is well again");
    }

    @Test
    void anInvalidEntryIsLeftOutOfASnapshot() throws Exception {
        client.start();
        server.nextStream().send("""
                event: snapshot
                data: {"revision": "1", "ageMillis": 0, "agents": [%s, {"name": "x", "nodeName": "x", "ip": "x"}, %s]}

                """.formatted(RosterJson.encode(A), RosterJson.encode(B)));
        assertEquals(AB, nextRoster());
        assertTrue(log.lines().getFirst()
                .endsWith("reason=agents[1].ip: \"x\" is not an IPv4 or IPv6 address}"), log.lines()::toString);
    }

    @Test
    void commentsAndUnknownFieldsAreNotEvents() throws Exception {
        Stream stream = inTouch();
        stream.send(": a comment\n\nretry: 1000\nid: 7\n\n");
        stream.send(change(AB, ABC).encode().replace("\n", "\r\n"));
        assertEquals(ABC, nextRoster());
    }

    @Test
    void withoutAStreamTheListIsPolled() throws Exception {
        server.answers("/agents/stream", Answer.of(404));
        server.answersAgents(List.of(A, B));
        client.start();
        assertEquals(AB, nextRoster());
        server.answersAgents(List.of(A));
        assertEquals(Roster.of(List.of(A)), nextRoster());
        server.answersAgents(List.of());
        assertEquals(Roster.empty(), nextRoster());
        assertEquals("node-a", rosterState.identity().node());
    }

    /** In a bounded mesh the list has its own peers alone, and the controller says how many others test it. */
    @ParameterizedTest
    @ValueSource(strings = {"", "-7", "1234567"})
    void anAgentThatPollsHearsHowManyTestIt(String nothing) throws Exception {
        server.answers("/agents/stream", Answer.of(404));
        server.answersAgents(List.of(A, B));
        server.saysIncoming("20");
        client.start();
        assertEquals(AB, nextRoster());
        assertEquals(20, rosterState.incoming());
        assertTrue(rosterState.isPartial());
        server.saysIncoming(nothing);
        server.answersAgents(List.of(A, B, C));
        assertEquals(ABC, nextRoster());
        assertEquals(2, rosterState.incoming(), "all others, unless it is told");
        assertFalse(rosterState.isPartial());
    }

    /** The controller may have been bounded, and have begun anew with the same agents in a full mesh. */
    @Test
    void anAgentWhoseStreamSaysNothingOfItIsTestedByAll() throws Exception {
        server.answers("/agents/stream", Answer.of(404));
        server.answersAgents(List.of(A, B));
        server.saysIncoming("20");
        client.start();
        assertEquals(AB, nextRoster());
        server.streams();
        server.nextStream().send(new RosterEvent.Heartbeat(AB.revision(), Duration.ZERO));
        eventually("all others are to", () -> rosterState.incoming() == 1);
    }

    @Test
    void aStreamIsTriedAgainFromTimeToTime() throws Exception {
        server.answers("/agents/stream", Answer.of(404));
        server.answersAgents(List.of(A, B));
        client.start();
        assertEquals(AB, nextRoster());
        server.streams();
        Stream stream = server.nextStream();
        assertEquals(Optional.of(AB.revision()), stream.lastEventId());
        stream.send(change(AB, ABC));
        assertEquals(ABC, nextRoster());
    }

    @Test
    void aPageThatIsNotAStreamIsRejected() throws Exception {
        server.answers("/agents/stream", new Answer(200, "text/html", "<html>"));
        server.answersAgents(List.of(A, B));
        client.start();
        assertEquals(AB, nextRoster());
    }

    @Test
    void anAgentThatIsNotInTheListAsksForItsIdentity() throws Exception {
        server.answers("/agents/stream", Answer.of(404));
        server.answersAgents(List.of(B));
        client.start();
        server.awaitRequest("/agent/pod-a");
        assertFalse(rosterState.isSettled());
        server.answers("/agent/pod-a", Answer.json(RosterJson.encode(A).toString()));
        assertEquals(Roster.of(List.of(B)), nextRoster());
        assertEquals(new Identity("pod-a", "", 8080, "node-a", "zone-1", true), rosterState.identity());
        server.awaitRequest("/agents");
        assertEquals("/agents", server.nextRequest(), "it is not asked again");
    }

    @Test
    void aListThatIsPartlyWrongIsTakenInPart() throws Exception {
        server.answers("/agents/stream", Answer.of(404));
        server.answers("/agents", Answer.json("[%s, 7, {\"name\": \"x\"}]".formatted(RosterJson.encode(A))));
        client.start();
        assertEquals(Roster.of(List.of(A)), nextRoster());
        server.awaitRequest("/agents");
        server.awaitRequest("/agents");
        assertEquals(List.of("WARNING part of the roster was refused {controller=%s, ".formatted(server.uri())
                + "reason=agents[1]: expected an agent, found a number}",
                "INFO roster changed {agents=1, before=0}"), log.lines());
    }

    static List<Named<Answer>> badLists() {
        return List.of(Named.of("500", Answer.of(500)), Named.of("503", Answer.of(503)),
                Named.of("404", Answer.of(404)), Named.of("a redirect", new Answer(302, "text/plain", "")),
                Named.of("an object", Answer.json("{}")), Named.of("not JSON", Answer.json("[")),
                Named.of("nothing", Answer.json("")), Named.of("a page", Answer.json("<html>")),
                Named.of("too long", Answer.json("[" + " ".repeat(RosterClient.MAX_ROSTER_BYTES) + "]")),
                Named.of("two agents on a node", Answer.json(RosterJson
                        .encode(List.of(A, new Agent("pod-d", "node-a", "127.0.0.14", "z"))).toString())));
    }

    @ParameterizedTest
    @MethodSource("badLists")
    void anInvalidListLeavesTheLastRoster(Answer bad) throws Exception {
        server.answers("/agents/stream", Answer.of(404));
        server.answersAgents(List.of(A, B));
        client.start();
        assertEquals(AB, nextRoster());
        server.answers("/agents", bad);
        server.awaitRequest("/agents");
        server.awaitRequest("/agents");
        stillHas(AB);
        server.answersAgents(List.of(A, B, C));
        assertEquals(ABC, nextRoster());
    }

    /** No more of it is read than is allowed. */
    @Test
    void aListWithoutEndIsRefusedInOneLine() throws Exception {
        server.answers("/agents/stream", Answer.of(404));
        server.answersAgents(List.of(A, B));
        client.start();
        assertEquals(AB, nextRoster());
        server.answers("/agents", Answer.withoutEnd("[" + "{\"name\": \"a\"},".repeat(1000)));
        for (int i = 0; i < 3; i++) {
            server.awaitRequest("/agents");
        }
        stillHas(AB);
        assertEquals(List.of("WARNING the controller's list was refused; the last roster stays {controller=%s, "
                .formatted(server.uri())
                + "reason=GET /agents answered more than %d bytes}"
                        .formatted(RosterClient.MAX_ROSTER_BYTES)),
                log.lines().subList(1, log.lines().size()));
    }

    @Test
    void aClosedClientSaysNothingOfTheAnswerThatItWaitedFor() throws Exception {
        var closed = new CountDownLatch(1);
        server.answers("/agents/stream", Answer.of(404));
        server.answers("/agents", Answer.json("["));
        server.answersAfter("/agents", closed);
        client.start();
        server.awaitRequest("/agents");
        client.close();
        closed.countDown();
        eventually("the client has ended", client::hasEnded);
        assertEquals(List.of(), log.lines());
    }

    @Test
    void aRosterOfAHundredThousandAgentsIsRefused() throws Exception {
        Stream stream = inTouch();
        try {
            stream.send("event: snapshot\ndata: {\"revision\": \"1\", \"ageMillis\": 0, \"agents\": ["
                    + "{\"name\": \"a\"},".repeat(100_000) + "{}]}\n\n");
        } catch (IOException e) {
            // refused before it was all written
        }
        server.nextStream();
        stillHas(AB);
        eventually("it is said",
                () -> log.lines().getLast().contains("reason=more than %d agents are too many for a heap of "
                        .formatted(RosterJson.MAX_AGENTS)));
    }

    /** A controller without a roster answers 503: it does have streams, so the stream is tried again. */
    @Test
    void aControllerThatIsNotReadyIsAskedAgain() throws Exception {
        server.answers("/agents/stream", Answer.of(503));
        server.answers("/agents", Answer.of(503));
        client.start();
        server.awaitRequest("/agents/stream");
        server.awaitRequest("/agents/stream");
        assertFalse(rosterState.isKnown());
        server.streams();
        server.nextStream().send(FIRST);
        assertEquals(AB, nextRoster());
        assertEquals(1, log.lines().stream().filter(it -> it.contains("waiting for a controller")).count(),
                log.lines()::toString);
    }

    /** Its list leaves out paused agents, whose counters would begin anew. */
    @Test
    void aControllerThatStopsIsNotAskedForItsList() throws Exception {
        Stream stream = inTouch();
        server.answersAgents(List.of());
        server.answers("/agents/stream", Answer.of(503));
        stream.end();
        for (int i = 0; i < 3; i++) {
            server.awaitRequest("/agents/stream");
        }
        stillHas(AB);
    }

    /** As when the replica that the stream came from dies, and another one is asked. */
    @Test
    void aPausedAgentStaysAlthoughAListLeavesItOut() throws Exception {
        Stream stream = inTouch();
        stream.send(change(AB, ABC));
        assertEquals(ABC, nextRoster());
        server.answersAgents(List.of(A));
        server.answers("/agents/stream", Answer.of(404));
        stream.end();
        assertEquals(Roster.of(List.of(A, C)), nextRoster());
        var successor = new Agent("pod-d", C.nodeName(), "127.0.0.14", "zone-2");
        server.answersAgents(List.of(A, successor));
        assertEquals(Roster.of(List.of(A, successor)), nextRoster());
    }

    @Test
    void whileTheControllerIsAwayTheLastRosterStaysAndAges() throws Exception {
        Stream stream = inTouch();
        stream.send(new RosterEvent.Heartbeat(AB.revision(), Duration.ZERO));
        int port = server.port();
        server.close();
        eventually("it is noticed", () -> log.lines().stream().anyMatch(it -> it.contains("does not answer")));
        Duration age = rosterState.age();
        eventually("the roster ages", () -> rosterState.age().compareTo(age.plusMillis(50)) > 0);
        stillHas(AB);

        server = new RosterServer(Loopback.TWO, port);
        Stream again = server.nextStream();
        assertEquals(Optional.of(AB.revision()), again.lastEventId());
        again.send(new RosterEvent.Heartbeat(AB.revision(), Duration.ZERO));
        eventually("it is back", () -> log.lines().contains(
                "INFO the controller answers again {controller=%s}".formatted(server.uri())));
        assertTrue(rosterState.age().compareTo(LONG) < 0);
        stillHas(AB);
        again.send(change(AB, ABC));
        assertEquals(ABC, nextRoster());
        assertEquals(1, log.lines().stream().filter(it -> it.contains("does not answer")).count(),
                "it is said once: " + log.lines());
    }

    /** On a first install agents are there before a controller is: nothing is wrong with that. */
    @Test
    void theFirstControllerIsWaitedForWithoutAWarning() throws Exception {
        URI uri = server.uri();
        int port = server.port();
        server.close();
        client.start();
        eventually("it is told",
                () -> log.lines()
                        .contains("INFO waiting for a controller {controller=%s, reason=%s: connection refused}"
                                .formatted(uri, Loopback.TWO.getHostAddress())));
        server = new RosterServer(Loopback.TWO, port);
        server.nextStream().send(FIRST);
        assertEquals(AB, nextRoster());
        eventually("it is there",
                () -> log.lines().contains("INFO the controller answers {controller=%s}".formatted(uri)));
        assertTrue(log.lines().stream().noneMatch(it -> it.startsWith("WARNING")), () -> log.lines().toString());
    }

    @Test
    void aFirstControllerThatDoesNotComeIsWarnedOfOnce() {
        var news = new ControllerLog(URI.create("http://c"), Duration.ZERO);
        for (int i = 0; i < 3; i++) {
            news.lost(new IOException());
        }
        assertEquals(List.of("INFO waiting for a controller {controller=http://c, reason=IOException}",
                "WARNING no controller has answered since the start; nobody is tested {controller=http://c,"
                        + " reason=IOException}"),
                log.lines());
    }

    /** A controller that hangs, or a network that drops everything: the stream does not end. */
    @Test
    void aStreamThatFallsSilentIsGivenUp() throws Exception {
        client.close();
        client = new RosterClient(Endpoint.of(server.uri()), rosterState, POLL_INTERVAL, Duration.ofMillis(300));
        Stream silent = inTouch();
        Stream again = server.nextStream();
        assertEquals(Optional.of(AB.revision()), again.lastEventId());
        stillHas(AB);
        silent.end();
    }

    /** Of blank lines, comments and events without data, each of which keeps a connection open. */
    @ParameterizedTest
    @ValueSource(strings = {"\n", ": still here\n\n", "event: heartbeat\n\n", "x"})
    void aStreamWithoutEventsIsGivenUpAfterTheSameTime(String nothing) throws Exception {
        client.close();
        client = new RosterClient(Endpoint.of(server.uri()), rosterState, POLL_INTERVAL, Duration.ofMillis(300));
        Stream idle = inTouch();
        idle.untilTheReaderHasGone(nothing);
        assertEquals(Optional.of(AB.revision()), server.nextStream().lastEventId());
        stillHas(AB);
    }

    @Test
    void aStreamThatNeverSendsAnythingIsGivenUp() throws Exception {
        client.close();
        client = new RosterClient(Endpoint.of(server.uri()), rosterState, POLL_INTERVAL, Duration.ofMillis(300));
        client.start();
        server.nextStream().untilTheReaderHasGone("\n");
        server.nextStream().send(FIRST);
        assertEquals(AB, nextRoster());
    }

    /** At full speed, too, and for no longer than it takes to read a little of it. */
    @Test
    void aLongStreamWithoutEventsIsRefused() throws Exception {
        Stream idle = inTouch();
        idle.untilTheReaderHasGone("\n".repeat(100_000));
        server.nextStream();
        stillHas(AB);
        assertTrue(log.lines().stream().anyMatch(it -> it.contains("the roster stream has no event in 65536 bytes")),
                log.lines()::toString);
    }

    /** Its first stream is stayed with: a thousand agents that left it again would each take the whole list meanwhile. */
    @Test
    void aControllerThatWasAwayForLongIsNotTakenForAStaleOne() throws Exception {
        client.close();
        client = new RosterClient(Endpoint.of(server.uri()), rosterState, POLL_INTERVAL, Duration.ofSeconds(1));
        inTouch();
        int port = server.port();
        server.close();
        eventually("the roster is old", () -> rosterState.age().compareTo(Duration.ofMillis(2100)) > 0);
        server = new RosterServer(Loopback.TWO, port);
        Stream again = server.nextStream();
        again.send(change(AB, ABC));
        assertEquals(ABC, nextRoster());
        assertEquals("/agents/stream", server.nextRequest());
        again.send(change(ABC, AB));
        assertEquals(AB, nextRoster());
    }

    /** Of a thousand that lost their controller in one moment; drawn evenly it would be a tenth in the first try. */
    @Test
    void agentsReturnAtDifferentTimes() {
        for (int failures = 0; failures < 20; failures++) {
            var returns = new int[51];
            for (int i = 0; i < 1000; i++) {
                returns[(int) (RosterClient.backOff(failures, Duration.ofSeconds(5)).toMillis() / 100)]++;
            }
            int most = Arrays.stream(returns).max().orElseThrow();
            assertTrue(most < 200, "%d in 100 ms after %d failures".formatted(most, failures));
        }
    }

    @Test
    void aControllerThatWasNeverThereCostsNothingButTheRoster() throws Exception {
        server.close();
        client.start();
        eventually("it is noticed", () -> log.lines().stream().anyMatch(it -> it.contains("waiting for a controller")));
        assertFalse(rosterState.isKnown());
        assertTrue(told.isEmpty());
    }

    @Test
    void aNameThatCannotBeResolvedIsAControllerThatIsAway() throws Exception {
        client.close();
        client = new RosterClient(Endpoint.of(URI.create("http://no-such-host.invalid:1")), rosterState,
                POLL_INTERVAL);
        client.start();
        eventually("it is noticed", () -> log.lines().stream().anyMatch(it -> it.contains("waiting for a controller")));
    }

    @Test
    void aClosedClientClosesItsStream() throws Exception {
        Stream stream = inTouch();
        long begin = System.nanoTime();
        client.close();
        assertTrue(System.nanoTime() - begin < NOT_AT_ONCE.toNanos(), "it waited for the next event");
        stream.untilTheReaderHasGone();
        stillHas(AB);
        assertEquals(List.of("INFO roster changed {agents=2, before=0}"), log.lines(), "closing is no loss");
    }
}
