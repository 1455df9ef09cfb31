package io.kconmon.agent.probe.udp;

import io.kconmon.agent.support.Eventually;
import io.kconmon.agent.support.Loopback;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The other end of a UDP test, which answers as a script says. */
final class UdpPeer implements AutoCloseable {

    /** Told of each packet, beginning with number 1. */
    interface Script {
        void on(int number, byte[] packet, Answers answers) throws IOException;
    }

    /** Sends to where the packet came from. */
    interface Answers {
        void send(byte[] packet) throws IOException;
    }

    static final Script ECHO = (number, packet, answers) -> answers.send(reply(packet));
    static final Script SILENT = (number, packet, answers) -> {
    };

    private final DatagramSocket socket;
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
                SocketAddress from = packet.getSocketAddress();
                script.on(number, Arrays.copyOf(packet.getData(), packet.getLength()),
                        answer -> socket.send(new DatagramPacket(answer, answer.length, from)));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    static byte[] reply(byte[] request) {
        byte[] reply = request.clone();
        if (!EchoPacket.answer(ByteBuffer.wrap(reply))) {
            throw new IllegalArgumentException("the probe sent no request");
        }
        return reply;
    }

    static byte[] reply(int token) {
        byte[] reply = new byte[EchoPacket.SIZE];
        new EchoPacket(EchoPacket.Kind.REPLY, token).encode(ByteBuffer.wrap(reply));
        return reply;
    }

    static int token(byte[] packet) {
        return EchoPacket.decode(ByteBuffer.wrap(packet)).orElseThrow().token();
    }

    /** The port is free when this returns. */
    @Override
    public void close() {
        socket.close();
        Eventually.ended(thread);
    }
}
