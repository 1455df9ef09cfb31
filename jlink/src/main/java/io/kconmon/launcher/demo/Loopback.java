package io.kconmon.launcher.demo;

import io.kconmon.shared.net.IpAddress;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/** The addresses of the demo's programs: an address each on one port, or one address and a port each. */
record Loopback(boolean manyAddresses, int commonPort) {

    private static final int USUAL_PORT = 8080;

    /** Linux has all of 127.0.0.0/8; some systems have 127.0.0.1 alone. */
    static Loopback find(int programs) throws IOException {
        if (!isFree(IpAddress.of("127.77.0.1"), 0)) {
            return new Loopback(false, 0);
        }
        for (int port : candidates()) {
            boolean free = true;
            for (int i = 0; i < programs && free; i++) {
                free = isFree(address(i), port);
            }
            if (free) {
                return new Loopback(true, port);
            }
        }
        throw new IOException("no port is free on the loopback addresses 127.77.0.0/24");
    }

    private static List<Integer> candidates() throws IOException {
        var ports = new ArrayList<>(List.of(USUAL_PORT));
        for (int i = 0; i < 10; i++) {
            ports.add(freePort(address(0)));
        }
        return ports;
    }

    /** The programs are counted from 0. */
    InetSocketAddress of(int program) throws IOException {
        if (manyAddresses) {
            return new InetSocketAddress(address(program), commonPort);
        }
        InetAddress only = IpAddress.of("127.0.0.1");
        return new InetSocketAddress(only, freePort(only));
    }

    static int freePort(InetAddress address) throws IOException {
        for (int i = 0; i < 20; i++) {
            try (var socket = new ServerSocket(0, 1, address)) {
                if (isUdpFree(address, socket.getLocalPort())) {
                    return socket.getLocalPort();
                }
            }
        }
        throw new IOException("no port is free for TCP and UDP on " + address.getHostAddress());
    }

    private static InetAddress address(int program) {
        return IpAddress.of("127.77.0." + (program + 1));
    }

    private static boolean isFree(InetAddress address, int port) {
        try (var tcp = new ServerSocket(port, 1, address)) {
            return isUdpFree(address, tcp.getLocalPort());
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isUdpFree(InetAddress address, int port) {
        try (var udp = new DatagramSocket(new InetSocketAddress(address, port))) {
            return udp.isBound();
        } catch (SocketException e) {
            return false;
        }
    }
}
