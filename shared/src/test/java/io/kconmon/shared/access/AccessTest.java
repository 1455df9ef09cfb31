package io.kconmon.shared.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.http.HttpServer;
import io.kconmon.shared.http.ServerSetup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class AccessTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir
    private Path folder;

    private final List<String> lines = new ArrayList<>();
    private final Logger logger = Logger.getLogger("access");
    private final Handler handler = new Handler() {
        @Override
        public synchronized void publish(LogRecord line) {
            lines.add(line.getMessage());
        }

        @Override
        public void flush() {
            // nothing is held back
        }

        @Override
        public void close() {
            // nothing to close
        }
    };

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
    }

    @AfterEach
    void unlisten() {
        logger.removeHandler(handler);
    }

    private Path write(String file, String text) throws IOException {
        return Files.writeString(folder.resolve(file), text);
    }

    private static HttpServer serve(Optional<BearerToken> token, Optional<SSLContext> tls) {
        return HttpServer.start(ServerSetup.of(LOOPBACK, 0, List.of(), List.of(), routes -> {
            token.ifPresent(routes::addFilter);
            routes.get("/agents", (request, response) -> response.send("all"))
                    .get("/metrics", (request, response) -> response.send("metrics"))
                    .get("/readiness", (request, response) -> response.send("ok"));
        }).with(tls));
    }

    private static int status(HttpServer server, String path, String... headers) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(server.port(), path)));
            return client.send((headers.length == 0 ? request : request.headers(headers)).build(),
                    BodyHandlers.discarding()).statusCode();
        }
    }

    @Test
    void theTokenIsAskedForButWhereEverybodyMayLook() throws Exception {
        var token = new BearerToken(write("token", " secret-of-ours\n"));
        try (HttpServer server = serve(Optional.of(token), Optional.empty())) {
            for (String open : List.of("/metrics", "/readiness", "/health", "/health/live", "/health/ready",
                    "/health/started", "/metrics?a=b")) {
                assertEquals(200, status(server, open), open);
            }
            assertEquals(200, status(server, "/agents", "Authorization", token.header()));
            assertEquals("Bearer secret-of-ours", token.header());
            for (String wrong : List.of("Bearer secret-of-our", "Bearer secret-of-ours2", "Bearer ", "Bearer",
                    "secret-of-ours", "Basic secret-of-ours", "x")) {
                assertEquals(401, status(server, "/agents", "Authorization", wrong), wrong);
            }
            for (String path : List.of("/agents", "/%61gents", "//agents", "/agents/", "/metrics/../agents",
                    "/health/../agents", "/health/%2e%2e/agents", "/agents;/metrics", "/nothing")) {
                int status = status(server, path);
                assertTrue(status == 401 || status == 400, path + " answers " + status);
            }
            assertEquals(1, lines.size(), lines::toString);
            assertFalse(lines.getFirst().contains("secret"));
        }
    }

    @Test
    void aTokenThatIsReplacedIsTheTokenSoon() throws Exception {
        Path file = write("token", "secret-of-ours");
        var token = new BearerToken(file);
        Files.writeString(file, "another-secret");
        until(() -> token.header().equals("Bearer another-secret"));
        assertFalse(token.isRight("Bearer secret-of-ours"));
        Files.writeString(file, "");
        Files.delete(file);
        until(() -> lines.stream().anyMatch(it -> it.contains("cannot be read")) || token.header().isEmpty());
        assertTrue(token.isRight("Bearer another-secret"), "the last one stays");
    }

    private static void until(java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "not in time");
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "two secrets", "sécrét-of-ours", "secret\nsecret"})
    void whatIsNoTokenIsRefusedInOneLine(String text) throws IOException {
        Path file = write("token", text);
        assertEquals("token-file: \"%s\" is not allowed: it must hold a token of 8 to 4096 letters, digits and -._~+/ "
                .formatted(file) + "and nothing else", refused(() -> new BearerToken(file)));
    }

    private static String refused(org.junit.jupiter.api.function.Executable what) {
        return String.valueOf(assertThrows(BadSettingException.class, what).getMessage());
    }

    @Test
    void aFileThatIsNotThereIsToldInOneLine() {
        Path none = folder.resolve("none");
        assertEquals(
                "token-file: \"%s\" is not allowed: %s cannot be read: there is no such file".formatted(none, none),
                refused(() -> new BearerToken(none)));
        assertEquals("tls-ca: \"%s\" is not allowed: %s cannot be read: there is no such file".formatted(none, none),
                refused(() -> TlsContext.client(none)));
    }

    private String body(HttpServer server, SSLContext trust) throws Exception {
        try (HttpClient client = HttpClient.newBuilder().sslContext(trust).build()) {
            return client.send(HttpRequest.newBuilder(URI.create("https://127.0.0.1:%d/agents"
                    .formatted(server.port()))).build(), BodyHandlers.ofString()).body();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void aServerIsVerifiedByItsAuthority(String algorithm) throws Exception {
        Certificates.make(folder, "one", algorithm);
        Certificates.make(folder, "other", "EC");
        SSLContext own = TlsContext.server(folder.resolve("one.crt"), folder.resolve("one.key"));
        try (HttpServer server = serve(Optional.empty(), Optional.of(own))) {
            assertEquals("all", body(server, TlsContext.client(folder.resolve("one.crt"))));
            assertThrows(SSLHandshakeException.class,
                    () -> body(server, TlsContext.client(folder.resolve("other.crt"))));
            assertThrows(IOException.class, () -> status(server, "/agents"));
        }
    }

    /** A client that begins a handshake, and has no end of it. */
    private static Socket beginHandshake(HttpServer server) throws IOException {
        var socket = new Socket(LOOPBACK, server.port());
        socket.getOutputStream().write(new byte[]{0x16, 3, 1, 2, 0, 1});
        return socket;
    }

    /** Whether it is cut off before this time is over, of which every tenth brings another byte. */
    private static boolean isCutOff(Socket socket, Duration within) throws IOException {
        socket.setSoTimeout((int) within.toMillis() / 10);
        for (int i = 0; i < 10; i++) {
            try {
                while (socket.getInputStream().read() >= 0) { // an alert, maybe
                }
                return true;
            } catch (SocketTimeoutException e) {
                try {
                    socket.getOutputStream().write(0);
                } catch (IOException gone) {
                    return true;
                }
            } catch (SocketException e) {
                return true;
            }
        }
        return false;
    }

    private HttpServer serveTls(Duration requestPatience) throws Exception {
        Certificates.make(folder, "one", "EC");
        SSLContext own = TlsContext.server(folder.resolve("one.crt"), folder.resolve("one.key"));
        return HttpServer.start(new ServerSetup(LOOPBACK, 0, List.of(), List.of(), 16, requestPatience,
                Duration.ofMinutes(1),
                routes -> routes.get("/agents", (request, response) -> response.send("all")), Optional.of(own),
                Optional.empty()));
    }

    @Test
    void aSlowHandshakeIsCutOffThoughBytesArrive() throws Exception {
        try (HttpServer server = serveTls(Duration.ofSeconds(1)); Socket slow = beginHandshake(server)) {
            assertTrue(isCutOff(slow, Duration.ofSeconds(20)));
            assertEquals("all", body(server, TlsContext.client(folder.resolve("one.crt"))));
        }
    }

    @Test
    void slowHandshakesLeaveRoomForOthers() throws Exception {
        var slow = new ArrayList<Socket>();
        try (HttpServer server = serveTls(Duration.ofMinutes(1))) {
            for (int i = 0; i < 300; i++) { // many times the bound
                slow.add(beginHandshake(server));
            }
            assertEquals("all", body(server, TlsContext.client(folder.resolve("one.crt"))));
            assertTrue(isCutOff(slow.getFirst(), Duration.ofSeconds(20)));
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    /** Helidon leaves the socket below TLS open; each connection would cost a descriptor for good. */
    @Test
    void aClosedConnectionFreesItsDescriptor() throws Exception {
        try (HttpServer server = serveTls(Duration.ofMinutes(1))) {
            SSLContext client = TlsContext.client(folder.resolve("one.crt"));
            assertEquals("all", body(server, client));
            until(() -> server.connections() == 0);
            long before = descriptors();
            for (int i = 0; i < 20; i++) {
                try (Socket socket = client.getSocketFactory().createSocket(LOOPBACK, server.port())) {
                    socket.getOutputStream().write("GET /agents HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
                    String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                    assertTrue(answer.endsWith("\r\n\r\nall"), answer);
                }
            }
            until(() -> server.connections() == 0);
            assertTrue(descriptors() < before + 10, () -> before + " before");
        }
    }

    private static long descriptors() throws IOException {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    @Test
    void aCertificateThatIsReplacedIsServedSoon() throws Exception {
        Certificates.make(folder, "one", "EC");
        Certificates.make(folder, "other", "RSA");
        SSLContext trustsOther = TlsContext.client(folder.resolve("other.crt"));
        SSLContext own = TlsContext.server(folder.resolve("one.crt"), folder.resolve("one.key"));
        Path trusted = Files.copy(folder.resolve("one.crt"), folder.resolve("ca.crt"));
        SSLContext client = TlsContext.client(trusted);
        try (HttpServer server = serve(Optional.empty(), Optional.of(own))) {
            assertEquals("all", body(server, client));
            Files.writeString(folder.resolve("one.crt"), "half written");
            Files.writeString(folder.resolve("one.key"), Files.readString(folder.resolve("other.key")));
            Files.writeString(folder.resolve("one.crt"), Files.readString(folder.resolve("other.crt")));
            Files.writeString(trusted, Files.readString(folder.resolve("other.crt")));
            until(() -> {
                try {
                    return body(server, trustsOther).equals("all") && body(server, client).equals("all");
                } catch (Exception e) {
                    return false;
                }
            });
        }
    }

    @Test
    void filesThatDoNotFitAreToldInOneLine() throws Exception {
        Certificates.make(folder, "one", "EC");
        Certificates.make(folder, "other", "EC");
        Path crt = folder.resolve("one.crt");
        String begin = "tls-certificate: \"%s\" is not allowed: ".formatted(crt);
        assertEquals(begin + "the private key is not the certificate's",
                refused(() -> TlsContext.server(crt, folder.resolve("other.key"))));
        assertEquals(begin + "the private key's file must hold one in PEM, without a password",
                refused(() -> TlsContext.server(crt, crt)));
        Path broken = folder.resolve("broken.key");
        Certificates.pem(broken, "EC PRIVATE KEY", new byte[]{0x30, 0x03, 1, 2, 3});
        assertEquals(begin + "the private key cannot be read", refused(() -> TlsContext.server(crt, broken)));
        Path key = folder.resolve("one.key");
        assertEquals("tls-certificate: \"%s\" is not allowed: it must hold certificates in PEM".formatted(key),
                refused(() -> TlsContext.server(key, key)));
    }

    /** As openssl writes them, and cert-manager by default. */
    @Test
    void theOlderFormsOfKeysAreRead() throws Exception {
        Certificates.make(folder, "rsa", "RSA");
        Certificates.make(folder, "ec", "EC");
        for (String name : List.of("rsa", "ec")) {
            byte[] pkcs8 = Pem.privateKey(Files.readAllBytes(folder.resolve(name + ".key"))).getEncoded();
            Process openssl;
            try {
                openssl = new ProcessBuilder("openssl", name, "-traditional", "-in", folder.resolve(name + ".key")
                        .toString()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            } catch (IOException e) {
                org.junit.jupiter.api.Assumptions.abort("no openssl here");
                return;
            }
            byte[] pem = openssl.getInputStream().readAllBytes();
            if (name.equals("ec") && pem.length == 0) {
                openssl = new ProcessBuilder("openssl", "ec", "-in", folder.resolve("ec.key").toString()).start();
                pem = openssl.getInputStream().readAllBytes();
            }
            String text = new String(pem, java.nio.charset.StandardCharsets.US_ASCII);
            assertTrue(text.startsWith("-----BEGIN %s PRIVATE KEY".formatted(name.toUpperCase(java.util.Locale.ROOT))),
                    text);
            var read = Pem.privateKey(pem);
            if (name.equals("rsa")) {
                assertTrue(Arrays.equals(pkcs8, read.getEncoded()));
            }
            Path older = Files.write(folder.resolve(name + "-older.key"), pem);
            TlsContext.server(folder.resolve(name + ".crt"), older);
        }
    }
}
