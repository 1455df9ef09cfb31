package io.kconmon.agent.probe.udp;

import io.kconmon.agent.support.Loopback;
import io.kconmon.testkit.Eventually;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The other end of a UDP test: it answers by a script. */
final class UdpPeer implements AutoCloseable {

    /** Told of each packet. */
    interface Script {
        void on(Request request) throws IOException;
    }

    /** A packet of a probe. */
    final class Request {

        /** From 1 on. */
        final int number;
        final byte[] packet;
        final InetSocketAddress from;
        /** How many there have been from there, this one included. */
        final int seen;
        final long receivedNanoTime = System.nanoTime();

        private Request(int number, byte[] packet, InetSocketAddress from, int seen) {
            this.number = number;
            this.packet = packet;
            this.from = from;
            this.seen = seen;
        }

        int token() {
            return UdpPeer.token(packet);
        }

        /** Sends to where the packet came from. */
        void send(byte[] answer) throws IOException {
            socket.send(new DatagramPacket(answer, answer.length, from));
        }

        /** As an agent does that does not know how long the packet lay with it. */
        void answer() throws IOException {
            send(reply(token(), EchoPacket.UNKNOWN, seen));
        }
    }

    static final Script ECHO = Request::answer;
    static final Script SILENT = request -> {
    };

    private final DatagramSocket socket;
    private final Map<InetSocketAddress, Integer> seen = new HashMap<>();
    private final Thread thread;

    UdpPeer(Script script) throws SocketException {
        this(Loopback.ONE, 0, script);
    }

    UdpPeer(InetAddress address, int port, Script script) throws SocketException {
        socket = new DatagramSocket(new InetSocketAddress(address, port));
        thread = Thread.ofPlatform().name("udp-peer").daemon().start(() -> run(script));
    }

    private void run(Script script) {
        var packet = new DatagramPacket(new byte[64], 64);
        for (int number = 1;; number++) {
            try {
                packet.setLength(64);
                socket.receive(packet);
                var from = (InetSocketAddress) packet.getSocketAddress();
                script.on(new Request(number, Arrays.copyOf(packet.getData(), packet.getLength()), from,
                        seen.merge(from, 1, Integer::sum)));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** A reply, byte by byte. */
    static byte[] reply(int token, long heldNanos, int seen) {
        return ByteBuffer.allocate(16).putInt(0xA7 << 24 | token).putLong(heldNanos).putInt(seen).array();
    }

    static int token(byte[] packet) {
        return ByteBuffer.wrap(packet).getInt() & 0xFF_FFFF;
    }

    /** The port is free when this returns. */
    @Override
    public void close() {
        socket.close();
        Eventually.ended(thread);
    }
}
