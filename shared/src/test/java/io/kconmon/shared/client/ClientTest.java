package io.kconmon.shared.client;

import io.kconmon.shared.net.HostPort;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reasons for which a request fails, each in its own words. */
@Timeout(60)
class ClientTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    /** Sends this to each client after its first byte, and ends the connection. */
    private static ServerSocket says(String words) throws IOException {
        var server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    socket.getInputStream().readNBytes(1);
                    socket.getOutputStream().write(words.getBytes(StandardCharsets.ISO_8859_1));
                    socket.shutdownOutput();
                    socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
                } catch (IOException e) {
                    // it has gone
                }
            }
        });
        return server;
    }

    private static Client client(String url) {
        return new Client(Endpoint.of(URI.create(url)), LONG, 1000);
    }

    private static String failure(String url) {
        return assertThrows(IOException.class, () -> client(url).get("/agents", Map.of(), LONG)).getMessage();
    }

    private static int closedPort() throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return server.getLocalPort();
        }
    }

    @Test
    void nobodyListens() throws IOException {
        assertEquals("127.0.0.1: connection refused", failure("http://127.0.0.1:" + closedPort()));
        assertEquals("127.0.0.1: connection refused", failure("https://127.0.0.1:" + closedPort()));
    }

    @Test
    void anUnknownName() {
        assertEquals("unknown host no-such.invalid: Name or service not known".split(":", 2)[0],
                failure("http://no-such.invalid").split(":", 2)[0]);
    }

    @Test
    void aServerThatDoesNotSpeakHttp() throws IOException {
        try (var server = says("SSH-2.0-OpenSSH_9.2\r\n\r\n")) {
            assertEquals("the answer is not HTTP/1.1", failure("http://127.0.0.1:" + server.getLocalPort()));
            assertEquals("TLS: what answers does not speak it", failure("https://127.0.0.1:" + server.getLocalPort()));
        }
    }

    @Test
    void theAnswerIsCutOff() throws IOException {
        try (var server = says("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")) {
            assertEquals("the connection ended before the answer did",
                    FailureText.of(assertThrows(IOException.class,
                            () -> client("http://127.0.0.1:" + server.getLocalPort()).get("/"))));
        }
    }

    @Test
    void allAddressesOfANameAreTried() throws IOException {
        try (var server = says("HTTP/1.1 200 OK\r\n\r\n")) {
            InetAddress[] addresses = {InetAddress.getByName("127.0.0.2"), InetAddress.getByName("::1"),
                    InetAddress.getByName("127.0.0.1")};
            Dialer.connect("name", addresses, server.getLocalPort(), LONG, LONG).close();
        }
        int port = closedPort();
        InetAddress[] addresses = {InetAddress.getByName("127.0.0.2"), InetAddress.getByName("127.0.0.1")};
        assertEquals("127.0.0.2: connection refused; 127.0.0.1: connection refused",
                assertThrows(ConnectionException.class, () -> Dialer.connect("name", addresses, port, LONG, LONG))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({"http://my_controller:8080, my_controller, 8080", "http://my_controller, my_controller, 80",
            "https://a_b.c-d, a_b.c-d, 443", "http://[fd00::1]:1, fd00::1, 1", "http://10.0.0.1, 10.0.0.1, 80",
            "http://_x_, _x_, 80", "http://name.:80, name., 80"})
    void aNameWithAnUnderscoreIsAName(URI uri, String host, int port) {
        HostPort named = HostPort.of(uri).orElseThrow();
        assertEquals(host, named.host());
        assertEquals(port, named.portOr(uri.getScheme().equals("https") ? 443 : 80));
    }

    @ParameterizedTest
    @CsvSource({"http://a_b:0", "http://a_b:65536", "http://a_b:99999999999", "http://a:0", "http://me@a",
            "http://me@a_b",
            "http:///x", "http://-a_b", "http://a_b-:80", "mailto:x"})
    void anInvalidNameIsRefused(URI uri) {
        assertEquals(Optional.empty(), HostPort.of(uri));
    }

    @Test
    void anExceptionWithoutAMessageIsNamedByItsClass() {
        assertEquals("the connection ended before the answer did", FailureText.of(new EOFException()));
        assertEquals("IllegalStateException", FailureText.of(new IllegalStateException()));
        assertEquals("SocketException", FailureText.of(new SocketException()));
        assertEquals("no route to host", FailureText.of(new IOException("x", new SocketException("No route to host"))));
        var nameless = new SSLHandshakeException("General problem");
        nameless.initCause(new CertificateException("No name matching a found"));
        assertEquals("TLS: No name matching a found", FailureText.of(nameless));
    }
}
