package io.kconmon.shared.client;

import io.kconmon.shared.http.BearerToken;
import io.kconmon.shared.tls.ClientTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Asks one program, on a connection of its own each time, for the agents may be many and the controllers few. It
 * writes and reads HTTP/1.1 itself: Helidon's client would be 300 classes more on every node, and reads each chunk
 * whole, however long the chunk says that it is.
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
        this.host = uri.getHost().replace("[", "").replace("]", "");
        this.port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
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
        long deadline = System.nanoTime() + within.toNanos();
        try (ClientAnswer answer = ask(path, headers, deadline)) {
            byte[] body = answer.body().readNBytes(maxBytes + 1);
            if (body.length > maxBytes) {
                throw new IllegalArgumentException("GET %s answered more than %d bytes".formatted(path, maxBytes));
            }
            return new Answer(answer.status(), answer.headers(), new String(body, StandardCharsets.UTF_8));
        }
    }

    /** Asks for what is read as it comes, such as a stream of events. */
    public ClientAnswer open(String path, Map<String, String> headers) throws IOException {
        return ask(path, headers, System.nanoTime() + FOREVER.toNanos());
    }

    private ClientAnswer ask(String path, Map<String, String> headers, long deadline) throws IOException {
        var lines = new StringBuilder();
        headers.forEach((name, value) -> lines.append(name).append(": ").append(value).append("\r\n"));
        String head = "GET " + path + " HTTP/1.1\r\nHost: " + uri.getRawAuthority() + "\r\n" + lines
                + token.map(it -> "Authorization: " + it.header() + "\r\n").orElse("") + "Connection: close\r\n\r\n";
        Socket socket = connect();
        try {
            Socket spoken = secure ? shakeHands(socket) : socket;
            spoken.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            return ClientAnswer.read(socket, new BoundedInput(socket, spoken.getInputStream(), silence, deadline));
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw new IOException(inWords(e), e);
        }
    }

    /** To the first of the name's addresses that lets us. */
    private Socket connect() throws IOException {
        var failure = new IOException("%s has no address".formatted(host));
        for (InetAddress address : addresses()) {
            var socket = new Socket();
            try {
                socket.setSoTimeout((int) silence.toMillis());
                socket.connect(new InetSocketAddress(address, port), (int) CONNECT_TIMEOUT.toMillis());
                return socket;
            } catch (IOException e) {
                socket.close();
                failure = new IOException("%s: %s".formatted(address.getHostAddress(), e.getMessage()), e);
            }
        }
        throw failure;
    }

    private InetAddress[] addresses() throws IOException {
        try {
            return InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw new IOException("the name %s cannot be resolved".formatted(host), e);
        }
    }

    /** The certificate must be of the name, or of the address, that the URL has. */
    private Socket shakeHands(Socket socket) throws IOException {
        var wrapped = (SSLSocket) context().getSocketFactory().createSocket(socket, host, port, true);
        SSLParameters parameters = wrapped.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        wrapped.setSSLParameters(parameters);
        wrapped.startHandshake();
        return wrapped;
    }

    private SSLContext context() throws IOException {
        try {
            return tls.isPresent() ? tls.get().get() : SSLContext.getDefault();
        } catch (GeneralSecurityException e) {
            throw new IOException("this JVM trusts nobody by itself: tls-ca must name an authority", e);
        }
    }

    /** With the cause of it all, for an outermost message may say nothing of the certificate. */
    private static String inWords(Throwable e) {
        String words = String.valueOf(e.getMessage());
        String first = words;
        for (@Nullable
        Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            first = Objects.requireNonNullElse(cause.getMessage(), first);
        }
        return words.contains(first) ? words : words + ": " + first;
    }
}
