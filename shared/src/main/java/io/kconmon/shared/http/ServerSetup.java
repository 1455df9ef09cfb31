package io.kconmon.shared.http;

import io.helidon.health.HealthCheck;
import io.helidon.http.RequestedUriDiscoveryContext;
import io.helidon.http.media.StringSupport;
import io.helidon.http.media.json.JsonSupport;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.observe.ObserveFeature;
import io.helidon.webserver.observe.health.HealthObserver;
import io.kconmon.shared.tls.ServerTls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a server is made of.
 *
 * @param slow
 *            the beginnings of those paths whose answers may take long: streams, and tests of many peers
 * @param answerPatience
 *            how long an answer may take to go out; of slow ones, each piece that is written
 */
public record ServerSetup(InetAddress address, int port, List<HealthCheck> checks, List<String> slow,
        int mostConnections,
        Duration requestPatience, Duration answerPatience, Consumer<HttpRouting.Builder> routes,
        Optional<ServerTls> tls, Optional<QuickAnswer> quick) {

    /** The longest token, and as much again as others send. */
    private static final int MAX_HEADERS_BYTES = 6144;
    private static final int BACKLOG = 1024;
    /** What is over the most only until the one that makes room for it is closed. */
    private static final int CHANGING_PLACES = 64;
    private static final Duration REQUEST_PATIENCE = Duration.ofSeconds(10);
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(30);

    /** With the bounds that suit this process. */
    public static ServerSetup of(InetAddress address, int port, List<HealthCheck> checks, List<String> slow,
            Consumer<HttpRouting.Builder> routes) {
        return new ServerSetup(address, port, checks, slow, ConnectionBudget.connections(25), REQUEST_PATIENCE,
                ANSWER_PATIENCE,
                routes, Optional.empty(), Optional.empty());
    }

    /** Serves little else than readers who stay, so that most of the heap may be theirs. */
    public ServerSetup forReaders() {
        return new ServerSetup(address, port, checks, slow, mostReaders(), requestPatience, answerPatience, routes,
                tls, quick);
    }

    /** So many connections there may be then. */
    public static int mostReaders() {
        return ConnectionBudget.connections(60);
    }

    /** Serves HTTPS if there is a certificate, and nothing else then. */
    public ServerSetup with(Optional<ServerTls> files) {
        return new ServerSetup(address, port, checks, slow, mostConnections, requestPatience, answerPatience, routes,
                files, quick);
    }

    /** Answers plain requests of one path at once, without Helidon's routing. */
    public ServerSetup with(QuickAnswer answer) {
        return new ServerSetup(address, port, checks, slow, mostConnections, requestPatience, answerPatience, routes,
                tls, Optional.of(answer));
    }

    Connections connections() {
        var selector = Http1ConnectionSelector.builder().config(http1()).build();
        return new Connections(selector, quick, mostConnections, requestPatience, answerPatience);
    }

    private static Http1Config http1() {
        return Http1Config.builder().maxHeadersSize(MAX_HEADERS_BYTES).maxPrologueLength(2048).build();
    }

    WebServer start(Connections connections, int at) {
        var builder = new LeanBuilders.Server();
        // Helidon's NIO sockets keep a second buffer each, and over TLS look up each client's name, and wait for a
        // handshake for ever.
        builder.useNio(false).writeBufferSize(0);
        builder.tls(tls.map(it -> it.start(new WatchedTls.Manager(connections.handshakes())))
                .orElseGet(new LeanBuilders.NoTls()::build));
        WebServer server = builder.name(WebServer.DEFAULT_SOCKET_NAME).address(address)
                .putListenerSocketOption(StandardSocketOptions.SO_REUSEADDR, true)
                .requestedUriDiscoveryContext(
                        RequestedUriDiscoveryContext.builder().socketId(WebServer.DEFAULT_SOCKET_NAME).build())
                .bindAddress(new InetSocketAddress(address, at)).backlog(BACKLOG)
                .shutdownHook(false).maxTcpConnections(connections.mostWithHandshakes() + CHANGING_PLACES)
                .maxPayloadSize(0)
                .shutdownGracePeriod(Duration.ofMillis(100))
                .addConnectionSelector(connections)
                .connectionOptions(new LeanBuilders.NoDelay().buildPrototype())
                .contentEncoding(new LeanBuilders.Encodings().build())
                .mediaContext(new LeanBuilders.Media().addMediaSupport(StringSupport.create())
                        .addMediaSupport(JsonSupport.create()).build())
                .addFeature(health(checks))
                .routing(routing -> routes.accept(RequestFilters.add(routing, slow, connections)))
                .build();
        server.start();
        if (!server.isRunning()) {
            throw new IllegalStateException("cannot listen on %s:%d".formatted(address.getHostAddress(), at));
        }
        return server;
    }

    private static ObserveFeature health(List<HealthCheck> checks) {
        return new LeanBuilders.Observe().endpoint("/")
                .addObserver(HealthObserver.builder().endpoint("/health").details(true).useSystemServices(false)
                        .addHealthChecks(checks).build())
                .build();
    }
}
