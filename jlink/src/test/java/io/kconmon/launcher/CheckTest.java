package io.kconmon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.kconmon.shared.config.BadSettingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckTest {

    private final AtomicInteger asked = new AtomicInteger();
    private final HttpServer server;
    private final String url;

    CheckTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/well", exchange -> exchange.sendResponseHeaders(200, -1));
        server.createContext("/later",
                exchange -> exchange.sendResponseHeaders(asked.incrementAndGet() < 3 ? 503 : 200, -1));
        server.start();
        url = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    @Test
    void allIsWell() throws IOException {
        Check.run(List.of(url + "/well", url + "/well"));
    }

    @Test
    void waitsUntilItIs() throws IOException {
        Check.run(List.of("--within=30", url + "/later"));
        assertEquals(3, asked.get());
    }

    @Test
    void saysWhatTheLastAnswerWas() {
        var refusal = assertThrows(IOException.class, () -> Check.run(List.of("--within=0", url + "/missing")));
        assertEquals("check: %s/missing did not answer 200 within 0 s: it answered 404".formatted(url),
                refusal.getMessage());
    }

    @Test
    void saysThatNobodyAnswers() {
        server.stop(0);
        var refusal = assertThrows(IOException.class, () -> Check.run(List.of("--within=0", url + "/well")));
        assertTrue(String.valueOf(refusal.getMessage()).contains("Connection refused"), refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --within=60 | check: nothing to ask; allowed: http://host:port/path, once or more
            --within=1m | check: "--within=1m" is not allowed; allowed: --within=0 to 99999
            --wihtin=60 | check: "--wihtin=60" is not allowed; allowed: http://host:port/path, --within=SECONDS
            https://host/ | check: "https://host/" is not allowed; allowed: http://host:port/path, --within=SECONDS
            http:///metrics | check: "http:///metrics" is not allowed; allowed: http://host:port/path, --within=SECONDS
            """)
    void refused(String option, String message) {
        assertEquals(message,
                assertThrows(BadSettingException.class, () -> Check.run(List.of(option))).getMessage());
    }
}
