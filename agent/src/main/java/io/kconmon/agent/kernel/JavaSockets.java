package io.kconmon.agent.kernel;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/**
 * The fallback where the kernel's sockets are not available: Java's sockets, timed by the process's clock as soon as a
 * thread gets to run. ICMP errors of unconnected UDP sockets are lost; retransmissions and acknowledgements are
 * unknown.
 */
final class JavaSockets implements Sockets {

    @Override
    public Clock clock() {
        return Clock.PROCESS;
    }

    @Override
    public long now() {
        return System.nanoTime();
    }

    @Override
    public UdpSocket udp(InetSocketAddress local, UdpListener listener) throws IOException {
        return new JavaUdpSocket(new DatagramSocket(local), listener);
    }

    @Override
    public UdpServer udpServer(InetSocketAddress local, UdpResponder responder) throws IOException {
        return new JavaUdpServer(new DatagramSocket(local), responder);
    }

    @Override
    public TcpConnection connect(InetAddress source, InetSocketAddress peer, long timeoutNanos)
            throws IOException, InterruptedException {
        var socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.bind(new InetSocketAddress(source, 0));
            long begin = System.nanoTime();
            socket.connect(peer, millis(timeoutNanos));
            return new JavaTcpConnection(socket, System.nanoTime() - begin);
        } catch (IOException e) {
            Sockets.closeQuietly(socket);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw e;
        }
    }

    /** For a socket's timeout: rounded up, and 1 at least, since 0 would mean for ever. */
    static int millis(long nanos) {
        return Math.clamp(Math.ceilDiv(nanos, 1_000_000), 1, Integer.MAX_VALUE);
    }

    @Override
    public void sleepUntil(long nanoTime) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanoTime - System.nanoTime());
    }

    @Override
    public Scheduled schedule(long nanoTime, String name, Runnable action) {
        return Thread.ofVirtual().name(name).start(() -> {
            try {
                sleepUntil(nanoTime);
            } catch (InterruptedException e) {
                return; // cancelled
            }
            action.run();
        })::interrupt;
    }

    /** Receives into a datagram; returns when it came. */
    static void receive(DatagramSocket socket, DatagramPacket packet, Datagram into) throws IOException {
        packet.setLength(packet.getData().length);
        socket.receive(packet);
        into.set((InetSocketAddress) packet.getSocketAddress(), packet.getLength(), System.nanoTime());
    }

    @Override
    public void close() {
        // each socket is closed by its opener
    }
}
