package io.kconmon.shared.client;

import io.kconmon.shared.net.HostPort;
import io.kconmon.shared.http.BearerToken;
import io.kconmon.shared.tls.ClientTls;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Asks one program, on a new connection each time, because agents may be many and controllers few. It writes and reads
 * HTTP/1.1 itself: Helidon's client would be 300 classes more on every node, and reads each chunk whole, however long
 * the chunk says that it is.
 */
public final class Client {

    private static final Duration FOREVER = Duration.ofDays(365);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    private final URI uri;
    private final boolean secure;
    private final String host;
    private final int port;
    private final Optional<ClientTls> tls;
    private final Optional<BearerToken> token;
    private final Duration silence;
    private final int maxBytes;

    /**
     * Nothing is asked yet.
     *
     * @param silence
     *            how long the next piece of an answer may take to come
     * @param maxBytes
     *            of an answer
     */
    public Client(Endpoint access, Duration silence, int maxBytes) {
        this.uri = access.uri();
        this.secure = uri.getScheme().equals("https");
        HostPort named = HostPort.of(uri).orElseThrow();
        this.host = named.host();
        this.port = named.portOr(secure ? 443 : 80);
        this.tls = access.tls();
        this.token = access.token();
        this.silence = silence;
        this.maxBytes = maxBytes;
    }

    /**
     * A whole answer.
     *
     * @param headers
     *            by their names in small letters
     */
    public record Answer(int status, Map<String, String> headers, String body) {

        public String firstLine() {
            return body.lines().findFirst().orElse("");
        }
    }

    /**
     * Asks for a whole body.
     *
     * @throws IllegalArgumentException
     *             if it is too long
     */
    public Answer get(String path) throws IOException {
        return get(path, Map.of(), FOREVER);
    }

    /**
     * The same, with more headers, and bounded in time.
     *
     * @param within
     *            so long it may take in all, however often a piece of it comes
     */
    public Answer get(String path, Map<String, String> headers, Duration within) throws IOException {
        try (ClientAnswer answer = ask(path, headers, new ReadDeadline(within))) {
            byte[] body = answer.body().readNBytes(maxBytes + 1);
            if (body.length > maxBytes) {
                throw new IllegalArgumentException("GET %s answered more than %d bytes".formatted(
                        path.replaceFirst("\\?.*", ""), maxBytes));
            }
            return new Answer(answer.status(), answer.headers(), new String(body, StandardCharsets.UTF_8));
        }
    }

    /** Requests a body that is read as it comes, such as a stream of events, until a deadline that may be put off. */
    public ClientAnswer open(String path, Map<String, String> headers, ReadDeadline deadline) throws IOException {
        return ask(path, headers, deadline);
    }

    private ClientAnswer ask(String path, Map<String, String> headers, ReadDeadline deadline) throws IOException {
        var lines = new StringBuilder();
        headers.forEach((name, value) -> lines.append(name).append(": ").append(value).append("\r\n"));
        String head = "GET " + path + " HTTP/1.1\r\nHost: " + uri.getRawAuthority() + "\r\n" + lines
                + token.map(it -> "Authorization: " + it.header() + "\r\n").orElse("") + "Connection: close\r\n\r\n";
        Socket socket = connect();
        try {
            Socket spoken = secure ? Dialer.secure(socket, context(), host, port, true) : socket;
            spoken.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            return ClientAnswer.read(socket, new BoundedInput(socket, spoken.getInputStream(), silence, deadline));
        } catch (IOException | RuntimeException e) {
            Dialer.closeQuietly(socket);
            throw new ConnectionException(FailureText.of(e), e);
        }
    }

    private Socket connect() throws IOException {
        try {
            return Dialer.connect(host, port, CONNECT_TIMEOUT, silence);
        } catch (IOException | RuntimeException e) {
            throw new ConnectionException(FailureText.of(e), e);
        }
    }

    private SSLContext context() throws IOException {
        try {
            return tls.isPresent() ? tls.get().get() : SSLContext.getDefault();
        } catch (GeneralSecurityException e) {
            throw new IOException("this JVM trusts nobody by itself: tls-ca must name an authority", e);
        }
    }
}
