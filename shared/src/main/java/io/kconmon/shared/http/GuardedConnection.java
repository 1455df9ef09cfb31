package io.kconmon.shared.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One of a server's {@link Connections}, which say when it is cut off. What they know of it is under their lock. */
final class GuardedConnection implements ServerConnection {

    private final Connections all;
    private final ServerConnectionSelector http;
    private final Optional<QuickAnswer> quick;
    private final ConnectionContext context;
    private final Thread thread = Thread.currentThread();
    private long since = System.nanoTime();
    private boolean patient;
    /** Zero while nothing is written. Not under the lock, which a thousand streams would meet at. */
    private volatile long writingSince;
    /** Helidon's, once it has something to do. */
    private volatile @Nullable ServerConnection parsed;

    GuardedConnection(Connections all, ServerConnectionSelector http, Optional<QuickAnswer> quick,
            ConnectionContext context) {
        this.all = all;
        this.http = http;
        this.quick = quick;
        this.context = context;
    }

    Thread thread() {
        return thread;
    }

    /** What is waited for from now on, a request or that an answer is read. */
    void waitsAgain() {
        since = System.nanoTime();
        patient = false;
    }

    /** The answer that is about to be given takes its time. */
    void bePatient() {
        patient = true;
    }

    /** For how long it has been waited for, its request or the end of its answer. */
    long waitedNanos(long now) {
        return now - since;
    }

    /** For how long it has been trying to write the same thing. */
    long writingNanos(long now) {
        long began = writingSince;
        return began == 0 ? 0 : now - began;
    }

    boolean isTooSlow(long now, Duration answerPatience) {
        return (patient ? writingNanos(now) : waitedNanos(now)) > answerPatience.toNanos();
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        if (!all.admit(this)) {
            throw new CloseConnectionException("there are too many connections");
        }
        try {
            var reader = DataReader.create(new HeaderLimit(context.serverSocket()));
            if (quick.isEmpty() || !quick.get().answer(reader, context.dataWriter())) {
                handle(limit, reader);
            }
        } finally {
            all.forget(this);
        }
    }

    private void handle(Limit limit, DataReader reader) throws InterruptedException {
        var writer = new WatchedWriter(context.dataWriter(), () -> writingSince = System.nanoTime() | 1,
                () -> writingSince = 0);
        ServerConnection connection = http.connection(new WatchedContext(context, reader, writer));
        parsed = connection;
        connection.handle(new WatchedLimit(limit, () -> all.begins(this), this::answered));
    }

    /** Who sends a thousand requests at once takes turns with everybody else. */
    @SuppressWarnings("ThreadPriorityCheck") // a virtual thread gives its carrier to the next one
    private void answered() {
        all.ends(this);
        Thread.yield();
    }

    @Override
    public Duration idleTime() {
        return Duration.ZERO; // who is cut off is decided by all
    }

    @Override
    public void close(boolean interrupt) {
        ServerConnection connection = parsed;
        if (connection != null) {
            connection.close(interrupt);
        } else {
            cut();
        }
    }

    /** Its blocking read or write closes the socket then. */
    void cut() {
        thread.interrupt();
    }
}
