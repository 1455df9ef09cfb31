package io.kconmon.agent.roster;

import io.helidon.common.tls.Tls;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webclient.api.ConnectionKey;
import io.helidon.webclient.api.DefaultDnsResolver;
import io.helidon.webclient.api.DnsAddressLookup;
import io.helidon.webclient.api.HttpClientResponse;
import io.helidon.webclient.api.Proxy;
import io.helidon.webclient.api.TcpClientConnection;
import io.helidon.webclient.api.WebClient;
import io.helidon.webclient.http1.Http1Client;
import io.helidon.webclient.http1.Http1ClientRequest;
import io.kconmon.shared.access.Token;
import io.kconmon.shared.http.LeanHelidon;
import io.kconmon.shared.roster.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks the controller, on a connection of its own each time, for the agents may be many and the controllers few. */
final class ControllerHttp {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final List<String> HTTP_1 = List.of("http/1.1");

    private final Http1Client http;
    private final WebClient sockets;
    private final ConnectionKey controller;
    private final Optional<Token> token;
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
        LeanHelidon.prepare();
        this.token = access.token();
        this.maxBytes = maxBytes;
        URI uri = access.uri();
        var tls = Tls.builder().enabled(uri.getScheme().equals("https"));
        access.tls().ifPresent(tls::sslContext);
        this.controller = ConnectionKey.create(uri.getScheme(), uri.getHost(), port(uri), tls.build(),
                ControllerHttp::resolve, DnsAddressLookup.defaultLookup(), Proxy.noProxy());
        this.sockets = WebClient.builder().servicesDiscoverServices(false).connectTimeout(CONNECT_TIMEOUT)
                .readTimeout(silence).build();
        this.http = Http1Client.builder().baseUri(uri).servicesDiscoverServices(false).followRedirects(false)
                .readTimeout(silence).build();
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return uri.getScheme().equals("https") ? 443 : 80;
    }

    /** An address is its own name: for one without a name TLS would verify what a reverse lookup says of it. */
    private static InetAddress resolve(String host, DnsAddressLookup lookup) {
        InetAddress address = DefaultDnsResolver.create().resolveAddress(host, lookup);
        if (!IpAddress.isLiteral(host.replaceAll("[\\[\\]]", ""))) {
            return address;
        }
        try {
            return InetAddress.getByAddress(address.getHostAddress(), address.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(host, e);
        }
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
        try (HttpClientResponse response = send(http.get(path))) {
            byte[] body = response.inputStream().readNBytes(maxBytes + 1);
            if (body.length > maxBytes) {
                throw new IllegalArgumentException("GET %s answered more than %d bytes".formatted(path, maxBytes));
            }
            return new Answer(response.status().code(), new String(body, StandardCharsets.UTF_8));
        }
    }

    /** Asks for the stream of events, of those after that revision if there is one. */
    HttpClientResponse stream(Optional<String> after) throws IOException {
        var request = http.get("/agents/stream").header(HeaderNames.ACCEPT, "text/event-stream");
        after.ifPresent(revision -> request.header(HeaderNames.create("Last-Event-ID"), revision));
        return send(request);
    }

    /** What cannot be had is told from what cannot be right: for Helidon a host that DNS does not know is either. */
    private HttpClientResponse send(Http1ClientRequest request) throws IOException {
        var connection = new BoundedConnection(TcpClientConnection.create(sockets, controller, HTTP_1, it -> false,
                it -> {
                }), maxBytes);
        try {
            token.ifPresent(it -> request.header(HeaderNames.AUTHORIZATION, it.header()));
            return request.header(HeaderValues.CONNECTION_CLOSE).connection(connection.connect()).request();
        } catch (RuntimeException e) {
            connection.closeResource();
            throw new IOException(inWords(e), e);
        }
    }

    /** With the cause of it all, for "Failed to execute SSL handshake" says nothing of the certificate. */
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
