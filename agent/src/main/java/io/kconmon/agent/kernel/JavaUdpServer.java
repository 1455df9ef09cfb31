package io.kconmon.agent.kernel;

import io.kconmon.shared.log.Log;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;

/** Answers on a platform thread, which the kernel wakes by itself: a virtual one would wait for a carrier as well. */
final class JavaUdpServer implements UdpServer {

    private static final Log LOG = Log.of("agent");

    private final DatagramSocket socket;
    private final UdpResponder responder;
    private final Thread thread;

    JavaUdpServer(DatagramSocket socket, UdpResponder responder) {
        this.socket = socket;
        this.responder = responder;
        this.thread = Thread.ofPlatform().name("udp-server").daemon().unstarted(this::run);
        thread.start();
    }

    private void run() {
        var request = new Datagram(System::nanoTime);
        var packet = new DatagramPacket(request.payload(), Datagram.CAPACITY);
        boolean logged = false;
        while (!socket.isClosed()) {
            try {
                JavaSockets.receive(socket, packet, request);
                int length = responder.answer(request);
                if (length > 0) {
                    packet.setLength(length);
                    socket.send(packet);
                }
            } catch (IOException | RuntimeException | Error e) { // whatever it is, the next packet is answered
                if (!socket.isClosed() && !logged) {
                    logged = true;
                    LOG.warn("a UDP packet could not be answered; this is said once", "reason", String.valueOf(e));
                }
            }
        }
    }

    @Override
    public int port() {
        return socket.getLocalPort();
    }

    /** Not before the thread has left the socket. */
    @Override
    public void close() {
        socket.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
