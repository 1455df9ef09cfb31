package io.kconmon.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** TCP ports for programs that need one before they run. */
public final class Ports {

    private Ports() {
    }

    /** One of loopback's that was free just now. */
    public static int free() throws IOException {
        return free(InetAddress.getLoopbackAddress());
    }

    public static int free(InetAddress address) throws IOException {
        try (var socket = new ServerSocket(0, 1, address)) {
            return socket.getLocalPort();
        }
    }
}
