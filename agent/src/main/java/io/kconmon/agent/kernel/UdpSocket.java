package io.kconmon.agent.kernel;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A UDP socket for requests to many peers. Several threads may use it; they call its listener one at a time. */
public interface UdpSocket extends AutoCloseable {

    int port();

    /**
     * Sends a packet.
     *
     * @return its number on this socket, by which {@link UdpListener#transmitted} names it
     * @throws IOException
     *             if it could not be sent, for example because there is no route
     */
    int send(byte[] payload, InetSocketAddress to) throws IOException;

    /** Tells the listener of all that has come since. Does not wait: a packet's stamp stays true while it lies there. */
    void poll();

    /** No listener is called after this. */
    @Override
    void close();
}
