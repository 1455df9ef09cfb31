package io.kconmon.agent.roster;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.webclient.api.ClientConnection;
import java.time.Duration;

/**
 * A connection on which the other end cannot make us hold more than so much: Helidon's client reads each chunk (RFC
 * 9112, 7.1) whole before it gives any of it away, however long the chunk says that it is.
 */
final class BoundedConnection implements ClientConnection {

    /** What it costs to hold a piece beside its bytes, for what comes byte by byte. */
    private static final int BYTES_A_PIECE = 64;

    private final ClientConnection connection;
    private final int maxBytes;
    private final DataReader reader = DataReader.create(this::next);
    private int pieces;

    BoundedConnection(ClientConnection connection, int maxBytes) {
        this.connection = connection;
        this.maxBytes = maxBytes;
    }

    private byte[] next() {
        int held = reader.available();
        pieces = held == 0 ? 1 : pieces + 1;
        if (held + pieces * BYTES_A_PIECE > maxBytes) {
            throw new IllegalArgumentException("more than %d bytes came in one chunk".formatted(maxBytes));
        }
        return connection.helidonSocket().get();
    }

    @Override
    public ClientConnection connect() {
        connection.connect();
        return this;
    }

    @Override
    public DataReader reader() {
        return reader;
    }

    @Override
    public DataWriter writer() {
        return connection.writer();
    }

    @Override
    public String channelId() {
        return connection.channelId();
    }

    @Override
    public HelidonSocket helidonSocket() {
        return connection.helidonSocket();
    }

    @Override
    public void readTimeout(Duration timeout) {
        connection.readTimeout(timeout);
    }

    @Override
    public boolean allowExpectContinue() {
        return connection.allowExpectContinue();
    }

    @Override
    public void allowExpectContinue(boolean allow) {
        connection.allowExpectContinue(allow);
    }

    @Override
    public boolean isConnected() {
        return connection.isConnected();
    }

    @Override
    public void releaseResource() {
        connection.closeResource(); // it is for one request
    }

    @Override
    public void closeResource() {
        connection.closeResource();
    }
}
