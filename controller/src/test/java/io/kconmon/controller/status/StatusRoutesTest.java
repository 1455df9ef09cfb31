package io.kconmon.controller.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.controller.report.PeerReport;
import io.kconmon.controller.report.Report;
import io.kconmon.controller.report.TcpReport;
import io.kconmon.controller.report.UdpReport;
import io.kconmon.controller.verdict.RosterNode;
import io.kconmon.shared.http.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StatusRoutesTest {

    private static final String GOOD = "1,3m 5,7u,c,j";

    private final AtomicLong nanos = new AtomicLong();
    private final Meshes mesh = new Meshes(2, true);
    private final HttpServer server = HttpServer.start(InetAddress.getLoopbackAddress(), 0, List.of(),
            routes -> routes.register(new StatusRoutes(mesh.status, mesh.rosters, nanos::get)));
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        mesh.status.close();
        server.close();
        client.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(server.port(), path)));
    }

    private HttpResponse<String> get(String path, String accept) throws Exception {
        return client.send(request(path).header("Accept", accept).build(), BodyHandlers.ofString());
    }

    private void reports() {
        mesh.report("node-1", "", "0,3m;f=1;timeout=1 5,7u,c,j;g=3;t=1;b=1;u=2;by=10.0.0.1;w=0.100");
        mesh.report("node-2", GOOD, "");
        mesh.pass(20);
        mesh.report("node-2", GOOD, "");
    }

    @Test
    void textForTerminalsAndJsonForPrograms() throws Exception {
        reports();
        for (String path : List.of("/", "/status")) {
            HttpResponse<String> text = get(path, "*/*");
            assertEquals(Optional.of("text/plain; charset=utf-8"), text.headers().firstValue("Content-Type"));
            assertEquals(Optional.of("well"), text.headers().firstValue("Kconmon-Health"));
            assertTrue(text.body().startsWith("all is well: no verdict\n"), text.body());
        }
        mesh.status.verdicts(List.of(StatusTextTest.VERDICT));
        HttpResponse<String> json = get("/status", "application/json");
        assertEquals(Optional.of("application/json"), json.headers().firstValue("Content-Type"));
        assertEquals(Optional.of("verdict"), json.headers().firstValue("Kconmon-Health"));
        assertEquals("""
                {"at":1764150020.0,"since":1764150000.0,"reports":"on","interval":5.0,\
                "nodes":[{"name":"node-1","zone":"zone-a","state":"active","reported":1764150000.0},\
                {"name":"node-2","zone":"zone-b","state":"active","reported":1764150020.0}],\
                "verdicts":[{"kind":"node","node":"node-3","direction":"to","protocol":"both","loss":1.0,\
                "confidence":0.99,"since":1764150000.0,"words":"node-3: nobody reaches it"}],\
                "pairs":[[0,1,5,3,1,1,282,0,1,130,{"timeout":1,"udp unreachable, says 10.0.0.1":2},[0,100]],\
                [1,0,5,5,0,0,282,1,0,130,null,null]]}
                """, json.body());
    }

    /** With what kubectl get --raw sends. */
    @Test
    void kubectlGetsTheText() throws Exception {
        String kubectl = "application/json, */*";
        assertEquals(Optional.of("text/plain; charset=utf-8"),
                get("/status", kubectl).headers().firstValue("Content-Type"));
        assertEquals(Optional.of("application/json"),
                get("/status?format=json", kubectl).headers().firstValue("Content-Type"));
        assertEquals(Optional.of("text/plain; charset=utf-8"),
                get("/status?format=text", "application/json").headers().firstValue("Content-Type"));
        HttpResponse<String> refused = get("/status?format=yaml", kubectl);
        assertEquals(400, refused.statusCode());
        assertEquals("{\"error\":\"format \\\"yaml\\\" is not allowed; allowed: json, text\"}\n", refused.body());
    }

    @Test
    void aPairNotTestedInAnIntervalKeepsItsLastState() throws Exception {
        mesh.report("node-1", "", GOOD);
        mesh.pass(5);
        mesh.report("node-1", "", "- 5;g=0");
        assertTrue(get("/status", "application/json").body()
                .contains("\"pairs\":[[0,1,5,0,null,null,null,1,0,130,null,null]]"));
        mesh.pass(5);
        mesh.report("node-1", "", "!- -");
        assertTrue(get("/status", "application/json").body().contains("\"pairs\":[]"));
    }

    @Test
    void aPairsLastHourIsServed() throws Exception {
        reports();
        HttpResponse<String> pair = get("/status/pair?source=node-2&destination=node-1", "*/*");
        assertTrue(pair.body().matches("\\{\"source\":\"node-2\",\"destination\":\"node-1\",\"points\":"
                + "\\[\\[1764150000.0,5,5,0,0,2[789]\\d,1,0,1[23]\\d],\\[1764150020.0,5,5,0,0,2[789]\\d,1,0,1[23]\\d]]}\n"),
                pair.body());
        assertEquals(400, get("/status/pair?source=node-1", "*/*").statusCode());
        HttpResponse<String> unknown = get("/status/pair?source=node-1&destination=x%22", "*/*");
        assertEquals(404, unknown.statusCode());
        assertEquals("{\"error\":\"\\\"x\\\"\\\" is no node among the 2 of the roster\"}\n", unknown.body());
    }

    @Test
    void theRecordingCanBeReplayed() throws Exception {
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
                """, get("/status/recording", "*/*").body());
    }

    private HttpResponse<InputStream> recording() throws Exception {
        return client.send(request("/status/recording").build(), BodyHandlers.ofInputStream());
    }

    /** 30 MB: more than sockets take that nobody reads from. */
    private void muchToRecord() {
        List<String> nodes = IntStream.range(0, 100).mapToObj("node-%02d"::formatted).toList();
        var udp = new UdpReport(5, 5, OptionalInt.of(0), OptionalInt.of(0), OptionalLong.of(300), List.of());
        var tcp = new TcpReport(1, 0, Map.of(), OptionalLong.of(100));
        List<PeerReport> peers = nodes.stream().map(it -> new PeerReport(it, Optional.of(udp), Optional.of(tcp)))
                .toList();
        for (int i = 0; i < 2000; i++) {
            mesh.status.history().add(new Report(1_764_150_000.0 + i, "node-00", 5, peers), nodes);
        }
    }

    @Test
    void aSlowReaderOfTheRecordingDoesNotBlockTheStatus() throws Exception {
        muchToRecord();
        var readers = new ArrayList<InputStream>();
        var answers = new ArrayList<Integer>();
        for (int i = 0; i < 4; i++) {
            HttpResponse<InputStream> reader = recording();
            answers.add(reader.statusCode());
            readers.add(reader.body());
        }
        try {
            assertEquals(200, get("/status", "*/*").statusCode());
            assertEquals(List.of(200, 200, 503, 503), answers);
        } finally {
            for (InputStream reader : readers) {
                reader.close();
            }
        }
    }

    @Test
    void aRecordingThatIsReadTooSlowlyIsCutOff() throws Exception {
        muchToRecord();
        try (InputStream reader = recording().body()) {
            assertEquals('{', reader.read());
            nanos.addAndGet(Duration.ofMinutes(6).toNanos());
            assertThrows(IOException.class, () -> reader.transferTo(OutputStream.nullOutputStream()));
        }
    }

    @Test
    void theStreamBeginsWithTheStatusAndGoesOnWithChanges() throws Exception {
        mesh.report("node-2", GOOD, "");
        var response = client.send(request("/status/stream").build(), BodyHandlers.ofInputStream());
        try (var in = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertEquals("event: status", in.readLine());
            assertTrue(in.readLine().endsWith("\"pairs\":[[1,0,5,5,0,0,282,1,0,130,null,null]]}"));
            assertEquals("", in.readLine());
            mesh.report("node-1", "", "1 5;g=0");
            assertEquals("event: report", in.readLine());
            assertEquals("data: {\"source\":0,\"reported\":1764150000.0,"
                    + "\"pairs\":[[0,1,5,0,null,null,null,1,0,null,null,null]]}", in.readLine());
            in.readLine();
            mesh.status.verdicts(List.of(StatusTextTest.VERDICT));
            assertEquals("event: verdicts", in.readLine());
            assertTrue(in.readLine().startsWith("data: {\"at\":1764150000.0,\"verdicts\":[{\"kind\":\"node\""));
            in.readLine();
            mesh.post(List.of("node-2"));
            assertEquals("event: status", in.readLine());
            assertTrue(in.readLine().contains("\"state\":\"paused\""));
        }
    }
}
