package io.kconmon.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.HeaderNames;
import io.helidon.webclient.api.ClientResponseTyped;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.testing.junit5.DirectClient;
import io.kconmon.controller.mesh.MeshSettings;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterBoard;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The lists, as Helidon's routing serves them. */
@Tag("routing")
final class RosterRoutesTest {

    private final RosterBoard board = new RosterBoard();
    private final PeerLists lists = new PeerLists(MeshSettings.FULL, () -> 0);
    private final RosterStream stream = new RosterStream(board, lists, Duration.ofMillis(20));
    private final DirectClient client = new DirectClient(
            HttpRouting.builder().register(new RosterRoutes(board, lists, 100))
                    .get("/agents/stream", stream));

    @AfterEach
    void close() {
        stream.close();
        client.close();
    }

    private ClientResponseTyped<String> get(String path) {
        return client.get().skipUriEncoding(true).uri(path).request(String.class);
    }

    private static Agent agent(int number) {
        return new Agent("a-" + number, "n-" + number, "10.0.0." + (number + 1), "z");
    }

    @Test
    void theListHasOnlyAgentsToTest() {
        board.post(Roster.of(List.of(agent(2), agent(1), agent(3).withPaused(true),
                new Agent("a-4", "n-4", "fd00::4", "unknown", 9000, false))));
        ClientResponseTyped<String> agents = get("/agents");
        assertEquals(200, agents.status().code());
        assertEquals(Optional.of("application/json"), agents.headers().first(HeaderNames.CONTENT_TYPE));
        assertEquals("""
                [{"name":"a-1","nodeName":"n-1","ip":"10.0.0.2","zone":"z"},\
                {"name":"a-2","nodeName":"n-2","ip":"10.0.0.3","zone":"z"},\
                {"name":"a-4","nodeName":"n-4","ip":"fd00::4","zone":"unknown","port":9000}]
                """, agents.entity());
        board.post(Roster.empty());
        assertEquals("[]\n", get("/agents").entity());
    }

    @Test
    void theListIsWrittenOnceForAllReaders() {
        var routes = new RosterRoutes(new RosterBoard(), new PeerLists(MeshSettings.FULL, () -> 0), 0);
        byte[] list = routes.list(Roster.of(List.of(agent(1), agent(2), agent(3))));
        assertSame(list, routes.list(Roster.of(List.of(agent(1), agent(2), agent(3)))));
        assertNotSame(list, routes.list(Roster.of(List.of(agent(1), agent(2), agent(3).withPaused(true)))));
        assertEquals("[]\n", new String(routes.list(Roster.empty()), StandardCharsets.UTF_8));
    }

    @Test
    void anAgentIsToldItsIdentity() {
        board.post(Roster.of(List.of(agent(1), agent(2).withPaused(true))));
        ClientResponseTyped<String> found = get("/agent/a-1");
        assertEquals(200, found.status().code());
        assertEquals("{\"name\":\"a-1\",\"nodeName\":\"n-1\",\"ip\":\"10.0.0.2\",\"zone\":\"z\"}\n", found.entity());
        assertEquals(found.entity(), get("/agent/n-1").entity(), "by its node's name, too");
        assertTrue(get("/agent/a-2").entity().contains("\"paused\":true"), "a paused one too");
        ClientResponseTyped<String> unknown = get("/agent/n%22-1");
        assertEquals(404, unknown.status().code());
        assertEquals(
                "{\"error\":\"\\\"n\\\"-1\\\" is neither a pod's nor a node's name in the roster of 2 agents; an agent"
                        + " joins it when it is first ready, and leaves it with its pod or node\"}\n",
                unknown.entity());
    }

    @Test
    void thereIsNoAnswerBeforeThereIsARoster() {
        for (String path : List.of("/agents", "/agent/a-1", "/agents/stream")) {
            ClientResponseTyped<String> response = get(path);
            assertEquals(503, response.status().code(), path);
            assertEquals("{\"error\":\"the first roster has not come yet\"}\n", response.entity());
        }
        board.trouble("nodes is forbidden: User \"a\"");
        assertEquals("{\"error\":\"nodes is forbidden: User \\\"a\\\"\"}\n", get("/agents").entity());
        board.post(Roster.empty());
        assertEquals(200, get("/agents").status().code());
    }
}
