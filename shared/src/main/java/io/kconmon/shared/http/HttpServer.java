package io.kconmon.shared.http;

import static java.util.Objects.requireNonNull;

import io.helidon.health.HealthCheck;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.log.Log;
import io.kconmon.shared.tls.ServerTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** HTTP/1.1 on one port, with Helidon's health endpoints under {@code /health}. */
public final class HttpServer implements AutoCloseable {

    private static final Duration SWEEP = Duration.ofSeconds(1);
    private static final int SWEEPS_A_LOOK = 5;
    private static final Log LOG = Log.of("http");

    private final Supplier<WebServer> starts;
    private final Optional<ServerTls> tls;
    private final InetAddress address;
    private final Connections connections;
    private final Thread caretaker = Thread.ofVirtual().name("http-caretaker").unstarted(this::takeCare);
    private final ReentrantLock lock = new ReentrantLock();
    private final int port;
    private WebServer server;
    private boolean closed;

    private HttpServer(ServerSetup setup) {
        this.address = setup.address();
        this.tls = setup.tls();
        this.connections = setup.connections();
        WebServer first = setup.start(connections, setup.port());
        this.server = first;
        this.port = first.port();
        this.starts = () -> setup.start(connections, port);
        caretaker.start();
    }

    /**
     * Listens when it returns.
     *
     * @throws BadSettingException
     *             if the address cannot be listened on, in one line
     */
    public static HttpServer start(InetAddress address, int port, List<HealthCheck> checks,
            Consumer<HttpRouting.Builder> routes) {
        return start(ServerSetup.of(address, port, checks, List.of(), routes));
    }

    /** The same, of all that can be set up. */
    public static HttpServer start(ServerSetup setup) {
        checkFree(setup.address(), setup.port());
        NoServiceDiscovery.prepare();
        return new HttpServer(setup);
    }

    private void takeCare() {
        try {
            for (int sweeps = 1;; sweeps++) {
                Thread.sleep(SWEEP);
                connections.sweep();
                reload();
                if (sweeps % SWEEPS_A_LOOK == 0) {
                    listenAgain();
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private void reload() {
        lock.lock();
        try {
            tls.flatMap(ServerTls::reload).ifPresent(server::reloadTls);
        } catch (RuntimeException e) {
            LOG.error("the new certificate cannot be served", "reason", String.valueOf(e.getMessage()));
        } finally {
            lock.unlock();
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
}
