package io.kconmon.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.controller.PeerLists.Content;
import io.kconmon.controller.PeerLists.Feed;
import io.kconmon.controller.mesh.MeshSettings;
import io.kconmon.controller.mesh.MeshSettings.Mode;
import io.kconmon.shared.http.HttpServer;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.AgentKey;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterBoard;
import io.kconmon.shared.roster.RosterEvent;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What each reader of a bounded mesh is told, and what it is not. */
@Timeout(60)
final class PeerListsTest {

    private static final int PEERS = 5;
    private static final MeshSettings BOUNDED = new MeshSettings(Mode.BOUNDED, PEERS, 2, 100);
    private static final Duration NEVER = Duration.ofMinutes(10);

    private final AtomicLong epochMillis = new AtomicLong(1_800_000_000_000L);
    private final PeerLists lists = new PeerLists(BOUNDED, epochMillis::get);

    private static Agent agent(int number) {
        return new Agent("pod-" + number, "node-" + number, "10.0.%d.%d".formatted(number / 250, number % 250 + 1),
                "zone-" + number % 3);
    }

    private static Roster roster(int from, int to) {
        var agents = new ArrayList<Agent>();
        for (int i = from; i <= to; i++) {
            agents.add(agent(i));
        }
        return Roster.of(agents);
    }

    private static AgentKey key(Agent agent) {
        return new AgentKey(agent.name(), agent.ip(), 8080, agent.nodeName());
    }

    private static Content told(Feed feed) throws InterruptedException {
        return feed.awaitAfter(0, Duration.ZERO).orElseThrow();
    }

    private static List<Agent> lasting(Roster roster) {
        return roster.agents().stream().filter(it -> !it.rotating()).toList();
    }

    @Test
    void anAgentIsToldItselfAndItsPeers() throws Exception {
        Roster roster = roster(1, 60);
        var tested = new ArrayList<String>();
        for (Agent agent : roster.agents()) {
            Content content = told(lists.open(Optional.of(key(agent)), roster));
            assertFalse(content.whole());
            assertEquals(OptionalInt.of(PEERS), content.incoming());
            assertTrue(content.roster().find(agent.name()).isPresent(), "it finds itself");
            assertTrue(content.roster().size() <= 1 + 2 * PEERS + 3, content.roster()::toString);
            lasting(content.roster()).stream().filter(it -> !it.equals(agent)).forEach(it -> tested.add(it.nodeName()));
        }
        for (Agent agent : roster.agents()) {
            assertEquals(PEERS, tested.stream().filter(agent.nodeName()::equals).count());
        }
    }

    /** It becomes bounded with the first agent too many, and full again when there are clearly fewer. */
    @Test
    void aMeshThatGrowsAndShrinksIsToldWholeOrInPart() throws Exception {
        var growing = new PeerLists(new MeshSettings(Mode.AUTO, PEERS, 2, 40), epochMillis::get);
        Feed feed = growing.open(Optional.of(key(agent(7))), roster(1, 40));
        var whole = new ArrayList<Boolean>();
        for (int size : List.of(40, 41, 37, 36, 41)) {
            growing.update(roster(1, size));
            Content content = told(feed);
            whole.add(content.whole());
            assertEquals(content.whole(), content.incoming().isEmpty());
            assertEquals(content.whole(), content.roster().equals(roster(1, size)));
            assertEquals(content.whole(), growing.cycle().isZero());
        }
        assertEquals(List.of(true, false, false, true, false), whole);
    }

    @Test
    void controllersWithDifferentPastsTellTheSame() throws Exception {
        var random = new Random(7);
        var others = new PeerLists(BOUNDED, epochMillis::get);
        var mine = new ArrayList<Feed>();
        var theirs = new ArrayList<Feed>();
        for (int i = 1; i <= 60; i++) {
            mine.add(lists.open(Optional.of(key(agent(i))), roster(1, 60)));
            theirs.add(others.open(Optional.of(key(agent(i))), roster(20, 90)));
        }
        for (int change = 0; change < 10; change++) {
            lists.update(roster(1 + random.nextInt(18), 60 + random.nextInt(18)));
            others.update(roster(1 + random.nextInt(18), 60 + random.nextInt(18)));
        }
        lists.update(roster(3, 70));
        others.update(roster(3, 70));
        for (int i = 0; i < mine.size(); i++) {
            assertEquals(told(mine.get(i)).roster().revision(), told(theirs.get(i)).roster().revision());
            assertEquals(told(mine.get(i)).incoming(), told(theirs.get(i)).incoming());
        }
    }

    @Test
    void aReaderThatIsNoAgentIsToldAll() throws Exception {
        Content content = told(lists.open(Optional.empty(), roster(1, 60)));
        assertTrue(content.whole());
        assertEquals(roster(1, 60), content.roster());
    }

    @Test
    void anAgentIsFoundByItsNodeOrAddressToo() throws Exception {
        Roster roster = roster(1, 60);
        for (AgentKey key : List.of(new AgentKey("host", "", 8080, "NODE-7.example"),
                new AgentKey("pod-7.example", "", 8080, "pod-7.example"),
                new AgentKey("host", "10.0.0.8", 8080, "host"))) {
            assertEquals(told(lists.open(Optional.of(key(agent(7))), roster)).roster(),
                    told(lists.open(Optional.of(key), roster)).roster());
        }
    }

    /** Controllers have no such interface. */
    @Test
    void anAddressIsToldWithoutItsInterface() {
        assertEquals("pod=a+b&node=n%26&ip=fe80%3A%3A1&port=8080",
                new AgentKey("a b", "fe80::1%eth0", 8080, "n&").query());
    }

    /** Its pod is not ready yet, or the file of the roster leaves it out on purpose. */
    @Test
    void anAgentThatTheRosterDoesNotNameTestsSome() throws Exception {
        Content content = told(lists.open(Optional.of(key(agent(99))), roster(1, 60)));
        assertEquals(PEERS + 1, content.roster().size());
        assertEquals(OptionalInt.of(0), content.incoming());
        lists.update(roster(1, 99));
    }

    @Test
    void aChangeIsToldOnlyToThoseItConcerns() throws Exception {
        Roster before = roster(1, 300);
        var feeds = new ArrayList<Feed>();
        before.agents().forEach(it -> feeds.add(lists.open(Optional.of(key(it)), before)));
        lists.update(roster(1, 301));
        long told = feeds.stream().filter(it -> version(it) > 1).count();
        // its peers' other testers, and those whose rotation it joins
        assertTrue(told >= PEERS && told <= 6 * PEERS, () -> told + " of 300");
        lists.update(roster(1, 301));
        assertEquals(told, feeds.stream().filter(it -> version(it) > 1).count());
    }

    private static int version(Feed feed) {
        try {
            return told(feed).version();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aPauseIsToldToThoseThatTestTheAgent() {
        Roster before = roster(1, 300);
        var feeds = new ArrayList<Feed>();
        before.agents().forEach(it -> feeds.add(lists.open(Optional.of(key(it)), before)));
        var agents = new ArrayList<>(before.agents());
        agents.replaceAll(it -> it.name().equals("pod-7") ? it.withPaused(true) : it);
        lists.update(Roster.of(agents));
        long told = feeds.stream().filter(it -> version(it) > 1).count();
        assertTrue(told > PEERS && told <= 4 * PEERS, () -> told + " of 300");
    }

    @Test
    void withTimeAnAgentIsToldEveryOther() throws Exception {
        Roster roster = roster(1, 60);
        Feed feed = lists.open(Optional.of(key(agent(7))), roster);
        List<Agent> lasting = lasting(told(feed).roster());
        Set<String> seen = new HashSet<>();
        for (long step = 0; step < lists.cycle().toSeconds() / 30; step++) {
            told(feed).roster().agents().forEach(it -> seen.add(it.nodeName()));
            assertEquals(lasting, lasting(told(feed).roster()));
            epochMillis.addAndGet(30_000);
            lists.update(roster);
        }
        assertEquals(roster.byNode().keySet(), seen);
    }

    /** A controller with a stream, and what its readers get. */
    @Test
    void theStreamCarriesAnAgentItsOwnPeersAlone() throws Exception {
        var board = new RosterBoard();
        var stream = new RosterStream(board, lists, NEVER);
        HttpServer server = serve(board, stream);
        board.post(roster(1, 60));
        String query = key(agent(7)).query();
        try (var reader = new Reader(server.port(), query, Optional.empty())) {
            var first = assertInstanceOf(RosterEvent.Snapshot.class, reader.next());
            assertTrue(first.roster().find("pod-7").isPresent());
            assertEquals(PEERS + 1, lasting(first.roster()).size());
            assertEquals(new RosterEvent.Incoming(first.revision(), PEERS), reader.next());
            try (var again = new Reader(server.port(), query, Optional.of(first.revision()))) {
                assertInstanceOf(RosterEvent.Heartbeat.class, again.next());
            }
            try (var other = new Reader(server.port(), query, Optional.of("0123456789abcdef"))) {
                assertEquals(first, other.next());
            }
            try (var all = new Reader(server.port(), Optional.empty())) {
                assertEquals(new RosterEvent.Snapshot(roster(1, 60), Duration.ZERO), all.next());
            }
            HttpResponse<String> whole = answer(server, "/agents");
            assertEquals(60, whole.body().split("\"ip\"", -1).length - 1);
            assertEquals(Optional.empty(), whole.headers().firstValue("Kconmon-Incoming"));
            HttpResponse<String> own = answer(server, "/agents?" + query);
            assertEquals(first.roster().size(), own.body().split("\"ip\"", -1).length - 1);
            assertEquals(Optional.of(String.valueOf(PEERS)), own.headers().firstValue("Kconmon-Incoming"));

            Agent peer = lasting(first.roster()).stream().filter(it -> !it.name().equals("pod-7")).findFirst()
                    .orElseThrow();
            var agents = new ArrayList<>(roster(1, 60).agents());
            agents.replaceAll(it -> it.equals(peer) ? it.withPaused(true) : it);
            board.post(Roster.of(agents));
            var change = assertInstanceOf(RosterEvent.Change.class, reader.news());
            assertEquals(List.of(peer.withPaused(true)), change.change().joinedOrChanged());
            assertEquals(List.of(), change.change().left());
            assertEquals(change.revision(), first.roster().with(change.change()).revision());
        } finally {
            stream.close();
            server.close();
        }
    }

    @Test
    void aBadIdentityIsRefusedInOneLine() throws Exception {
        var board = new RosterBoard();
        var stream = new RosterStream(board, lists, NEVER);
        HttpServer server = serve(board, stream);
        board.post(roster(1, 60));
        try {
            assertEquals("{\"error\":\"port: \\\"99999\\\" is not allowed; allowed: 0 to 65535\"}",
                    get(server, "/agents?pod=a&port=99999").strip());
            assertEquals("{\"error\":\"ip: \\\"host\\\" is not allowed; allowed: an IPv4 or IPv6 address, or none\"}",
                    get(server, "/agents/stream?pod=a&ip=host").strip());
            assertEquals("{\"error\":\"pod: \\\"%s…\\\" is not allowed; allowed: 1 to 253 characters\"}"
                    .formatted("a".repeat(80)), get(server, "/agents?pod=" + "a".repeat(254)).strip());
        } finally {
            stream.close();
            server.close();
        }
    }

    private HttpServer serve(RosterBoard board, RosterStream stream) {
        stream.start();
        return HttpServer.start(InetAddress.getLoopbackAddress(), 0, List.of(), routes -> routes
                .register(new RosterRoutes(board, lists, 100)).get("/agents/stream", stream));
    }

    private static String get(HttpServer server, String path) throws Exception {
        return answer(server, path).body();
    }

    private static HttpResponse<String> answer(HttpServer server, String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:%d%s".formatted(server.port(), path));
            return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        }
    }
}
