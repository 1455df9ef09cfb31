package io.kconmon.shared.tls;

import static io.kconmon.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.http.HttpServer;
import io.kconmon.shared.http.ServerSetup;
import io.kconmon.testkit.CapturedLog;
import io.kconmon.testkit.TestCertificate;
import java.io.EOFException;
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
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class TlsTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir
    private Path folder;

    private final CapturedLog log = CapturedLog.messages("tls");
    private final List<String> lines = log.lines();

    @AfterEach
    void unlisten() {
        log.close();
    }

    private Path write(String file, String text) throws IOException {
        return Files.writeString(folder.resolve(file), text);
    }

    private static HttpServer serve(ServerTls tls) {
        return HttpServer.start(ServerSetup.of(LOOPBACK, 0, List.of(), List.of(), routes -> {
            routes.get("/agents", (request, response) -> response.send("all"))
                    .get("/metrics", (request, response) -> response.send("metrics"))
                    .get("/readiness", (request, response) -> response.send("ok"));
        }).with(Optional.of(tls)));
    }

    private static int status(HttpServer server, String path, String... headers) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(server.port(), path)));
            return client.send((headers.length == 0 ? request : request.headers(headers)).build(),
                    BodyHandlers.discarding()).statusCode();
        }
    }

    private ServerTls server(String name) {
        return new ServerTls(folder.resolve(name + ".crt"), folder.resolve(name + ".key"), Optional.empty());
    }

    private static String refused(org.junit.jupiter.api.function.Executable what) {
        return String.valueOf(assertThrows(BadSettingException.class, what).getMessage());
    }

    @Test
    void aMissingFileIsReportedInOneLine() {
        Path none = folder.resolve("none");
        assertEquals("tls-ca: \"%s\" is not allowed: %s cannot be read: there is no such file".formatted(none, none),
                refused(() -> new ClientTls(none)));
    }

    private String body(HttpServer server, ClientTls trust) throws Exception {
        try (HttpClient client = HttpClient.newBuilder().sslContext(trust.get()).build()) {
            return client.send(HttpRequest.newBuilder(URI.create("https://127.0.0.1:%d/agents"
                    .formatted(server.port()))).build(), BodyHandlers.ofString()).body();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void aServerIsVerifiedByItsAuthority(String algorithm) throws Exception {
        TestCertificate.make("one", algorithm).write(folder);
        TestCertificate.make("other", "EC").write(folder);
        ServerTls own = server("one");
        try (HttpServer server = serve(own)) {
            assertEquals("all", body(server, new ClientTls(folder.resolve("one.crt"))));
            assertThrows(SSLHandshakeException.class,
                    () -> body(server, new ClientTls(folder.resolve("other.crt"))));
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
        TestCertificate.make("one", "EC").write(folder);
        ServerTls own = server("one");
        return HttpServer.start(new ServerSetup(LOOPBACK, 0, List.of(), List.of(), 16, requestPatience,
                Duration.ofMinutes(1),
                routes -> routes.get("/agents", (request, response) -> response.send("all")), Optional.of(own),
                Optional.empty()));
    }

    @Test
    void aSlowHandshakeIsCutOffThoughBytesArrive() throws Exception {
        try (HttpServer server = serveTls(Duration.ofSeconds(1)); Socket slow = beginHandshake(server)) {
            assertTrue(isCutOff(slow, Duration.ofSeconds(20)));
            assertEquals("all", body(server, new ClientTls(folder.resolve("one.crt"))));
        }
    }

    @Test
    void slowHandshakesLeaveRoomForOthers() throws Exception {
        var slow = new ArrayList<Socket>();
        try (HttpServer server = serveTls(Duration.ofMinutes(1))) {
            for (int i = 0; i < 300; i++) { // many times the bound
                slow.add(beginHandshake(server));
            }
            assertEquals("all", body(server, new ClientTls(folder.resolve("one.crt"))));
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
            var client = new ClientTls(folder.resolve("one.crt"));
            assertEquals("all", body(server, client));
            eventually(() -> server.connections() == 0);
            long before = descriptors();
            for (int i = 0; i < 20; i++) {
                try (Socket socket = client.get().getSocketFactory().createSocket(LOOPBACK, server.port())) {
                    socket.getOutputStream().write("GET /agents HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
                    String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                    assertTrue(answer.endsWith("\r\n\r\nall"), answer);
                }
            }
            eventually(() -> server.connections() == 0);
            assertTrue(descriptors() < before + 10, () -> before + " before");
        }
    }

    private static long descriptors() throws IOException {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    @Test
    void aReplacedCertificateIsServedSoon() throws Exception {
        TestCertificate.make("one", "EC").write(folder);
        TestCertificate.make("other", "RSA").write(folder);
        ClientTls trustsOther = new ClientTls(folder.resolve("other.crt"));
        ServerTls own = server("one");
        Path trusted = Files.copy(folder.resolve("one.crt"), folder.resolve("ca.crt"));
        ClientTls client = new ClientTls(trusted);
        try (HttpServer server = serve(own)) {
            assertEquals("all", body(server, client));
            Files.writeString(folder.resolve("one.crt"), "half written");
            Files.writeString(folder.resolve("one.key"), Files.readString(folder.resolve("other.key")));
            Files.writeString(folder.resolve("one.crt"), Files.readString(folder.resolve("other.crt")));
            Files.writeString(trusted, Files.readString(folder.resolve("other.crt")));
            eventually(() -> {
                try {
                    return body(server, trustsOther).equals("all") && body(server, client).equals("all");
                } catch (Exception e) {
                    return false;
                }
            });
        }
    }

    @Test
    void mismatchedFilesAreReportedInOneLine() throws Exception {
        TestCertificate.make("one", "EC").write(folder);
        TestCertificate.make("other", "EC").write(folder);
        Path crt = folder.resolve("one.crt");
        String begin = "tls-certificate: \"%s\" is not allowed: ".formatted(crt);
        assertEquals(begin + "the private key is not the certificate's",
                refused(() -> new ServerTls(crt, folder.resolve("other.key"), Optional.empty())));
        assertEquals(begin + "the private key's file must hold one in PEM, without a password",
                refused(() -> new ServerTls(crt, crt, Optional.empty())));
        Path broken = folder.resolve("broken.key");
        Files.writeString(broken, TestCertificate.pem("EC PRIVATE KEY", new byte[]{0x30, 0x03, 1, 2, 3}));
        assertEquals(begin + "the private key cannot be read",
                refused(() -> new ServerTls(crt, broken, Optional.empty())));
        Path twice = Files.writeString(folder.resolve("twice.crt"), Files.readString(crt) + Files.readString(crt));
        assertEquals("tls-certificate: \"%s\" is not allowed: each certificate of the chain must be signed by the"
                .formatted(twice) + " next one, and none be there twice",
                refused(() -> new ServerTls(twice, folder.resolve("one.key"), Optional.empty())));
        Path key = folder.resolve("one.key");
        assertEquals("tls-certificate: \"%s\" is not allowed: it must hold certificates in PEM".formatted(key),
                refused(() -> new ServerTls(key, key, Optional.empty())));
    }

    /** As openssl writes them, and cert-manager by default. */
    @Test
    void olderKeyFormatsAreRead() throws Exception {
        TestCertificate.make("rsa", "RSA").write(folder);
        TestCertificate.make("ec", "EC").write(folder);
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
            new ServerTls(folder.resolve(name + ".crt"), older, Optional.empty());
        }
    }

    private void replace(String with) throws IOException {
        Files.copy(folder.resolve(with + ".key"), folder.resolve("one.key"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(folder.resolve(with + ".crt"), folder.resolve("one.crt"), StandardCopyOption.REPLACE_EXISTING);
    }

    static List<Arguments> refusedByClients() {
        TestCertificate.Draft bad = TestCertificate.named("bad").names("DNS:controller.test");
        return List.of(Arguments.of("has expired at", bad.valid(Duration.ofDays(-10), Duration.ofDays(-5))),
                Arguments.of("is not valid before", bad.valid(Duration.ofDays(1), Duration.ofDays(6))),
                Arguments.of("does not name controller.test, which agents call by controller-url",
                        bad.names("DNS:other.test")));
    }

    @ParameterizedTest
    @MethodSource("refusedByClients")
    void aCertificateThatClientsWouldRefuseIsNotTakenOverAGoodOne(String why, TestCertificate.Draft bad)
            throws Exception {
        TestCertificate.named("one").names("DNS:controller.test").make().write(folder);
        bad.make().write(folder);
        TestCertificate.named("better").names("DNS:*.test").valid(Duration.ZERO, Duration.ofDays(3)).make()
                .write(folder);
        var tls = new ServerTls(folder.resolve("one.crt"), folder.resolve("one.key"), Optional.of("controller.test"));
        Instant expiry = tls.expiry();
        replace("bad");
        eventually(() -> tls.expiry().equals(expiry)
                && lines.stream().anyMatch(it -> it.contains(why) && it.contains("stays in force")));
        replace("better");
        eventually(() -> tls.expiry().isAfter(expiry));
    }

    /** So that all else goes on, such as the page; the next good one is taken. */
    @Test
    void aCertificateThatClientsRefuseIsServedIfThereIsNoBetterOne() throws Exception {
        TestCertificate.named("one").names("IP:127.0.0.1").valid(Duration.ofDays(-10), Duration.ofDays(-5)).make()
                .write(folder);
        TestCertificate.make("good", "EC").write(folder);
        ServerTls tls = server("one");
        assertTrue(tls.expiry().isBefore(Instant.now()));
        assertEquals(List.of("clients will refuse this server's certificate"), lines);
        replace("good");
        eventually(() -> tls.expiry().isAfter(Instant.now()));
    }

    @Test
    void theControllersCertificateNamesItsHost() throws Exception {
        TestCertificate.named("many").names("DNS:A.test", "DNS:*.wild.test", "DNS:10.0.0.9", "IP:10.0.0.1",
                "IP:fd00::1").make().write(folder);
        ServerCertificate many = certificate("many");
        for (String named : List.of("a.test", "a.TEST", "a.wild.test", "10.0.0.1", "fd00:0::1")) {
            assertEquals(Optional.empty(), many.trouble(Instant.now(), Optional.of(named)), named);
        }
        for (String other : List.of("b.test", "test", "a.b.wild.test", "wild.test", "10.0.0.2", "10.0.0.9", "fd00::2",
                "many")) {
            assertEquals(Optional.of("the certificate does not name %s, which agents call by controller-url".formatted(
                    other)), many.trouble(Instant.now(), Optional.of(other)));
        }
        assertEquals(Optional.empty(), many.trouble(Instant.now(), Optional.empty()));
        TestCertificate.make("common.test", "EC").write(folder);
        assertEquals(Optional.empty(), certificate("common.test").trouble(Instant.now(), Optional.of("common.test")));
    }

    private ServerCertificate certificate(String name) throws IOException {
        return ServerCertificate.of(Files.readAllBytes(folder.resolve(name + ".crt")),
                Files.readAllBytes(folder.resolve(name + ".key")));
    }

    @Test
    void aClientMayNotBeginAnotherHandshake() throws Exception {
        TestCertificate.make("one", "EC").write(folder);
        try (HttpServer server = serve(server("one"));
                var socket = (SSLSocket) new ClientTls(folder.resolve("one.crt"))
                        .get().getSocketFactory().createSocket(LOOPBACK, server.port())) {
            socket.setEnabledProtocols(new String[]{"TLSv1.2"});
            socket.setSoTimeout(20_000);
            socket.startHandshake();
            socket.startHandshake();
            assertThrows(IOException.class, () -> {
                socket.getOutputStream().write("GET /agents HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(UTF_8));
                if (socket.getInputStream().read() < 0) {
                    throw new EOFException();
                }
            });
        }
    }
}
