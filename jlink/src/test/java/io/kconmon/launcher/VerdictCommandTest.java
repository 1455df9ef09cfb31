package io.kconmon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.kconmon.shared.config.BadSettingException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictCommandTest {

    private static final String ALLOWED = "--replay FILE, --replay - (standard input), --record URL [--token-file FILE] "
            + "[--tls-ca FILE], --help";

    @TempDir
    private Path folder;

    private static String run(InputStream in, String... options) throws IOException {
        var out = new ByteArrayOutputStream();
        var print = new PrintStream(out, false, StandardCharsets.UTF_8);
        VerdictCommand.run(List.of(options), in, print);
        print.flush();
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Four nodes whose fourth is silent and reached by nobody from second 30 on. */
    private static String recording() {
        var lines = new StringBuilder("{\"at\":1764153000.0,\"roster\":[");
        for (int node = 1; node <= 4; node++) {
            lines.append("{\"node\":\"node-%d\",\"zone\":\"zone-a\",\"state\":\"active\"}%s".formatted(node,
                    node < 4 ? "," : "]}\n"));
        }
        for (int at = 5; at <= 60; at += 5) {
            for (int source = 1; source <= (at <= 30 ? 4 : 3); source++) {
                lines.append("{\"at\":%d.%d,\"source\":\"node-%d\",\"interval\":5.0,\"peers\":[".formatted(
                        1764153000 + at, source, source));
                String comma = "";
                for (int peer = 1; peer <= 4; peer++) {
                    if (peer != source) {
                        boolean dead = peer == 4 && at > 30;
                        lines.append(comma).append(("{\"destination\":\"node-%d\",\"udp\":{\"sent\":5,\"received\":%d,"
                                + "\"forwardLost\":%s,\"backwardLost\":%s,\"rttMicros\":%s},"
                                + "\"tcp\":{\"pass\":%d,\"fail\":%d,\"causes\":{%s}}}").formatted(peer, dead ? 0 : 5,
                                        dead ? "null" : "0", dead ? "null" : "0", dead ? "null" : "282",
                                        dead ? 0 : 1, dead ? 1 : 0, dead ? "\"connect-timeout\":1" : ""));
                        comma = ",";
                    }
                }
                lines.append("]}\n");
            }
        }
        return lines.toString();
    }

    @Test
    void aReplayPrintsItsVerdicts() throws IOException {
        Path file = Files.writeString(folder.resolve("incident.jsonl"), recording());
        String out = run(InputStream.nullInputStream(), "--replay", file.toString());
        assertEquals(1, out.lines().count(), out);
        assertTrue(out.contains("\"event\":\"begins\",\"kind\":\"node\",\"node\":\"node-4\",\"direction\":\"both\","
                + "\"protocol\":\"both\",\"loss\":1.0"), out);
        assertTrue(out.contains("nobody reaches it since 10:30:3") && out.contains("3 of 3 nodes, no answer"), out);
        assertEquals(out, run(new ByteArrayInputStream(recording().getBytes(StandardCharsets.UTF_8)), "--replay=-"));
    }

    @Test
    void aBrokenLineIsNamed() {
        String recording = recording().lines().limit(2).reduce("", (all, line) -> all + line + "\n")
                + "{\"at\":1764153\n";
        var refusal = assertThrows(IOException.class,
                () -> run(new ByteArrayInputStream(recording.getBytes(StandardCharsets.UTF_8)), "--replay", "-"));
        assertEquals("verdict: line 3: not JSON: the line ends too early", refusal.getMessage());
    }

    @Test
    void aRecordingReplaysTheControllersVerdicts() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/status/recording", exchange -> {
            String shown = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.sendResponseHeaders(shown.equals("Bearer kconmon-marker-secret") ? 200 : 401, 0);
            exchange.getResponseBody().write(recording().getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:%d/".formatted(server.getAddress().getPort());
        try {
            Path token = Files.writeString(folder.resolve("token"), "kconmon-marker-secret\n");
            assertEquals(recording(),
                    run(InputStream.nullInputStream(), "--record", url, "--token-file=" + token));
            var refusal = assertThrows(IOException.class,
                    () -> run(InputStream.nullInputStream(), "--record", url));
            assertEquals("verdict: %sstatus/recording cannot be recorded: it answered 401".formatted(url),
                    refusal.getMessage());
        } finally {
            server.stop(0);
        }
    }

    @Test
    void helpIsNotAnError() throws IOException {
        assertTrue(run(InputStream.nullInputStream(), "--help").startsWith("usage: kconmon verdict --replay FILE|-\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --replay | verdict: --replay wants one value; allowed: %s
            --reply=x | verdict: "--reply" is no option; allowed: %s
            --tls-ca=x | verdict: either --replay or --record is wanted; allowed: %s
            --replay=/missing | verdict: --replay: "/missing" cannot be read
            --record=ftp://a | verdict: --record: "ftp://a" is not allowed; allowed: http://host:port or https
            --record=http://a:0 | verdict: --record: "http://a:0" is not allowed; allowed: http://host:port or https
            """)
    void invalidArgumentsAreRefused(String option, String message) {
        assertEquals(message.formatted(ALLOWED), assertThrows(BadSettingException.class,
                () -> run(InputStream.nullInputStream(), option)).getMessage());
    }
}
