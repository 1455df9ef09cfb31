package io.kconmon.agent;

import io.kconmon.shared.config.BadSettingException;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Finds a port for the setting 0: a free one, over TCP and UDP, at this moment. */
final class FreePort {

    private static final int TRIES = 20;

    private FreePort() {
    }

    /**
     * The port to listen on.
     *
     * @param port
     *            as it is set
     * @throws BadSettingException
     *             if it is 0 and no port is free
     */
    static int orAny(int port, InetAddress address) {
        for (int i = 0; port == 0 && i < TRIES; i++) {
            try (var udp = new DatagramSocket(new InetSocketAddress(address, 0));
                    var tcp = new ServerSocket(udp.getLocalPort(), 1, address)) {
                return tcp.getLocalPort();
            } catch (IOException e) {
                // taken over TCP
            }
        }
        if (port == 0) {
            throw new BadSettingException("port: \"0\" cannot be listened on at %s: no port is free for TCP and UDP"
                    .formatted(address.getHostAddress()));
        }
        return port;
    }
}
