package io.kconmon.controller;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.json.JsonObject;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.kconmon.controller.PeerLists.Content;
import io.kconmon.shared.http.Responses;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterBoard;
import io.kconmon.shared.roster.RosterJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code GET /agents}: the agents to test now. An agent whose tests pause is left out, because clients that poll this
 * list do not know pauses. An agent that says who it is gets those that it is to test. {@code GET /agent/{name}}: that agent, by its pod's name or its node's. Both are 503 before
 * there is a roster.
 */
final class RosterRoutes implements HttpService {

    /** How many others are to test the agent that asks. A full mesh has no such header. */
    private static final HeaderName INCOMING = HeaderNames.create("Kconmon-Incoming");

    /** The list of one roster, written once for all clients. */
    private static final class Written {

        private final String revision;
        private final byte[] list;

        Written(String revision, byte[] list) {
            this.revision = revision;
            this.list = list;
        }
    }

    private final RosterBoard board;
    private final PeerLists lists;
    private final int many;
    private volatile Written last = new Written("", new byte[0]);

    /** @param many see {@link PerClientLimit} */
    RosterRoutes(RosterBoard board, PeerLists lists, int many) {
        this.board = board;
        this.lists = lists;
        this.many = many;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/agents", new PerClientLimit(many, this::agents)).get("/agent/{name}", this::agent);
    }

    private void agents(ServerRequest request, ServerResponse response) throws IOException {
        Optional<Roster> roster = board.roster();
        if (roster.isEmpty()) {
            notYet(response, board);
            return;
        }
        try {
            Optional<Content> content = AgentQuery.key(request).map(it -> lists.now(it, roster.get()));
            content.map(Content::incoming).filter(OptionalInt::isPresent)
                    .ifPresent(it -> response.header(INCOMING, String.valueOf(it.getAsInt())));
            response.header(HeaderNames.CONTENT_TYPE, "application/json");
            Responses.send(response, content.filter(it -> !it.whole()).map(it -> written(it.roster()))
                    .orElseGet(() -> list(roster.get())));
        } catch (IllegalArgumentException e) {
            error(response, Status.BAD_REQUEST_400, String.valueOf(e.getMessage()));
        }
    }

    byte[] list(Roster roster) {
        Written written = last;
        if (!written.revision.equals(roster.revision())) {
            written = new Written(roster.revision(), written(roster));
            last = written;
        }
        return written.list;
    }

    private static byte[] written(Roster roster) {
        String json = RosterJson.encode(roster.agents().stream().filter(agent -> !agent.paused()).toList()) + "\n";
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private void agent(ServerRequest request, ServerResponse response) {
        Optional<Roster> roster = board.roster();
        if (roster.isEmpty()) {
            notYet(response, board);
            return;
        }
        String name = request.path().pathParameters().get("name");
        Optional<Agent> agent = roster.get().find(name)
                .or(() -> roster.get().agents().stream().filter(it -> it.nodeName().equals(name)).findFirst());
        if (agent.isPresent()) {
            Responses.json(response, Status.OK_200, RosterJson.encode(agent.get()));
        } else {
            error(response, Status.NOT_FOUND_404,
                    "\"%s\" is neither a pod's nor a node's name in the roster of %d agents; an agent joins it when it"
                            .formatted(name, roster.get().size())
                            + " is first ready, and leaves it with its pod or node");
        }
    }

    static void notYet(ServerResponse response, RosterBoard board) {
        error(response, Status.SERVICE_UNAVAILABLE_503, board.trouble().orElse("there is no roster yet"));
    }

    static void error(ServerResponse response, Status status, String reason) {
        Responses.json(response, status, JsonObject.builder().set("error", reason).build());
    }
}
