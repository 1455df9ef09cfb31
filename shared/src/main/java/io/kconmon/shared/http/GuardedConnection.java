package io.kconmon.shared.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a {@link ConnectionGuard}: Helidon's, but for its reader, which bounds heads, and its writer, which
 * tells the guard of each write. (A send listener of Helidon's learns of the beginning of a write only.)
 */
final class GuardedConnection implements ServerConnection, ConnectionContext, DataWriter {

    private static final String HEAD = "HEAD ";

    private final ConnectionGuard guard;
    private final OpenConnection open;
    private final ServerConnectionSelector http;
    private final ConnectionContext context;
    private final HeaderLimit heads;
    private final DataReader reader;
    private Optional<ResponseAdapter> adapter = Optional.empty();
    private volatile @Nullable ServerConnection served;

    GuardedConnection(ConnectionGuard guard, OpenConnection open, ServerConnectionSelector http,
            ConnectionContext context) {
        this.guard = guard;
        this.open = open;
        this.http = http;
        this.context = context;
        this.heads = new HeaderLimit(context.serverSocket());
        this.reader = DataReader.create(this::nextHead);
    }

    private byte[] nextHead() {
        adapter = Optional.empty();
        byte[] head = heads.get();
        boolean http10 = Http10.isRequest(head);
        // Helidon takes methods in any case.
        boolean withoutBody = head.length > HEAD.length()
                && new String(head, 0, HEAD.length(), US_ASCII).equalsIgnoreCase(HEAD);
        if (withoutBody || http10) {
            adapter = Optional.of(new ResponseAdapter(withoutBody, http10));
        }
        return http10 ? Http10.asHttp11(head) : head;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        try {
            if (!guard.answerQuickly(heads, this)) {
                ServerConnection connection = http.connection(this);
                served = connection;
                connection.handle(limit);
            }
        } finally {
            if (isSecure()) {
                closeBelowTls();
            }
            guard.remove(open);
        }
    }

    /** Helidon closes TLS, but never the socket below it, and each connection would cost a descriptor for good. */
    private void closeBelowTls() {
        try {
            context.serverSocket().close(); // waits for the client to close its side
        } catch (UncheckedIOException e) {
            // it is closed already
        } finally {
            open.close();
        }
    }

    @Override
    public Duration idleTime() {
        return Duration.ZERO; // the guard decides who has been idle for too long
    }

    @Override
    public void close(boolean interrupt) {
        ServerConnection connection = served;
        if (connection != null) {
            connection.close(interrupt);
        } else {
            open.close();
        }
    }

    @Override
    public void write(BufferData buffer) {
        open.beginWrite();
        try {
            context.dataWriter().write(adapter.isEmpty() ? buffer : adapter.get().adapt(buffer, open.isSlow()));
        } finally {
            open.endWrite();
        }
    }

    @Override
    public void write(BufferData... buffers) {
        write(BufferData.create(buffers));
    }

    @Override
    public void writeNow(BufferData buffer) {
        write(buffer); // Helidon's writer has no queue
    }

    @Override
    public void writeNow(BufferData... buffers) {
        write(buffers);
    }

    @Override
    public DataWriter dataWriter() {
        return this;
    }

    @Override
    public DataReader dataReader() {
        return reader;
    }

    @Override
    public HelidonSocket serverSocket() {
        return context.serverSocket();
    }

    @Override
    public ListenerContext listenerContext() {
        return context.listenerContext();
    }

    @Override
    public ExecutorService executor() {
        return context.executor();
    }

    @Override
    public Router router() {
        return context.router();
    }

    @Override
    public PeerInfo remotePeer() {
        return context.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
        return context.localPeer();
    }

    @Override
    public boolean isSecure() {
        return context.isSecure();
    }

    @Override
    public String socketId() {
        return context.socketId();
    }

    @Override
    public String childSocketId() {
        return context.childSocketId();
    }
}
