package io.kconmon.shared.http;

import static java.util.Objects.requireNonNull;

import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;
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
import io.helidon.webserver.http.Filter;
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
import io.kconmon.shared.log.Log;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/** HTTP/1.1 on one port, with Helidon's health endpoints under {@code /health}. */
public final class HttpServer implements AutoCloseable {

    /** The longest token, and as much again as others send. */
    private static final int MAX_HEADERS_BYTES = 6144;
    private static final int BACKLOG = 1024;
    /** What is over the most only until the one that makes room for it is closed. */
    private static final int CHANGING_PLACES = 64;
    private static final Duration REQUEST_PATIENCE = Duration.ofSeconds(10);
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(30);
    /** What goes into one packet or so with the head. */
    private static final int COPIED_BYTES = 1024;
    private static final Duration SWEEP = Duration.ofSeconds(1);
    private static final int SWEEPS_A_LOOK = 5;
    private static final Log LOG = Log.of("http");

    private final Supplier<WebServer> starts;
    private final InetAddress address;
    private final Connections connections;
    private final Thread caretaker = Thread.ofVirtual().name("http-caretaker").unstarted(this::takeCare);
    private final ReentrantLock lock = new ReentrantLock();
    private final int port;
    private WebServer server;
    private boolean closed;

    private HttpServer(Setup setup) {
        this.address = setup.address;
        this.connections = setup.connections();
        WebServer first = setup.start(connections, setup.port);
        this.server = first;
        this.port = first.port();
        this.starts = () -> setup.start(connections, port);
        caretaker.start();
    }

    /**
     * What a server is made of.
     *
     * @param slow
     *            the beginnings of those paths whose answers may take long: streams, and tests of many peers
     * @param answerPatience
     *            how long an answer may take to go out; of slow ones, each piece that is written
     */
    public record Setup(InetAddress address, int port, List<HealthCheck> checks, List<String> slow, int mostConnections,
            Duration requestPatience, Duration answerPatience, Consumer<HttpRouting.Builder> routes,
            Optional<SSLContext> tls) {

        /** With the bounds that suit this process. */
        public static Setup of(InetAddress address, int port, List<HealthCheck> checks, List<String> slow,
                Consumer<HttpRouting.Builder> routes) {
            return new Setup(address, port, checks, slow, Room.connections(25), REQUEST_PATIENCE, ANSWER_PATIENCE,
                    routes, Optional.empty());
        }

        /** Serves little else than readers who stay, so that most of the heap may be theirs. */
        public Setup forReaders() {
            return new Setup(address, port, checks, slow, mostReaders(), requestPatience, answerPatience, routes,
                    tls);
        }

        /** So many connections there may be then. */
        public static int mostReaders() {
            return Room.connections(60);
        }

        /** Serves HTTPS if there is a context, and nothing else then. */
        public Setup with(Optional<SSLContext> context) {
            return new Setup(address, port, checks, slow, mostConnections, requestPatience, answerPatience, routes,
                    context);
        }

        private Connections connections() {
            var selector = Http1ConnectionSelector.builder().config(http1()).build();
            return new Connections(selector, mostConnections, requestPatience, answerPatience);
        }

        private static Http1Config http1() {
            return Http1Config.builder().maxHeadersSize(MAX_HEADERS_BYTES).maxPrologueLength(2048).build();
        }

        private WebServer start(Connections connections, int at) {
            var builder = WebServer.builder();
            // Helidon's NIO sockets keep a second buffer each, and over TLS look up each client's name, and wait for a
            // handshake for ever.
            builder.useNio(false).writeBufferSize(0);
            tls.ifPresent(context -> builder.tls(Tls.builder().sslContext(context).build()));
            WebServer server = builder.bindAddress(new InetSocketAddress(address, at)).backlog(BACKLOG)
                    .shutdownHook(false).maxTcpConnections(mostConnections + CHANGING_PLACES).maxPayloadSize(0)
                    .shutdownGracePeriod(Duration.ofMillis(100)).protocolsDiscoverServices(false)
                    .featuresDiscoverServices(false).concurrencyLimitDiscoverServices(false)
                    .addConnectionSelector(connections)
                    .connectionOptions(SocketOptions.builder().readTimeout(REQUEST_PATIENCE)
                            .connectTimeout(REQUEST_PATIENCE).tcpNoDelay(true).build())
                    .contentEncoding(
                            ContentEncodingContext.builder().contentEncodingsDiscoverServices(false).build())
                    .mediaContext(MediaContext.builder().mediaSupportsDiscoverServices(false)
                            .addMediaSupport(JsonSupport.create()).build())
                    .addFeature(health(checks)).routing(routing -> routes.accept(routing
                            .addFilter(HttpServer::closeWhereAsked).addFilter(HttpServer::refuseBody)
                            .addFilter(new Patience(slow, connections))))
                    .build();
            server.start();
            if (!server.isRunning()) {
                throw new IllegalStateException("cannot listen on %s:%d".formatted(address.getHostAddress(), at));
            }
            return server;
        }
    }

    private record Patience(List<String> slow, Connections connections) implements Filter {
        @Override
        public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
            if (slow.stream().anyMatch(request.path().rawPath()::startsWith)) {
                connections.bePatient();
            }
            chain.proceed();
        }
    }

    /**
     * Listens when it returns.
     *
     * @throws BadSettingException
     *             if the address cannot be listened on, in one line
     */
    public static HttpServer start(InetAddress address, int port, List<HealthCheck> checks,
            Consumer<HttpRouting.Builder> routes) {
        return start(Setup.of(address, port, checks, List.of(), routes));
    }

    /** The same, of all that can be set up. */
    public static HttpServer start(Setup setup) {
        checkFree(setup.address, setup.port);
        leanHelidon();
        return new HttpServer(setup);
    }

    private void takeCare() {
        try {
            for (int sweeps = 1;; sweeps++) {
                Thread.sleep(SWEEP);
                connections.sweep();
                if (sweeps % SWEEPS_A_LOOK == 0) {
                    listenAgain();
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    /** Helidon stops listening for good where a connection cannot be accepted, as for want of descriptors. */
    private void listenAgain() {
        lock.lock();
        try {
            if (!closed && isFree()) {
                LOG.error("nobody listens on the port any more; listening again", "port", port);
                server.stop();
                server = starts.get();
            }
        } catch (RuntimeException e) {
            LOG.error("cannot listen; will be tried again", "port", port, "reason", String.valueOf(e.getMessage()));
        } finally {
            lock.unlock();
        }
    }

    private boolean isFree() {
        try (var socket = new ServerSocket(port, 1, address)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** Connections that are open now. */
    public int connections() {
        return connections.count();
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

    /** One whose length is not told, which Helidon would wait for behind the answer; it refuses the others itself. */
    private static void refuseBody(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (!request.headers().contains(HeaderNames.TRANSFER_ENCODING)) {
            chain.proceed();
            return;
        }
        response.status(Status.REQUEST_ENTITY_TOO_LARGE_413).header(HeaderValues.CONNECTION_CLOSE)
                .send("a request may have no body\n");
        throw new CloseConnectionException("its body is not read");
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        caretaker.interrupt();
        lock.lock();
        try {
            closed = true;
            server.stop();
        } finally {
            lock.unlock();
        }
    }

    /** Sends a large body, and keeps no copy of it while its reader reads; Helidon copies what is sent at once. */
    public static void send(ServerResponse response, byte[] body) throws IOException {
        response.header(HeaderNames.CONTENT_LENGTH, String.valueOf(body.length));
        int copied = Math.min(body.length, COPIED_BYTES);
        try (OutputStream out = response.outputStream()) {
            out.write(body, 0, copied);
            out.flush();
            out.write(body, copied, body.length - copied);
        }
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
