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
import io.kconmon.agent.mesh.Mesh;
import io.kconmon.agent.probe.DnsProbe;
import io.kconmon.agent.probe.TcpProbe;
import io.kconmon.agent.probe.UdpPath;
import io.kconmon.agent.probe.UdpProbe;
import io.kconmon.agent.roster.RosterKeeper;
import io.kconmon.shared.http.Answers;
import io.kconmon.shared.roster.Agent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;

/**
 * {@code GET /test/{udp|tcp|dns}} tests every peer or host, {@code GET /test/{udp|tcp|dns}/{name}} one of them, by the
 * name of the agent, the node or the host; no one else can be tested. One request at a time, one test after the other,
 * and not many a minute, so that nobody can make this agent flood the others.
 */
public final class OnDemandTests implements HttpService {

    private static final int BURST = 20;
    private static final Duration PACE = Duration.ofSeconds(1);

    private final Mesh mesh;
    private final RosterKeeper keeper;
    private final InetAddress source;
    private final TcpProbe tcp;
    private final UdpProbe udp;
    private final DnsProbe dns;
    private final List<String> hosts;
    private final Semaphore one = new Semaphore(1);
    private final Allowance allowance = new Allowance(BURST, PACE, System::nanoTime);

    public OnDemandTests(Mesh mesh, RosterKeeper keeper, InetAddress source, TcpProbe tcp, UdpProbe udp, DnsProbe dns,
            List<String> hosts) {
        this.mesh = mesh;
        this.keeper = keeper;
        this.source = source;
        this.tcp = tcp;
        this.udp = udp;
        this.dns = dns;
        this.hosts = List.copyOf(hosts);
    }

    private interface Test<T> {
        JsonObject.Builder run(T destination) throws InterruptedException;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/udp", (request, response) -> all(response, "udp", mesh.agents(), this::udp))
                .get("/udp/{name}", (request, response) -> peer(request, response, "udp", this::udp))
                .get("/tcp", (request, response) -> all(response, "tcp", mesh.agents(), this::tcp))
                .get("/tcp/{name}", (request, response) -> peer(request, response, "tcp", this::tcp))
                .get("/dns", (request, response) -> all(response, "dns", hosts, this::dns))
                .get("/dns/{name}", (request, response) -> some(request, response, "dns", hosts, String::equals,
                        "a configured host (dns.hosts)", this::dns))
                .any("/*", (request, response) -> refuse(response, Status.NOT_FOUND_404,
                        "no such test; there are /test/udp, /test/tcp and /test/dns, each with or without /{name}"));
    }

    private void peer(ServerRequest request, ServerResponse response, String test, Test<Agent> run) {
        some(request, response, test, mesh.agents(),
                (agent, name) -> agent.name().equals(name) || agent.nodeName().equals(name),
                "an agent in the roster or its node", run);
    }

    private interface Named<T> {
        boolean is(T destination, String name);
    }

    private <T> void some(ServerRequest request, ServerResponse response, String test, List<T> from, Named<T> named,
            String expected, Test<T> run) {
        String name = request.path().pathParameters().get("name");
        Predicate<T> wanted = destination -> named.is(destination, name);
        List<T> destinations = from.stream().filter(wanted).toList();
        if (destinations.isEmpty()) {
            refuse(response, Status.NOT_FOUND_404, "\"%s\" is not %s".formatted(name, expected));
        } else {
            all(response, test, destinations, run);
        }
    }

    private <T> void all(ServerResponse response, String test, List<T> destinations, Test<T> run) {
        if (!one.tryAcquire()) {
            response.header(HeaderNames.RETRY_AFTER, "1");
            refuse(response, Status.TOO_MANY_REQUESTS_429, "another test on demand is under way; one at a time");
            return;
        }
        var results = new ArrayList<JsonValue>();
        try {
            if (!allowance.take()) {
                response.header(HeaderNames.RETRY_AFTER, "1");
                refuse(response, Status.TOO_MANY_REQUESTS_429,
                        "too many tests on demand; one a second, after the first %d".formatted(BURST));
                return;
            }
            for (T destination : destinations) {
                results.add(run.run(destination).build());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            refuse(response, Status.SERVICE_UNAVAILABLE_503, "the agent stops");
            return;
        } finally {
            one.release();
        }
        // Nobody waits for this reader.
        Answers.json(response, Status.OK_200,
                JsonObject.builder().set("test", test).set("source", keeper.self().node())
                        .set("sourceZone", keeper.self().zone()).set("results", JsonArray.create(results)).build());
    }

    private JsonObject.Builder udp(Agent agent) throws InterruptedException {
        try (var path = new UdpPath(source, mesh.address(agent))) {
            return OnDemandJson.udp(destination(agent), udp.run(path));
        }
    }

    private JsonObject.Builder tcp(Agent agent) throws InterruptedException {
        InetSocketAddress address = mesh.address(agent);
        return OnDemandJson.tcp(destination(agent), tcp.run(address));
    }

    private JsonObject.Builder dns(String host) throws InterruptedException {
        return OnDemandJson.dns(JsonObject.builder().set("host", host), dns.run(host));
    }

    private static JsonObject.Builder destination(Agent agent) {
        var json = JsonObject.builder().set("destination", agent.nodeName()).set("destinationZone", agent.zone())
                .set("agent", agent.name()).set("ip", agent.ip());
        // It is known to restart or to be away for its node's maintenance: a failure is no surprise.
        return agent.paused() ? json.set("paused", true) : json;
    }

    private static void refuse(ServerResponse response, Status status, String reason) {
        Answers.json(response, status, JsonObject.builder().set("error", reason).build());
    }
}
