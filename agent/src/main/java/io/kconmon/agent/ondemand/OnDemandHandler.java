package io.kconmon.agent.ondemand;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.json.JsonObject;
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
import io.kconmon.agent.roster.RateLimiter;
import io.kconmon.shared.http.Responses;
import io.kconmon.shared.roster.Agent;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * {@code GET /test/PROTOCOL} tests every peer or host, {@code GET /test/PROTOCOL/NAME} one of them, by the name of the
 * agent, its node or the host. Nothing else can be tested. The number of concurrent tests and of requests a minute is
 * limited, so that nobody can make this agent flood the others.
 */
public final class OnDemandHandler implements HttpService {

    private static final int BURST = 20;
    private static final Duration PACE = Duration.ofSeconds(1);
    private static final int CALLERS = 16;
    private static final int CALLERS_OF_AN_ADDRESS = 8;
    private static final int TESTS_AT_ONCE = 16;

    private final List<Protocol<?>> protocols;
    private final Mesh mesh;
    private final RosterState rosterState;
    private final Function<String, Optional<Agent>> lookup;
    private final Callers callers = new Callers(CALLERS, CALLERS_OF_AN_ADDRESS);
    /** Fair: a caller that wants one test gets it although another one waits for a thousand. */
    private final Semaphore permits = new Semaphore(TESTS_AT_ONCE, true);
    private final RateLimiter limiter = new RateLimiter(BURST, PACE, System::nanoTime);

    /**
     * Makes the handler.
     *
     * @param lookup
     *            asks for an agent that may be tested, by its name or its node's, where the roster is not whole
     */
    public OnDemandHandler(List<Protocol<?>> protocols, Mesh mesh, RosterState rosterState,
            Function<String, Optional<Agent>> lookup) {
        this.protocols = List.copyOf(protocols);
        this.mesh = mesh;
        this.lookup = lookup;
        this.rosterState = rosterState;
    }

    @Override
    public void routing(HttpRules rules) {
        for (Protocol<?> protocol : protocols) {
            switch (protocol) {
                case PeerProtocol<?> peers -> rules(rules, peers.name(), () -> peers(peers), rosterState::isPartial,
                        name -> other(peers, name),
                        "an agent in the roster or its node");
                case HostProtocol<?> hosts ->
                    rules(rules, hosts.name(), () -> hosts(hosts), () -> false, name -> List.of(),
                            "a configured host (%s.hosts)".formatted(hosts.name()));
            }
        }
        String all = protocols.stream().map(it -> "/test/" + it.name()).collect(Collectors.joining(", "))
                .replaceFirst(", ([^,]*)$", " and $1");
        rules.any("/*", (request, response) -> refuse(response, Status.NOT_FOUND_404,
                "no such test; there are %s, each with or without /{name}".formatted(all)));
    }

    /** @param asks whether there may be others than the destinations, so that it has to ask for them */
    private void rules(HttpRules rules, String protocol, Supplier<List<Destination>> destinations,
            BooleanSupplier asks, Function<String, List<Destination>> others, String expected) {
        rules.get("/" + protocol, (request, response) -> admit(request, response,
                () -> send(response, protocol, destinations.get())))
                .get("/" + protocol + "/{name}",
                        (request, response) -> runNamed(request, response, protocol, destinations.get(), asks, others,
                                expected));
    }

    private <R extends Result> List<Destination> peers(PeerProtocol<R> protocol) {
        return mesh.agents().stream().map(agent -> peer(agent, protocol)).toList();
    }

    private <R extends Result> Destination peer(Agent agent, PeerProtocol<R> protocol) {
        return Destination.peer(agent, protocol, () -> protocol.to(mesh.address(agent), Ticks.PROMPT));
    }

    /** An agent that this one does not otherwise test. Asks the controller, so the caller must have been admitted. */
    private <R extends Result> List<Destination> other(PeerProtocol<R> protocol, String name) {
        return lookup.apply(name).stream().map(agent -> peer(agent, protocol)).toList();
    }

    private static <R extends Result> List<Destination> hosts(HostProtocol<R> protocol) {
        return protocol.hosts().stream().map(host -> Destination.host(host, protocol, () -> protocol.of(host)))
                .toList();
    }

    private void runNamed(ServerRequest request, ServerResponse response, String protocol, List<Destination> from,
            BooleanSupplier asks, Function<String, List<Destination>> others, String expected) throws IOException {
        String name = request.path().pathParameters().get("name");
        List<Destination> named = from.stream().filter(it -> it.names().contains(name)).toList();
        String unknown = "\"%s\" is not %s".formatted(name, expected);
        if (named.isEmpty() && !asks.getAsBoolean()) {
            refuse(response, Status.NOT_FOUND_404, unknown);
            return;
        }
        admit(request, response, () -> {
            List<Destination> found = named.isEmpty() ? others.apply(name) : named;
            if (found.isEmpty()) {
                refuse(response, Status.NOT_FOUND_404, unknown);
            } else {
                send(response, protocol, found);
            }
        });
    }

    private interface Answer {
        void write() throws IOException;
    }

    private void admit(ServerRequest request, ServerResponse response, Answer answer) throws IOException {
        String caller = request.remotePeer().host();
        if (!callers.enter(caller)) {
            refuseTooMany(response, "too many callers of tests on demand; %d at once, %d of one address"
                    .formatted(CALLERS, CALLERS_OF_AN_ADDRESS));
            return;
        }
        try {
            if (limiter.take()) {
                answer.write();
            } else {
                refuseTooMany(response,
                        "too many tests on demand; one a second, after the first %d".formatted(BURST));
            }
        } finally {
            callers.leave(caller);
        }
    }

    private static void refuseTooMany(ServerResponse response, String reason) {
        response.header(HeaderNames.RETRY_AFTER, "1");
        refuse(response, Status.TOO_MANY_REQUESTS_429, reason);
    }

    /** One JSON object, each result on a line of its own as soon as it is known. */
    private void send(ServerResponse response, String protocol, List<Destination> destinations) throws IOException {
        Identity identity = rosterState.identity();
        String head = JsonObject.builder().set("test", protocol).set("source", identity.node())
                .set("sourceZone", identity.zone()).build().toString();
        response.header(HeaderNames.CONTENT_TYPE, "application/json");
        boolean interrupted = false;
        try (var run = new TestRun(destinations, permits); OutputStream out = response.outputStream()) {
            write(out, head.substring(0, head.lastIndexOf('}')) + ",\"results\":[\n");
            String end = "]}\n";
            try {
                for (int i = 0; i < destinations.size(); i++) {
                    write(out, (i == 0 ? "" : ",") + run.next() + "\n"); // whole lines
                }
            } catch (InterruptedException e) {
                interrupted = true;
                end = "],\"error\":\"the agent stops\"}\n";
            }
            write(out, end);
        } catch (IOException | UncheckedIOException e) {
            // the caller has gone
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void refuse(ServerResponse response, Status status, String reason) {
        Responses.json(response, status, JsonObject.builder().set("error", reason).build());
    }
}
