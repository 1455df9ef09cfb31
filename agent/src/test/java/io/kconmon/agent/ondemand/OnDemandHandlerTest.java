package io.kconmon.agent.ondemand;

import static io.kconmon.testkit.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.HeaderNames;
import io.helidon.json.JsonParser;
import io.helidon.webclient.api.ClientResponseTyped;
import io.helidon.webclient.http1.Http1ClientResponse;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.testing.junit5.DirectClient;
import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.mesh.LoopMonitor;
import io.kconmon.agent.mesh.Mesh;
import io.kconmon.agent.mesh.PairMetrics;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.Protocol;
import io.kconmon.agent.probe.tcp.ScriptedTcp;
import io.kconmon.agent.roster.Identity;
import io.kconmon.agent.roster.RosterState;
import io.kconmon.agent.support.OutcomeSeries;
import io.kconmon.agent.support.ScriptedHosts;
import io.kconmon.testkit.Eventually;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Its limits and its stream of results, with a protocol whose host {@code held} answers when the test lets it. */
@Timeout(60)
@Tag("routing")
class OnDemandHandlerTest {

    private final CountDownLatch answerHeld = new CountDownLatch(1);
    private final List<Protocol<?>> protocols = List
            .of(ScriptedTcp.protocol("tcp", peer -> () -> ScriptedTcp.Found.PASS),
                    new ScriptedHosts<>("dns", List.of("good", "other", "held"), host -> () -> {
                        if (host.equals("held")) {
                            Eventually.await(answerHeld);
                        }
                        return new Outcome.Success<>(Duration.ofMillis(1));
                    }, OutcomeSeries::new));
    private final Sockets sockets = Sockets.open();
    private final Mesh mesh = new Mesh(protocols, 8080, sockets, new LoopMonitor(lag -> {
    }), PairMetrics.EVERY);
    private final RosterState rosterState = new RosterState(new Identity("pod-a", "", 8080, "node-a", "zone-a", true),
            (roster, identity) -> {
            });
    private final DirectClient client = new DirectClient(
            HttpRouting.builder().register("/test",
                    new OnDemandHandler(protocols, mesh, rosterState, name -> Optional.empty())));

    @AfterEach
    void close() {
        answerHeld.countDown();
        mesh.close();
        sockets.close();
    }

    private ClientResponseTyped<String> get(String path) {
        return client.get(path).request(String.class);
    }

    private static void refuses(ClientResponseTyped<String> response, int status, String reason) {
        assertEquals(status, response.status().code());
        assertEquals(Optional.of("application/json"), response.headers().first(HeaderNames.CONTENT_TYPE));
        assertEquals(reason, JsonParser.create(response.entity()).readJsonObject().stringValue("error", ""));
    }

    private static BufferedReader lines(Http1ClientResponse response) {
        return new BufferedReader(new InputStreamReader(response.entity().inputStream(), StandardCharsets.UTF_8));
    }

    @Test
    void onlyKnownDestinationsCanBeTested() {
        refuses(get("/test/dns/www.example.com"), 404, "\"www.example.com\" is not a configured host (dns.hosts)");
        refuses(get("/test/nothing"), 404,
                "no such test; there are /test/tcp and /test/dns, each with or without /{name}");
        refuses(get("/test/nothing/good"), 404,
                "no such test; there are /test/tcp and /test/dns, each with or without /{name}");
        assertEquals(200, get("/test/dns/good").status().code());
    }

    @Test
    void eachResultIsWrittenAsItComes() throws Exception {
        try (Http1ClientResponse response = client.get("/test/dns").request(); var lines = lines(response)) {
            assertEquals(Optional.of("application/json"), response.headers().first(HeaderNames.CONTENT_TYPE));
            assertEquals("{\"test\":\"dns\",\"source\":\"node-a\",\"sourceZone\":\"zone-a\",\"results\":[",
                    lines.readLine());
            String first = lines.readLine() + lines.readLine();
            assertTrue(first.contains("good") && first.contains("other"), first);
            assertEquals(200, get("/test/dns/good").status().code(), "one caller does not block another");
            answerHeld.countDown();
            assertTrue(lines.readLine().contains("held"));
            assertEquals("]}", lines.readLine());
        }
    }

    @Test
    void anAddressHasALimitOfConcurrentCallers() throws Exception {
        var begun = new ArrayList<BufferedReader>();
        for (int i = 0; i < 8; i++) {
            begun.add(lines(client.get("/test/dns/held").request()));
            assertTrue(begun.getLast().readLine().startsWith("{\"test\""));
        }
        ClientResponseTyped<String> refused = get("/test/dns/good");
        refuses(refused, 429, "too many callers of tests on demand; 16 at once, 8 of one address");
        assertEquals(Optional.of("1"), refused.headers().first(HeaderNames.RETRY_AFTER));
        answerHeld.countDown();
        eventually("later there is room", () -> get("/test/dns/good").status().code() == 200);
        for (BufferedReader lines : begun) {
            assertTrue(lines.readLine().contains("held"));
            assertEquals("]}", lines.readLine());
        }
    }

    @Test
    void testsOnDemandAreLimitedPerMinute() {
        ClientResponseTyped<String> response = get("/test/dns/good");
        for (int i = 0; i < 1000 && response.status().code() == 200; i++) {
            response = get("/test/dns/good");
        }
        refuses(response, 429, "too many tests on demand; one a second, after the first 20");
        assertEquals(Optional.of("1"), response.headers().first(HeaderNames.RETRY_AFTER));
        refuses(get("/test/dns/nobody"), 404, "\"nobody\" is not a configured host (dns.hosts)");
        eventually("later there is one again", () -> get("/test/dns/good").status().code() == 200);
    }

    /** Each asks the controller. A host that is not configured is asked of nobody. */
    @Test
    void unknownPeersAreLimitedTooWhereTheRosterIsPartial() {
        rosterState.incoming(OptionalInt.of(20));
        ClientResponseTyped<String> response = get("/test/tcp/nobody");
        refuses(response, 404, "\"nobody\" is not an agent in the roster or its node");
        for (int i = 0; i < 1000 && response.status().code() == 404; i++) {
            response = get("/test/tcp/nobody");
        }
        refuses(response, 429, "too many tests on demand; one a second, after the first 20");
        refuses(get("/test/dns/nobody"), 404, "\"nobody\" is not a configured host (dns.hosts)");
    }
}
