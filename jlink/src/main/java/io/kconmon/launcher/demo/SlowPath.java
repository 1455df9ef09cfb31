package io.kconmon.launcher.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** An injected fault: takes an agent's address, and forwards all packets in both directions with a delay. */
final class SlowPath implements AutoCloseable {

    private static final int MOST_BYTES = 2048;

    private final InetSocketAddress behind;
    private final Duration oneWay;
    private final ServerSocket tcp;
    private final DatagramSocket udp;
    /** One socket for each source, so that the agent behind sees as many sources. */
    private final Map<SocketAddress, DatagramSocket> sources = new ConcurrentHashMap<>();

    /** Half of the delay is added on the way there, and half on the way back. */
    SlowPath(InetSocketAddress address, InetSocketAddress behind, Duration delay) throws IOException {
        this.behind = behind;
        this.oneWay = delay.dividedBy(2);
        this.tcp = new ServerSocket(address.getPort(), 1000, address.getAddress());
        this.udp = new DatagramSocket(address);
        Thread.ofVirtual().name("slow tcp").start(() -> untilClosed(this::accept));
        Thread.ofVirtual().name("slow udp").start(() -> untilClosed(this::forward));
    }

    /** Something that blocks. */
    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private static void untilClosed(Step step) {
        try {
            while (true) {
                step.run();
            }
        } catch (IOException e) {
            // it is closed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static DatagramPacket receive(DatagramSocket from) throws IOException {
        var packet = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
        from.receive(packet);
        return packet;
    }

    private void forward() throws IOException {
        DatagramPacket request = receive(udp);
        SocketAddress source = request.getSocketAddress();
        DatagramSocket out = sources.get(source);
        if (out == null) {
            DatagramSocket replies = new DatagramSocket(0, behind.getAddress());
            sources.put(source, replies);
            Thread.ofVirtual().start(() -> untilClosed(() -> later(udp, receive(replies), source)));
            out = replies;
        }
        later(out, request, behind);
    }

    private void later(DatagramSocket by, DatagramPacket packet, SocketAddress to) {
        byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
        Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(oneWay);
                by.send(new DatagramPacket(bytes, bytes.length, to));
            } catch (IOException e) {
                // lost, as packets are
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void accept() throws IOException {
        Socket from = tcp.accept();
        Thread.ofVirtual().start(() -> {
            try (from; var to = new Socket(behind.getAddress(), behind.getPort())) {
                Thread there = Thread.ofVirtual().start(() -> pump(from, to));
                pump(to, from);
                there.join();
            } catch (IOException e) {
                // the agent has gone
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void pump(Socket from, Socket to) {
        var bytes = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
                Thread.sleep(oneWay);
                out.write(bytes, 0, length);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // one side has closed it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        udp.close();
        sources.values().forEach(DatagramSocket::close);
        try {
            tcp.close();
        } catch (IOException e) {
            // nobody listens any more
        }
    }
}
