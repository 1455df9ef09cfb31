package io.kconmon.agent.probe.udp;

import io.kconmon.shared.log.Log;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Answers the other agents' UDP tests. It runs on a platform thread, which the kernel itself wakes: the time that a
 * virtual thread waits for a carrier would be in every other agent's round trip.
 */
final class UdpEcho implements AutoCloseable {

    private static final Log LOG = Log.of("agent");

    private final DatagramSocket socket;
    private final Predicate<InetAddress> answers;
    private final Consumer<Duration> delay;
    private final Thread thread;
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong ignored = new AtomicLong();

    private UdpEcho(DatagramSocket socket, Predicate<InetAddress> answers, Consumer<Duration> delay) {
        this.socket = socket;
        this.answers = answers;
        this.delay = delay;
        this.thread = Thread.ofPlatform().name("udp-echo").daemon().unstarted(this::run);
    }

    /**
     * Answers when it returns.
     *
     * @param answers
     *            asked for each request whether its sender is answered; always true, except where a fault is made on purpose
     * @param delay
     *            told of each request that was answered, from its receipt to the sending of its answer
     * @throws SocketException
     *             if the address cannot be bound
     */
    static UdpEcho start(InetAddress address, int port, Predicate<InetAddress> answers,
            Consumer<Duration> delay) throws SocketException {
        var echo = new UdpEcho(new DatagramSocket(new InetSocketAddress(address, port)), answers, delay);
        echo.thread.start();
        return echo;
    }

    private void run() {
        var bytes = new byte[2 * EchoPacket.SIZE]; // longer than a packet, so that a longer datagram is seen to be none
        var packet = new DatagramPacket(bytes, bytes.length);
        boolean logged = false;
        while (!socket.isClosed()) {
            try {
                packet.setLength(bytes.length);
                socket.receive(packet);
                answer(packet);
            } catch (IOException | RuntimeException | OutOfMemoryError e) { // whatever it is, the next packet is answered
                if (!socket.isClosed() && !logged) {
                    logged = true;
                    LOG.warn("a UDP packet could not be answered; this is said once", "reason",
                            String.valueOf(e.getMessage()));
                }
            }
        }
    }

    private void answer(DatagramPacket packet) throws IOException {
        long received = System.nanoTime();
        if (EchoPacket.answer(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()))
                && answers.test(packet.getAddress())) {
            socket.send(packet);
            answered.incrementAndGet();
            delay.accept(Duration.ofNanos(System.nanoTime() - received));
        } else {
            ignored.incrementAndGet();
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Packets answered. */
    long answered() {
        return answered.get();
    }

    /** Datagrams that were no requests. */
    long ignored() {
        return ignored.get();
    }

    /** The port is free when this returns: not before the thread has left the socket. */
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
