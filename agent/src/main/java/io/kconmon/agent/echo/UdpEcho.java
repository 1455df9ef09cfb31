package io.kconmon.agent.echo;

import io.kconmon.agent.strain.RunDelay;
import io.kconmon.shared.log.Log;
import io.kconmon.shared.udp.EchoPacket;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Answers the other agents' UDP tests. On a platform thread, which the kernel wakes by itself: the time that a virtual
 * thread waits for a carrier would be in every other agent's round trip.
 */
public final class UdpEcho implements AutoCloseable {

    private static final Log LOG = Log.of("agent");

    private final DatagramSocket socket;
    private final Predicate<InetAddress> answers;
    private final LongSupplier heldUp;
    private final Thread thread;
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong ignored = new AtomicLong();

    private UdpEcho(DatagramSocket socket, Predicate<InetAddress> answers, LongSupplier heldUp) {
        this.socket = socket;
        this.answers = answers;
        this.heldUp = heldUp;
        this.thread = Thread.ofPlatform().name("udp-echo").daemon().unstarted(this::run);
    }

    /**
     * Answers when it returns.
     *
     * @param answers
     *            asked for each packet whether this sender is answered; always true but where a fault is made on purpose
     * @param heldUp
     *            how long this process may have had no time for a request that it answers now, in nanoseconds; its
     *            answers say that, or how long the thread that answers had no CPU, if that is longer
     * @throws SocketException
     *             if the address cannot be bound
     */
    public static UdpEcho start(InetAddress address, int port, Predicate<InetAddress> answers,
            LongSupplier heldUp) throws SocketException {
        var echo = new UdpEcho(new DatagramSocket(new InetSocketAddress(address, port)), answers, heldUp);
        echo.thread.start();
        return echo;
    }

    private void run() {
        var bytes = new byte[2 * EchoPacket.SIZE]; // longer than a packet, so that a longer datagram is seen to be none
        var packet = new DatagramPacket(bytes, bytes.length);
        boolean logged = false;
        try (var delay = RunDelay.ofThisThread()) {
            while (!socket.isClosed()) {
                try {
                    packet.setLength(bytes.length);
                    socket.receive(packet);
                    answer(packet, Duration.ofNanos(Math.max(heldUp.getAsLong(), delay.latelyNanos())));
                } catch (IOException | RuntimeException | OutOfMemoryError e) { // whatever it is, the next packet is answered
                    if (!socket.isClosed() && !logged) {
                        logged = true;
                        LOG.warn("a UDP packet could not be answered; this is said once", "reason",
                                String.valueOf(e.getMessage()));
                    }
                }
            }
        }
    }

    private void answer(DatagramPacket packet, Duration waited) throws IOException {
        if (EchoPacket.answer(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()), waited)
                && answers.test(packet.getAddress())) {
            socket.send(packet);
            answered.incrementAndGet();
        } else {
            ignored.incrementAndGet();
        }
    }

    public int port() {
        return socket.getLocalPort();
    }

    /** Packets answered. */
    public long answered() {
        return answered.get();
    }

    /** Datagrams that were no requests. */
    public long ignored() {
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
