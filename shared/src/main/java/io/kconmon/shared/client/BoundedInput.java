package io.kconmon.shared.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** A socket's input until a deadline, so that a sender of a byte now and then does not hold its reader for ever. */
final class BoundedInput extends FilterInputStream {

    private final Socket socket;
    private final long silenceMillis;
    private final ReadDeadline deadline;

    /**
     * Reads a socket.
     *
     * @param silence
     *            how long the next piece may take to come
     */
    BoundedInput(Socket socket, InputStream in, Duration silence, ReadDeadline deadline) {
        super(in);
        this.socket = socket;
        this.silenceMillis = silence.toMillis();
        this.deadline = deadline;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
        long leftMillis = deadline.leftMillis();
        if (leftMillis <= 0) {
            throw new SocketTimeoutException("the answer took too long");
        }
        socket.setSoTimeout((int) Math.min(leftMillis, silenceMillis));
        return in.read(into, at, length);
    }
}
