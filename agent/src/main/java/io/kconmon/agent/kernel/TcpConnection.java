package io.kconmon.agent.kernel;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** An established TCP connection. Used by one thread, except that any may close it. */
public interface TcpConnection extends AutoCloseable {

    /**
     * The round trip of the SYN, in nanoseconds; empty if the SYN was sent more than once, since what would be measured then
     * is the kernel's retransmission timer (RFC 6298).
     */
    OptionalLong handshakeNanos();

    /** How long connecting took as the process saw it, in nanoseconds. */
    long connectNanos();

    /** Sends all of it; from here on {@link #answerNanos} counts. */
    void send(byte[] request) throws IOException;

    /**
     * Waits for bytes.
     *
     * @param deadline
     *            by {@link System#nanoTime}
     * @return how many came; -1 at the end of the stream
     * @throws java.net.SocketTimeoutException
     *             if none came by then
     */
    int receive(byte[] into, long deadline) throws IOException, InterruptedException;

    /** From the sending of the request to the arrival of the last byte that was received, in nanoseconds. */
    long answerNanos();

    /** Whether the peer's kernel has acknowledged all of the request; empty if that is unknown. */
    Optional<Boolean> acknowledged();

    /** Segments that were sent again so far, SYNs included. */
    int retransmits();

    /** A thread that waits in {@link #receive} is woken with an {@link IOException}. */
    @Override
    void close();
}
