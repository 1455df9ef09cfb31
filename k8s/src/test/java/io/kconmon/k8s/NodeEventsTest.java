package io.kconmon.k8s;

import static io.kconmon.testkit.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NodeEventsTest {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final FakeApi fake = new FakeApi();
    private final Api api = new Api(ApiServer.plain(fake.url()));
    private final NodeEvents events = new NodeEvents(api, PATIENCE, Duration.ofMillis(1));

    NodeEventsTest() throws IOException {
        events.start();
    }

    @AfterEach
    void close() {
        events.close();
        fake.close();
    }

    private static NodeEvent event(String node, String content) {
        return new NodeEvent(node, true, "NetworkFault", "node-3: nobody \"reaches\" it", AT, content);
    }

    @Test
    void kubectlDescribeNodeFindsTheEvent() throws Exception {
        events.post(event("node-3", "a"));
        FakeApi.Request request = fake.events();
        JsonNode json = new ObjectMapper().readTree(request.body());
        request.answer(201, "{}");
        assertEquals("POST", request.exchange().getRequestMethod());
        assertEquals("""
                {"apiVersion":"v1","kind":"Node","name":"node-3","uid":"node-3"}""",
                new ObjectMapper().createObjectNode().put("apiVersion", json.at("/involvedObject/apiVersion").asText())
                        .put("kind", json.at("/involvedObject/kind").asText())
                        .put("name", json.at("/involvedObject/name").asText())
                        .put("uid", json.at("/involvedObject/uid").asText()).toString());
        assertEquals("Event", json.path("kind").asText());
        assertEquals("default", json.at("/metadata/namespace").asText());
        assertEquals("Warning", json.path("type").asText());
        assertEquals("NetworkFault", json.path("reason").asText());
        assertEquals("node-3: nobody \"reaches\" it", json.path("message").asText());
        assertEquals("2026-01-02T03:04:05Z", json.path("firstTimestamp").asText());
        assertEquals("2026-01-02T03:04:05Z", json.path("lastTimestamp").asText());
        assertEquals(1, json.path("count").asInt());
        assertEquals("kconmon", json.at("/source/component").asText());
        eventually(() -> events.written() == 1);
    }

    @Test
    void theNameIsDerivedFromTheContent() {
        assertEquals(event("node-3", "a").name(), event("node-3", "a").name());
        assertNotEquals(event("node-3", "a").name(), event("node-3", "b").name());
        assertTrue(event("n".repeat(253), "a").name().length() <= 253);
    }

    @Test
    void anEventOfAnotherReplicaCountsAsWritten() throws Exception {
        events.post(event("node-3", "a"));
        fake.events().refuse(409, "it exists");
        eventually(() -> events.written() == 1);
        assertEquals(0, events.dropped());
    }

    @Test
    void aServerInTroubleIsAskedAgain() throws Exception {
        events.post(event("node-3", "a"));
        fake.events().refuse(503, "not now");
        fake.events().answer(201, "{}");
        eventually(() -> events.written() == 1);
        assertEquals(0, events.dropped());
    }

    @Test
    void anEventThatIsRefusedIsDroppedAndTheNextIsWritten() throws Exception {
        events.post(event("node-3", "a"));
        fake.events().refuse(422, "no");
        eventually(() -> events.dropped() == 1);
        events.post(event("node-4", "a"));
        fake.events().answer(201, "{}");
        eventually(() -> events.written() == 1);
    }

    @Test
    void eventsAboveTheLimitAreDropped() {
        for (int i = 0; i < 1000; i++) {
            events.post(event("node-" + i, "a"));
        }
        assertTrue(events.dropped() >= 1000 - 100 - 2, () -> "dropped " + events.dropped());
    }
}
