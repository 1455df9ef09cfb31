package io.kconmon.agent.kernel;

import io.kconmon.shared.log.Log;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.ReentrantLock;

/** A virtual thread receives at once and takes the time; a poll finds the packets that it has received. */
final class JavaUdpSocket implements UdpSocket {

    /** The calls that the listener gets at the next poll. */
    private sealed interface News {
    }

    private record Received(InetSocketAddress source, ByteBuffer payload, int length, long at) implements News {
    }

    private record Sent(int number, long at) implements News {
    }

    private static final Log LOG = Log.of("agent");
    private static final int MOST_NEWS = 4096;

    private final DatagramSocket socket;
    private final UdpListener listener;
    /** Of a flood what does not fit is dropped. */
    private final BlockingQueue<News> news = new ArrayBlockingQueue<>(MOST_NEWS);
    private final Datagram datagram;
    private final ReentrantLock lock = new ReentrantLock();
    private int next;

    JavaUdpSocket(DatagramSocket socket, UdpListener listener) {
        this.socket = socket;
        this.listener = listener;
        this.datagram = new Datagram(System::nanoTime, listener.capacity());
        Thread.ofVirtual().name("udp " + socket.getLocalPort()).start(this::receive);
    }

    private void receive() {
        var packet = new DatagramPacket(new byte[listener.capacity()], listener.capacity());
        var received = new Datagram(System::nanoTime);
        boolean told = false;
        while (!socket.isClosed()) {
            try {
                JavaSockets.receive(socket, packet, received);
                var unused = news.offer(new Received(received.source(),
                        ByteBuffer.wrap(Arrays.copyOf(packet.getData(), packet.getLength())),
                        received.length(), received.receivedAt()));
            } catch (IOException e) {
                // closed, or an error that belongs to no packet
            } catch (RuntimeException e) { // whatever it is, the next packet is received
                if (!told) {
                    told = true;
                    LOG.bug("a UDP packet could not be received; this is said once", e);
                }
            }
        }
    }

    @Override
    public int port() {
        return socket.getLocalPort();
    }

    @Override
    public int send(byte[] payload, InetSocketAddress to) throws IOException {
        lock.lock();
        try {
            long now = System.nanoTime();
            socket.send(new DatagramPacket(payload, payload.length, to));
            var unused = news.offer(new Sent(next, now));
            return next++;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void poll() {
        lock.lock();
        try {
            for (News one = news.poll(); one != null && !socket.isClosed(); one = news.poll()) {
                switch (one) {
                    case Sent(int number, long at) -> listener.transmitted(number, at);
                    case Received(InetSocketAddress source, ByteBuffer payload, int length, long at) -> {
                        payload.get(datagram.payload(), 0, payload.remaining());
                        datagram.set(source, length, at);
                        listener.received(datagram);
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            socket.close();
        } finally {
            lock.unlock();
        }
    }
}
