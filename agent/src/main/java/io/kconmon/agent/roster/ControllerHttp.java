package io.kconmon.agent.roster;

import io.kconmon.shared.access.Token;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Asks the controller, on a connection of its own each time, for the agents may be many and the controllers few. It
 * writes and reads HTTP/1.1 itself: Helidon's client would be 300 classes more on every node, and reads each chunk
 * whole, however long the chunk says that it is.
 */
final class ControllerHttp {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    private final URI uri;
    private final boolean secure;
    private final String host;
    private final int port;
    private final Optional<SSLContext> tls;
    private final Optional<Token> token;
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
    ControllerHttp(ControllerAccess access, Duration silence, int maxBytes) {
        this.uri = access.uri();
        this.secure = uri.getScheme().equals("https");
        this.host = uri.getHost().replace("[", "").replace("]", "");
        this.port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        this.tls = access.tls();
        this.token = access.token();
        this.silence = silence;
        this.maxBytes = maxBytes;
    }

    record Answer(int status, String body) {

        String firstLine() {
            return body.lines().findFirst().orElse("");
        }
    }

    /**
     * Asks for a whole body.
     *
     * @throws IllegalArgumentException
     *             if it is too long
     */
    Answer get(String path) throws IOException {
        try (ControllerAnswer answer = ask(path, "")) {
            byte[] body = answer.body().readNBytes(maxBytes + 1);
            if (body.length > maxBytes) {
                throw new IllegalArgumentException("GET %s answered more than %d bytes".formatted(path, maxBytes));
            }
            return new Answer(answer.status(), new String(body, StandardCharsets.UTF_8));
        }
    }

    /** Asks for the stream of events, of those after that revision if there is one. */
    ControllerAnswer stream(Optional<String> after) throws IOException {
        return ask("/agents/stream", "Accept: text/event-stream\r\n"
                + after.map(revision -> "Last-Event-ID: " + revision + "\r\n").orElse(""));
    }

    private ControllerAnswer ask(String path, String headers) throws IOException {
        String head = "GET " + path + " HTTP/1.1\r\nHost: " + uri.getRawAuthority() + "\r\n" + headers
                + token.map(it -> "Authorization: " + it.header() + "\r\n").orElse("") + "Connection: close\r\n\r\n";
        Socket socket = connect();
        try {
            Socket spoken = secure ? shakeHands(socket) : socket;
            spoken.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            return ControllerAnswer.read(socket, spoken.getInputStream());
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
            return tls.isPresent() ? tls.get() : SSLContext.getDefault();
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
