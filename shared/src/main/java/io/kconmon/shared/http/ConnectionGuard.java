package io.kconmon.shared.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds the number of a server's connections, and the time that a client may take. A connection waits for its client
 * (for a TLS handshake, or for a request) or answers a request. When the bound is reached, a new connection replaces
 * the one that has waited longest. If none waits, it replaces the one whose client has not read for longest. Otherwise
 * it is refused. Helidon alone would wait for slow clients without end, and accept no other client meanwhile.
 */
final class ConnectionGuard implements ServerConnectionSelector {

    /** A write that takes longer waits for its client, not for a processor. */
    private static final Duration STUCK = Duration.ofMillis(500);

    private final ServerConnectionSelector http;
    private final Optional<QuickAnswer> quick;
    private final HttpDate date;
    private final int most;
    private final Duration requestTimeout;
    private final Duration answerTimeout;
    private final ReentrantLock lock = new ReentrantLock();
    /** The connection that has waited longest comes first. */
    private final LinkedHashSet<OpenConnection> waiting = new LinkedHashSet<>();
    private final Set<OpenConnection> answering = new LinkedHashSet<>();
    /** Helidon starts the thread that serves a connection on the thread that accepts it. */
    @SuppressWarnings("ThreadLocalUsage") // a process may have several servers
    private final InheritableThreadLocal<OpenConnection> current = new InheritableThreadLocal<>();

    /**
     * Guards the connections that a selector of Helidon's serves.
     *
     * @param requestTimeout
     *            how long a request may take to arrive, from the connection's beginning or the end of the last answer
     * @param answerTimeout
     *            how long an answer may take; of a slow one, each write
     */
    ConnectionGuard(ServerConnectionSelector http, Optional<QuickAnswer> quick, HttpDate date, int most,
            Duration requestTimeout, Duration answerTimeout) {
        this.http = http;
        this.quick = quick;
        this.date = date;
        this.most = most;
        this.requestTimeout = requestTimeout;
        this.answerTimeout = answerTimeout;
    }

    /**
     * Called for each new connection, before its TLS handshake.
     *
     * @throws UncheckedIOException
     *             if there is no room for it, or its client has gone; Helidon closes it
     */
    void accept(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            var connection = new OpenConnection(channel);
            current.set(connection);
            if (!admit(connection)) {
                connection.close();
                throw new SocketException("there are too many connections");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean admit(OpenConnection connection) {
        lock.lock();
        try {
            boolean room = waiting.size() + answering.size() < most;
            if (!room && !waiting.isEmpty()) {
                waiting.removeFirst().close();
                room = true;
            }
            return (room || closeStuck()) && waiting.add(connection);
        } finally {
            lock.unlock();
        }
    }

    /** Closes the connection whose client has not read for longest. Returns whether there was one. */
    boolean closeStuck() {
        lock.lock();
        try {
            long now = System.nanoTime();
            Optional<OpenConnection> stuck = answering.stream()
                    .max(Comparator.comparingLong(it -> it.writingNanos(now)))
                    .filter(it -> it.writingNanos(now) > STUCK.toNanos());
            stuck.ifPresent(it -> {
                it.close();
                answering.remove(it);
            });
            return stuck.isPresent();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        return new GuardedConnection(this, current.get(), http, context);
    }

    /** Answers at once a request that the quick answer covers. */
    boolean answerQuickly(HeaderLimit heads, GuardedConnection connection) {
        return quick.isPresent() && quick.get().answer(heads, connection, date);
    }

    /** A request has arrived on this thread's connection. */
    OpenConnection begin(boolean slow) {
        OpenConnection connection = current.get();
        move(connection, waiting, answering, slow);
        return connection;
    }

    /** The request has been answered. */
    void end(OpenConnection connection) {
        move(connection, answering, waiting, false);
    }

    private void move(OpenConnection connection, Set<OpenConnection> from, Set<OpenConnection> to, boolean slow) {
        lock.lock();
        try {
            if (from.remove(connection)) {
                connection.next(slow);
                to.add(connection);
            }
        } finally {
            lock.unlock();
        }
    }

    void remove(OpenConnection connection) {
        lock.lock();
        try {
            waiting.remove(connection);
            answering.remove(connection);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Closes connections that take too long, and forgets those that failed in their handshake; called once a second.
     */
    void sweep() {
        lock.lock();
        try {
            long now = System.nanoTime();
            waiting.removeIf(it -> it.closeIf(it.nanos(now) > requestTimeout.toNanos()));
            answering.removeIf(
                    it -> it.closeIf((it.isSlow() ? it.writingNanos(now) : it.nanos(now)) > answerTimeout.toNanos()));
        } finally {
            lock.unlock();
        }
    }

    int most() {
        return most;
    }

    int connections() {
        lock.lock();
        try {
            return waiting.size() + answering.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int bytesToIdentifyConnection() {
        return http.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
        return http.supports(data);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http.supportedApplicationProtocols();
    }
}
