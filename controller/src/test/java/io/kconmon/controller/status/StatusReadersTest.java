package io.kconmon.controller.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.controller.report.PeerReport;
import io.kconmon.controller.report.Report;
import io.kconmon.controller.report.TcpReport;
import io.kconmon.controller.report.UdpReport;
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
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
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

/** The recording and the stream, over real sockets: what clients do that read slowly or go on reading. */
@Timeout(60)
final class StatusReadersTest {

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
            assertEquals(200, client.send(request("/status").build(), BodyHandlers.discarding()).statusCode());
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
