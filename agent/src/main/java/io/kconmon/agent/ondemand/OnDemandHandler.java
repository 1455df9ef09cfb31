package io.kconmon.agent.ondemand;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.json.JsonArray;
import io.helidon.json.JsonObject;
import io.helidon.json.JsonValue;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.kconmon.agent.kernel.Ticks;
import io.kconmon.agent.mesh.Mesh;
import io.kconmon.agent.probe.HostProtocol;
import io.kconmon.agent.probe.PeerProtocol;
import io.kconmon.agent.probe.Protocol;
import io.kconmon.agent.probe.Result;
import io.kconmon.agent.roster.RosterState;
import io.kconmon.agent.roster.Identity;
import io.kconmon.shared.http.Responses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * {@code GET /test/PROTOCOL} tests every peer or host, {@code GET /test/PROTOCOL/NAME} one of them, by the name of the
 * agent, its node or the host. Nothing else can be tested. One request at a time, one test after the other, and not many
 * a minute, so that nobody can make this agent flood the others.
 */
public final class OnDemandHandler implements HttpService {

    private static final int BURST = 20;
    private static final Duration PACE = Duration.ofSeconds(1);

    private final List<Protocol<?>> protocols;
    private final Mesh mesh;
    private final RosterState rosterState;
    private final Semaphore one = new Semaphore(1);
    private final RateLimiter limiter = new RateLimiter(BURST, PACE, System::nanoTime);

    public OnDemandHandler(List<Protocol<?>> protocols, Mesh mesh, RosterState rosterState) {
        this.protocols = List.copyOf(protocols);
        this.mesh = mesh;
        this.rosterState = rosterState;
    }

    @Override
    public void routing(HttpRules rules) {
        for (Protocol<?> protocol : protocols) {
            switch (protocol) {
                case PeerProtocol<?> peers -> rules(rules, peers.name(), () -> peers(peers),
                        "an agent in the roster or its node");
                case HostProtocol<?> hosts -> rules(rules, hosts.name(), () -> hosts(hosts),
                        "a configured host (%s.hosts)".formatted(hosts.name()));
            }
        }
        String all = protocols.stream().map(it -> "/test/" + it.name()).collect(Collectors.joining(", "))
                .replaceFirst(", ([^,]*)$", " and $1");
        rules.any("/*", (request, response) -> refuse(response, Status.NOT_FOUND_404,
                "no such test; there are %s, each with or without /{name}".formatted(all)));
    }

    private void rules(HttpRules rules, String protocol, Supplier<List<Destination>> destinations, String expected) {
        rules.get("/" + protocol, (request, response) -> run(response, protocol, destinations.get()))
                .get("/" + protocol + "/{name}",
                        (request, response) -> run(request, response, protocol, destinations.get(), expected));
    }

    private <R extends Result> List<Destination> peers(PeerProtocol<R> protocol) {
        return mesh.agents().stream()
                .map(agent -> Destination.peer(agent, protocol, () -> protocol.to(mesh.address(agent), Ticks.PROMPT)))
                .toList();
    }

    private static <R extends Result> List<Destination> hosts(HostProtocol<R> protocol) {
        return protocol.hosts().stream().map(host -> Destination.host(host, protocol, () -> protocol.of(host)))
                .toList();
    }

    private void run(ServerRequest request, ServerResponse response, String protocol, List<Destination> from,
            String expected) {
        String name = request.path().pathParameters().get("name");
        List<Destination> named = from.stream().filter(it -> it.names().contains(name)).toList();
        if (named.isEmpty()) {
            refuse(response, Status.NOT_FOUND_404, "\"%s\" is not %s".formatted(name, expected));
        } else {
            run(response, protocol, named);
        }
    }

    private void run(ServerResponse response, String protocol, List<Destination> destinations) {
        if (!one.tryAcquire()) {
            response.header(HeaderNames.RETRY_AFTER, "1");
            refuse(response, Status.TOO_MANY_REQUESTS_429, "another test on demand is under way; one at a time");
            return;
        }
        var results = new ArrayList<JsonValue>();
        try {
            if (!limiter.take()) {
                response.header(HeaderNames.RETRY_AFTER, "1");
                refuse(response, Status.TOO_MANY_REQUESTS_429,
                        "too many tests on demand; one a second, after the first %d".formatted(BURST));
                return;
            }
            for (Destination destination : destinations) {
                results.add(destination.test().run());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            refuse(response, Status.SERVICE_UNAVAILABLE_503, "the agent stops");
            return;
        } finally {
            one.release();
        }
        // The next test need not wait for this reader.
        Identity identity = rosterState.identity();
        Responses.json(response, Status.OK_200,
                JsonObject.builder().set("test", protocol).set("source", identity.node())
                        .set("sourceZone", identity.zone()).set("results", JsonArray.create(results)).build());
    }

    private static void refuse(ServerResponse response, Status status, String reason) {
        Responses.json(response, status, JsonObject.builder().set("error", reason).build());
    }
}
