package io.kconmon.agent.kernel;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A UDP socket for requests to many peers. May be used by several threads; its listener is told by one at a time. */
public interface UdpSocket extends AutoCloseable {

    int port();

    /**
     * Sends a packet.
     *
     * @return its number on this socket, by which {@link UdpListener#transmitted} names it
     * @throws IOException
     *             if it could not be sent, because there is no route, say
     */
    int send(byte[] payload, InetSocketAddress to) throws IOException;

    /** Tells the listener of all that has come since. Does not wait: a packet's stamp stays true while it lies there. */
    void poll();

    /** No listener is told anything after this. */
    @Override
    void close();
}
