package io.kconmon.agent.kernel;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.OptionalLong;

/** A connection timed by the process's clock. */
final class JavaTcpConnection implements TcpConnection {

    private final Socket socket;
    private final long connectNanos;
    private long sentAt;
    private long answerNanos;

    JavaTcpConnection(Socket socket, long connectNanos) {
        this.socket = socket;
        this.connectNanos = connectNanos;
    }

    @Override
    public OptionalLong handshakeNanos() {
        return OptionalLong.of(connectNanos);
    }

    @Override
    public long connectNanos() {
        return connectNanos;
    }

    @Override
    public void send(byte[] request) throws IOException {
        sentAt = System.nanoTime();
        socket.getOutputStream().write(request);
    }

    @Override
    public int receive(byte[] into, long deadline) throws IOException, InterruptedException {
        try {
            socket.setSoTimeout(JavaSockets.millis(deadline - System.nanoTime()));
            int length = socket.getInputStream().read(into);
            if (length > 0) {
                answerNanos = System.nanoTime() - sentAt;
            }
            return length;
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw e;
        }
    }

    @Override
    public long answerNanos() {
        return answerNanos;
    }

    @Override
    public Optional<Boolean> acknowledged() {
        return Optional.empty();
    }

    @Override
    public int retransmits() {
        return 0;
    }

    @Override
    public void close() {
        Sockets.closeQuietly(socket);
    }
}
