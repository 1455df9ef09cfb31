package io.kconmon.shared.http;

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
import java.time.InstantSource;
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
    private final ConnectionGuard guard;
    private final Thread caretaker = Thread.ofVirtual().name("http-caretaker").unstarted(this::takeCare);
    private final ReentrantLock lock = new ReentrantLock();
    private final int port;
    private WebServer server;
    private boolean closed;
    /** Used by the caretaker thread alone. */
    private boolean told;

    private HttpServer(ServerSetup setup, HttpDate date) {
        this.address = setup.address();
        this.tls = setup.tls();
        this.guard = setup.guard(date);
        WebServer first = setup.start(guard, date, setup.port());
        this.server = first;
        this.port = first.port();
        this.starts = () -> setup.start(guard, date, port);
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

    /** The same, with all that can be set up. */
    public static HttpServer start(ServerSetup setup) {
        return start(setup, InstantSource.system());
    }

    /** With another clock. */
    static HttpServer start(ServerSetup setup, InstantSource clock) {
        checkFree(setup.address(), setup.port());
        NoServiceDiscovery.prepare();
        return new HttpServer(setup, new HttpDate(clock));
    }

    private void takeCare() {
        try {
            for (int sweeps = 1;; sweeps++) {
                Thread.sleep(SWEEP);
                sweep();
                reload();
                if (sweeps % SWEEPS_A_LOOK == 0) {
                    listenAgain();
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private void sweep() {
        try {
            guard.sweep();
        } catch (RuntimeException e) { // whatever it is, the next sweep and the certificate's renewal come
            if (!told) {
                told = true;
                LOG.bug("idle connections could not be closed; this is said once", e);
            }
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

    /** Helidon stops listening for good when a connection cannot be accepted, as for want of descriptors. */
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

    /** Connections that are open now. */
    public int connections() {
        return guard.connections();
    }

    /** Helidon would log 20 lines of stack trace, and not tell the caller. */
    private static void checkFree(InetAddress address, int port) {
        try {
            new ServerSocket(port, 1, address).close();
        } catch (IOException e) {
            throw new BadSettingException("port: \"%d\" cannot be listened on at %s: %s".formatted(port,
                    address.getHostAddress(), e.getMessage()));
        }
    }

    private boolean isFree() {
        try {
            checkFree(address, port);
            return true;
        } catch (BadSettingException e) {
            return false;
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
