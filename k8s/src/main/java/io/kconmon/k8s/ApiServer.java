package io.kconmon.k8s;

import io.kconmon.shared.client.ConnectionException;
import io.kconmon.shared.client.Dialer;
import io.kconmon.shared.client.FailureText;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An API server, the way to reach it, and the login.
 *
 * @param tls
 *            empty if the connection does not use TLS
 * @param headers
 *            header lines of each request, without their line ends
 * @param compressed
 *            whether the server may compress its answers
 */
record ApiServer(ServerAddress address, Optional<ProxyServer> proxy, Optional<ServerTls> tls, Login login,
        List<String> headers, boolean compressed) {

    private static final Duration CONNECT = Duration.ofSeconds(3);

    ApiServer {
        headers = List.copyOf(headers);
    }

    /** Without TLS, a login or anything else. */
    static ApiServer plain(String url) {
        return new ApiServer(ServerAddress.ofServer(url, false).orElseThrow(), Optional.empty(), Optional.empty(),
                Login.NONE, List.of(), true);
    }

    /** Through an HTTP proxy, a plain server is asked for by its whole URL (RFC 9112, 3.2.2). */
    boolean isAskedByUrl() {
        return !address.secure() && proxy.filter(it -> !it.isSocks()).isPresent();
    }

    /** A connection to the server, or to the proxy on the way to it. */
    Socket dial(Duration within) throws IOException {
        ServerAddress first = proxy.map(ProxyServer::address).orElse(address);
        Duration each = within.compareTo(CONNECT) < 0 ? within : CONNECT;
        try {
            return Dialer.connect(first.host(), first.port(), each, Duration.ZERO);
        } catch (IOException e) {
            throw proxy.isEmpty()
                    ? e
                    : new ConnectionException("the proxy %s: %s".formatted(first, FailureText.of(e)), e);
        }
    }

    /** Speaks with the server from now on, through the proxy if there is one. */
    Socket speak(Socket socket, Optional<ClientCertificate> certificate) throws IOException {
        Socket spoken = socket;
        if (proxy.isPresent()) {
            ProxyServer through = proxy.get();
            if (through.address().secure()) {
                spoken = tls.orElseThrow().secure(spoken, through.address(), Optional.empty());
            }
            if (!isAskedByUrl()) {
                ProxyTunnel.open(spoken, through, address);
            }
        }
        return address.secure() ? tls.orElseThrow().secure(spoken, address, certificate) : spoken;
    }

    ApiServer with(Login other) {
        return new ApiServer(address, proxy, tls, other, headers, compressed);
    }
}
