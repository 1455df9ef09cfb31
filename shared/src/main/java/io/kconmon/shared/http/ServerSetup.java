package io.kconmon.shared.http;

import io.helidon.common.context.Context;
import io.helidon.common.tls.Tls;
import io.helidon.health.HealthCheck;
import io.helidon.http.DirectHandler;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.RequestedUriDiscoveryContext;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.media.MediaContext;
import io.helidon.http.media.StringSupport;
import io.helidon.http.media.json.JsonSupport;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
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
 * The parts of a server.
 *
 * @param slow
 *            the prefixes of the paths whose answers may take long: streams, and tests of many peers
 * @param mostConnections
 *            the bound of connections, those in a TLS handshake included
 * @param requestTimeout
 *            how long a request may take to arrive, from the connection's beginning or the end of the last answer
 * @param answerTimeout
 *            how long an answer may take; for a slow one, each write
 */
public record ServerSetup(InetAddress address, int port, List<HealthCheck> checks, List<String> slow,
        int mostConnections,
        Duration requestTimeout, Duration answerTimeout, Consumer<HttpRouting.Builder> routes,
        Optional<ServerTls> tls, Optional<QuickAnswer> quick) {

    /** The longest token, and as much again as others send. */
    private static final int MAX_HEADERS_BYTES = 6144;
    private static final int BACKLOG = 1024;
    /** Connections that the guard has closed, and Helidon's threads have not left yet. */
    private static final int CLOSING = 64;
    /** Connections of scrapers and of readers of the page. */
    private static final int FEW = 32;
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

    /** With the bounds that suit this process. */
    public static ServerSetup of(InetAddress address, int port, List<HealthCheck> checks, List<String> slow,
            Consumer<HttpRouting.Builder> routes) {
        return new ServerSetup(address, port, checks, slow, ConnectionBudget.connections(25), REQUEST_TIMEOUT,
                ANSWER_TIMEOUT,
                routes, Optional.empty(), Optional.empty());
    }

    /** Serves clients that read streams, and little else, so that most of the heap may be theirs. */
    public ServerSetup forReaders() {
        return new ServerSetup(address, port, checks, slow, mostReaders(), requestTimeout, answerTimeout, routes,
                tls, quick);
    }

    /** How many connections there may be then. */
    public static int mostReaders() {
        return ConnectionBudget.connections(60);
    }

    /** Why so many readers cannot be served at once, in words; empty if there are descriptors for them. */
    public static Optional<String> shortage(int readers) {
        long needed = 2L * (readers + FEW);
        long limit = ConnectionBudget.descriptors();
        return limit >= needed
                ? Optional.empty()
                : Optional.of("%d agents need %d file descriptors, and there may be %d (ulimit -n)".formatted(readers,
                        needed, limit));
    }

    /** Serves HTTPS if there is a certificate, and nothing else then. */
    public ServerSetup with(Optional<ServerTls> files) {
        return new ServerSetup(address, port, checks, slow, mostConnections, requestTimeout, answerTimeout, routes,
                files, quick);
    }

    /** Answers plain requests of one path at once, without Helidon's routing. */
    public ServerSetup with(QuickAnswer answer) {
        return new ServerSetup(address, port, checks, slow, mostConnections, requestTimeout, answerTimeout, routes,
                tls, Optional.of(answer));
    }

    ConnectionGuard guard(HttpDate date) {
        var http1 = Http1Config.builder().maxHeadersSize(MAX_HEADERS_BYTES).maxPrologueLength(2048).build();
        return new ConnectionGuard(Http1ConnectionSelector.builder().config(http1).build(), quick, date,
                mostConnections, requestTimeout, answerTimeout);
    }

    WebServer start(ConnectionGuard guard, HttpDate date, int at) {
        var context = Context.create();
        context.register(guard);
        var filters = new RequestFilters(slow, guard, date);
        var builder = new LeanBuilders.Server();
        // Helidon's NIO sockets keep a second buffer each, and over TLS look up each client's name, and wait for a
        // handshake for ever.
        builder.useNio(false).writeBufferSize(0);
        builder.tls(tls.map(ServerTls::start)
                .orElseGet(() -> Tls.create(new LeanBuilders.NoTls().buildPrototype())));
        WebServer server = WebServer.create(builder.name(WebServer.DEFAULT_SOCKET_NAME).address(address)
                .putListenerSocketOption(StandardSocketOptions.SO_REUSEADDR, true)
                .requestedUriDiscoveryContext(
                        RequestedUriDiscoveryContext.builder().socketId(WebServer.DEFAULT_SOCKET_NAME).build())
                .bindAddress(new InetSocketAddress(address, at)).backlog(BACKLOG)
                .shutdownHook(false).maxTcpConnections(guard.most() + CLOSING)
                .maxPayloadSize(0)
                .shutdownGracePeriod(Duration.ofMillis(100))
                .addConnectionSelector(guard).listenerContext(context).directHandlers(date(date))
                .connectionOptions(new LeanBuilders.Accepting(guard).buildPrototype())
                .contentEncoding(ContentEncodingContext.create(new LeanBuilders.Encodings().buildPrototype()))
                .mediaContext(MediaContext.create(new LeanBuilders.Media().addMediaSupport(StringSupport.create())
                        .addMediaSupport(JsonSupport.create()).buildPrototype()))
                .addFeature(health(checks))
                .routing(routing -> filters.around(routing, routes)).buildPrototype());
        server.start();
        if (!server.isRunning()) {
            throw new IllegalStateException("cannot listen on %s:%d".formatted(address.getHostAddress(), at));
        }
        return server;
    }

    /** Adds the date to responses to malformed requests. */
    private static DirectHandlers date(HttpDate date) {
        var handlers = DirectHandlers.builder();
        for (EventType type : EventType.values()) {
            handlers.addHandler(type, (request, event, status, headers, message) -> DirectHandler.defaultHandler()
                    .handle(request, event, status, headers.set(date.header()), message));
        }
        return handlers.build();
    }

    private static ObserveFeature health(List<HealthCheck> checks) {
        return ObserveFeature.create(new LeanBuilders.Observe().endpoint("/").addObserver(HealthObserver.builder()
                .endpoint("/health").details(true).useSystemServices(false).addHealthChecks(checks).build())
                .buildPrototype());
    }
}
