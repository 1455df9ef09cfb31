package io.kconmon.shared.http;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** What {@link ConnectionGuard} knows of a connection; under its lock, except for the writes and the channel. */
final class OpenConnection {

    private final SocketChannel channel;
    private long since = System.nanoTime();
    private boolean slow;
    /** 0 while nothing is written. Not under the lock, which a thousand streams would contend for. */
    private volatile long writingSince;

    OpenConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /** From now on it waits for another request, or answers one. */
    void next(boolean slowAnswer) {
        since = System.nanoTime();
        slow = slowAnswer;
        writingSince = 0;
    }

    /** How long it has waited, or answered. */
    long nanos(long now) {
        return now - since;
    }

    boolean isSlow() {
        return slow;
    }

    void beginWrite() {
        writingSince = System.nanoTime() | 1;
    }

    void endWrite() {
        writingSince = 0;
    }

    /** How long the current write has lasted. */
    long writingNanos(long now) {
        long began = writingSince;
        return began == 0 ? 0 : now - began;
    }

    /** Returns whether it is closed now. */
    boolean closeIf(boolean late) {
        if (late) {
            close();
        }
        return !channel.isOpen();
    }

    /** Ends every read and write of it. Its client reads an end of the stream, though bytes of it may be unread here. */
    void close() {
        try (channel) {
            channel.shutdownOutput();
        } catch (IOException e) {
            // closed already
        }
    }
}
