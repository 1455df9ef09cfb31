package io.kconmon.controller.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.HeaderNames;
import io.helidon.webclient.api.ClientResponseTyped;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.testing.junit5.DirectClient;
import io.kconmon.controller.verdict.RosterNode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@Tag("routing")
class StatusRoutesTest {

    private static final String GOOD = "1,3m 5,7u,c,j";

    private final Meshes mesh = new Meshes(2, true);
    private final DirectClient client = new DirectClient(
            HttpRouting.builder().register(new StatusRoutes(mesh.status, mesh.rosters, System::nanoTime)));

    @AfterEach
    void close() {
        mesh.status.close();
        client.close();
    }

    private ClientResponseTyped<String> get(String path, String accept) {
        return client.get().skipUriEncoding(true).uri(path).header(HeaderNames.ACCEPT, accept).request(String.class);
    }

    private void reports() {
        mesh.report("node-1", "", "0,3m;f=1;timeout=1 5,7u,c,j;g=3;t=1;b=1;u=2;by=10.0.0.1;w=0.100");
        mesh.report("node-2", GOOD, "");
        mesh.pass(20);
        mesh.report("node-2", GOOD, "");
    }

    @Test
    void textForTerminalsAndJsonForPrograms() {
        reports();
        for (String path : List.of("/", "/status")) {
            ClientResponseTyped<String> text = get(path, "*/*");
            assertEquals(Optional.of("text/plain; charset=utf-8"), text.headers().first(HeaderNames.CONTENT_TYPE));
            assertEquals(Optional.of("well"), text.headers().first(HeaderNames.create("Kconmon-Health")));
            assertTrue(text.entity().startsWith("all is well: no verdict\n"), text.entity());
        }
        mesh.status.verdicts(List.of(StatusTextTest.VERDICT));
        ClientResponseTyped<String> json = get("/status", "application/json");
        assertEquals(Optional.of("application/json"), json.headers().first(HeaderNames.CONTENT_TYPE));
        assertEquals(Optional.of("verdict"), json.headers().first(HeaderNames.create("Kconmon-Health")));
        assertEquals("""
                {"at":1764150020.0,"since":1764150000.0,"reports":"on","interval":5.0,\
                "nodes":[{"name":"node-1","zone":"zone-a","state":"active","reported":1764150000.0},\
                {"name":"node-2","zone":"zone-b","state":"active","reported":1764150020.0}],\
                "verdicts":[{"kind":"node","node":"node-3","direction":"to","protocol":"both","loss":1.0,\
                "confidence":0.99,"since":1764150000.0,"words":"node-3: nobody reaches it"}],\
                "pairs":[[0,1,5,3,1,1,282,0,1,130,{"timeout":1,"udp unreachable, says 10.0.0.1":2},[0,100]],\
                [1,0,5,5,0,0,282,1,0,130,null,null]]}
                """, json.entity());
    }

    /** With what kubectl get --raw sends. */
    @Test
    void kubectlGetsTheText() {
        String kubectl = "application/json, */*";
        assertEquals(Optional.of("text/plain; charset=utf-8"),
                get("/status", kubectl).headers().first(HeaderNames.CONTENT_TYPE));
        assertEquals(Optional.of("application/json"),
                get("/status?format=json", kubectl).headers().first(HeaderNames.CONTENT_TYPE));
        assertEquals(Optional.of("text/plain; charset=utf-8"),
                get("/status?format=text", "application/json").headers().first(HeaderNames.CONTENT_TYPE));
        ClientResponseTyped<String> refused = get("/status?format=yaml", kubectl);
        assertEquals(400, refused.status().code());
        assertEquals("{\"error\":\"format \\\"yaml\\\" is not allowed; allowed: json, text\"}\n", refused.entity());
    }

    @Test
    void aPairNotTestedInAnIntervalKeepsItsLastState() {
        mesh.report("node-1", "", GOOD);
        mesh.pass(5);
        mesh.report("node-1", "", "- 5;g=0");
        assertTrue(get("/status", "application/json").entity()
                .contains("\"pairs\":[[0,1,5,0,null,null,null,1,0,130,null,null]]"));
        mesh.pass(5);
        mesh.report("node-1", "", "!- -");
        assertTrue(get("/status", "application/json").entity().contains("\"pairs\":[]"));
    }

    @Test
    void aPairsLastHourIsServed() {
        reports();
        ClientResponseTyped<String> pair = get("/status/pair?source=node-2&destination=node-1", "*/*");
        assertTrue(pair.entity().matches("\\{\"source\":\"node-2\",\"destination\":\"node-1\",\"points\":"
                + "\\[\\[1764150000.0,5,5,0,0,2[789]\\d,1,0,1[23]\\d],\\[1764150020.0,5,5,0,0,2[789]\\d,1,0,1[23]\\d]]}\n"),
                pair.entity());
        assertEquals(400, get("/status/pair?source=node-1", "*/*").status().code());
        ClientResponseTyped<String> unknown = get("/status/pair?source=node-1&destination=x%22", "*/*");
        assertEquals(404, unknown.status().code());
        assertEquals("{\"error\":\"\\\"x\\\"\\\" is no node among the 2 of the roster\"}\n", unknown.entity());
    }

    @Test
    void theRecordingCanBeReplayed() {
        mesh.rosters.add(1_764_150_001.0, List.of(new RosterNode("node-1", "zone-a", false)));
        mesh.rosters.add(1_764_150_010.0, List.of(new RosterNode("node-1", "zone-a", true)));
        mesh.report("node-1", "", "1 5");
        mesh.pass(20);
        mesh.report("node-1", "", "- 5;g=0");
        assertEquals("""
                {"at":1764150000.0,"roster":[{"node":"node-1","zone":"zone-a","state":"active"}]}
                {"at":1764150000.0,"source":"node-1","interval":5.0,"peers":[{"destination":"node-2",\
                "udp":{"sent":5,"received":5,"forwardLost":0,"backwardLost":0,"rttMicros":null},\
                "tcp":{"pass":1,"fail":0}}]}
                {"at":1764150010.0,"roster":[{"node":"node-1","zone":"zone-a","state":"paused"}]}
                {"at":1764150020.0,"source":"node-1","interval":5.0,"peers":[{"destination":"node-2",\
                "udp":{"sent":5,"received":0,"forwardLost":null,"backwardLost":null,"rttMicros":null}}]}
                """, get("/status/recording", "*/*").entity());
    }
}
