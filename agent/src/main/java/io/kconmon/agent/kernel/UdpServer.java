package io.kconmon.agent.kernel;

/** A UDP socket that answers. */
public interface UdpServer extends AutoCloseable {

    int port();

    /** The port is free when this returns. */
    @Override
    void close();
}
