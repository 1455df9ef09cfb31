package io.kconmon.launcher.demo;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** An injected fault: the kernel establishes connections, but they are never answered, and neither is UDP. */
final class SilentListener implements AutoCloseable {

    private final ServerSocket tcp;
    private final DatagramSocket udp;

    SilentListener(InetSocketAddress address) throws IOException {
        tcp = new ServerSocket(address.getPort(), 1000, address.getAddress());
        udp = new DatagramSocket(address);
    }

    @Override
    public void close() {
        udp.close();
        try {
            tcp.close();
        } catch (IOException e) {
            // nobody listened anyway
        }
    }
}
