package io.kconmon.shared.http;

import static java.util.Objects.requireNonNull;

import io.helidon.common.socket.SocketOptions;
import io.helidon.config.Config;
import io.helidon.health.HealthCheck;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.media.MediaContext;
import io.helidon.http.media.json.JsonSupport;
import io.helidon.json.JsonValue;
import io.helidon.service.registry.GlobalServiceRegistry;
import io.helidon.service.registry.ServiceRegistryConfig;
import io.helidon.service.registry.ServiceRegistryManager;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.observe.ObserveFeature;
import io.helidon.webserver.observe.health.HealthObserver;
import io.kconmon.shared.config.BadSettingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** HTTP/1.1 on one port, with Helidon's health endpoints under {@code /health}. */
public final class HttpServer implements AutoCloseable {

    private static final int MAX_CONNECTIONS = 8192;
    private static final int MAX_HEADERS_BYTES = 8192;
    private static final int BACKLOG = 1024;

    private final WebServer server;

    private HttpServer(WebServer server) {
        this.server = server;
    }

    /**
     * Listens when it returns.
     *
     * @throws BadSettingException
     *             if the address cannot be listened on, in one line
     */
    public static HttpServer start(InetAddress address, int port, List<HealthCheck> checks,
            Consumer<HttpRouting.Builder> routes) {
        checkFree(address, port);
        leanHelidon();
        Http1Config http1 = Http1Config.builder().maxHeadersSize(MAX_HEADERS_BYTES).maxPrologueLength(2048).build();
        WebServer server = WebServer.builder().bindAddress(new InetSocketAddress(address, port)).backlog(BACKLOG)
                .shutdownHook(false).maxTcpConnections(MAX_CONNECTIONS).maxPayloadSize(0)
                .idleConnectionTimeout(Duration.ofSeconds(30)).idleConnectionPeriod(Duration.ofSeconds(10))
                .shutdownGracePeriod(Duration.ofMillis(100)).protocolsDiscoverServices(false)
                .featuresDiscoverServices(false).concurrencyLimitDiscoverServices(false).addProtocol(http1)
                .addConnectionSelector(Http1ConnectionSelector.builder().config(http1).build())
                .connectionOptions(SocketOptions.builder().readTimeout(Duration.ofSeconds(30))
                        .connectTimeout(Duration.ofSeconds(10)).tcpNoDelay(true).build())
                .contentEncoding(ContentEncodingContext.builder().contentEncodingsDiscoverServices(false).build())
                .mediaContext(MediaContext.builder().mediaSupportsDiscoverServices(false)
                        .addMediaSupport(JsonSupport.create()).build())
                .addFeature(health(checks))
                .routing(routing -> routes.accept(routing.addFilter(HttpServer::closeWhereAsked))).build();
        server.start();
        if (!server.isRunning()) {
            throw new IllegalStateException("cannot listen on %s:%d".formatted(address.getHostAddress(), port));
        }
        return new HttpServer(server);
    }

    /** Helidon tells it in 20 lines of stack trace, and not whoever called it. */
    private static void checkFree(InetAddress address, int port) {
        try (var socket = new ServerSocket(port, 1, address)) {
            requireNonNull(socket);
        } catch (IOException e) {
            throw new BadSettingException("port: \"%d\" cannot be listened on at %s: %s".formatted(port,
                    address.getHostAddress(), e.getMessage()));
        }
    }

    /**
     * {@code Connection: close}, which the TCP test sends, is answered with the same; Helidon does not close then, up to
     * 4.5.3 at least (helidon-io/helidon#12324), and would keep each tested connection until the tester goes.
     */
    private static void closeWhereAsked(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        chain.proceed();
        if (request.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
            throw new CloseConnectionException("the client asked for it");
        }
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }

    /** Sends a JSON body. */
    public static void json(ServerResponse response, Status status, JsonValue body) {
        response.status(status).header(HeaderNames.CONTENT_TYPE, "application/json").send(body + "\n");
    }

    private static ObserveFeature health(List<HealthCheck> checks) {
        return ObserveFeature.builder().observersDiscoverServices(false).endpoint("/")
                .addObserver(HealthObserver.builder().endpoint("/health").details(true).useSystemServices(false)
                        .addHealthChecks(checks).build())
                .build();
    }

    /** Helidon looks nothing up for itself: what runs is what is named here. It keeps this in a global of its own. */
    public static void leanHelidon() {
        if (!GlobalServiceRegistry.configured()) {
            GlobalServiceRegistry.registry(ServiceRegistryManager.create(ServiceRegistryConfig.builder()
                    .discoverServices(false).discoverServicesFromServiceLoader(false)
                    .putContractInstance(Config.class, Config.empty()).build()).registry());
        }
    }
}
