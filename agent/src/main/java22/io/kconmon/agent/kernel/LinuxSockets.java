package io.kconmon.agent.kernel;

import io.kconmon.shared.log.Log;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Linux's own sockets, on x86-64 and aarch64. Needs no privilege. */
final class LinuxSockets implements Sockets {

    private static final List<String> ARCHITECTURES = List.of("amd64", "aarch64");
    /**
     * The kernel begins to put stamps on packets from a work queue ({@code net_enable_timestamp} in net/core/dev.c), so that
     * the first packets on a busy machine may have none.
     */
    private static final long STAMPS_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long MOST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Poller poller;
    private final FilePages pages = FilePages.start();
    /** While one socket asks for stamps the kernel goes on making them: it takes a while to begin. */
    private @Nullable UdpSocket stamped;

    private LinuxSockets(Poller poller) {
        this.poller = poller;
    }

    /**
     * Opens the resources that all sockets share.
     *
     * @throws IOException
     *             if this kernel lacks a feature, which the message names
     */
    static LinuxSockets open() throws IOException {
        if (!System.getProperty("os.name").equals("Linux")
                || !ARCHITECTURES.contains(System.getProperty("os.arch"))) {
            throw new IOException("needs Linux on x86-64 or aarch64, this is %s on %s"
                    .formatted(System.getProperty("os.name"), System.getProperty("os.arch")));
        }
        var sockets = new LinuxSockets(new Poller());
        try {
            sockets.requireStamps();
        } catch (IOException | RuntimeException e) {
            Sockets.closeQuietly(sockets);
            throw e;
        }
        Log.of("agent").info("packets are timed by the kernel's clock");
        return sockets;
    }

    /** A kernel that takes the option and makes no stamps would be found out by a packet to ourselves. */
    private void requireStamps() throws IOException {
        var seen = new StampsSeen();
        var loopback = new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}), 0);
        UdpSocket socket;
        try {
            socket = udp(loopback, seen);
        } catch (SocketError e) {
            if (e.kind() == SocketError.Kind.UNREACHABLE) {
                return; // not all network namespaces have a loopback; the options were taken
            }
            throw e;
        }
        stamped = socket;
        var own = new InetSocketAddress(loopback.getAddress(), socket.port());
        long deadline = System.nanoTime() + STAMPS_WITHIN_NANOS;
        long pause = TimeUnit.MILLISECONDS.toNanos(1);
        while (!seen.both() && System.nanoTime() - deadline < 0 && !Thread.currentThread().isInterrupted()) {
            try {
                socket.send(new byte[4], own);
            } catch (SocketError e) {
                return; // loopback is down
            }
            LockSupport.parkNanos(pause);
            socket.poll();
            pause = Math.min(2 * pause, MOST_PAUSE_NANOS);
        }
        if (!seen.both()) {
            throw new IOException("the kernel puts no stamps on packets");
        }
    }

    private static final class StampsSeen implements UdpListener {
        private boolean sent;
        private boolean received;

        boolean both() {
            return sent && received;
        }

        @Override
        public void transmitted(int number, long nanos) {
            sent = true;
        }

        @Override
        public void received(Datagram datagram) {
            received |= datagram.isStamped();
        }

        @Override
        public boolean waitsForReplies() {
            return !received;
        }

        @Override
        public boolean waitsForStamps() {
            return !sent;
        }

        @Override
        public void undeliverable(IcmpError error) {
            // it will be missed
        }
    }

    @Override
    public Clock clock() {
        return Clock.KERNEL;
    }

    @Override
    public long now() {
        return realTime();
    }

    /** CLOCK_REALTIME, which the kernel's stamps are by, in nanoseconds. */
    static long realTime() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    @Override
    public UdpSocket udp(InetSocketAddress local, UdpListener listener) throws IOException {
        return LinuxUdpSocket.open(local, listener);
    }

    @Override
    public UdpServer udpServer(InetSocketAddress local, UdpResponder responder) throws IOException {
        return LinuxUdpServer.open(poller, local, responder);
    }

    @Override
    public TcpConnection connect(InetAddress source, InetSocketAddress peer, long timeoutNanos)
            throws IOException, InterruptedException {
        return LinuxTcpConnection.connect(poller, source, peer, timeoutNanos);
    }

    @Override
    public void sleepUntil(long nanoTime) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        try {
            new Waiter(poller).await(nanoTime);
        } catch (IOException e) {
            throw new InterruptedException(e.getMessage());
        }
    }

    @Override
    public Scheduled schedule(long nanoTime, String name, Runnable action) {
        return poller.startAt(nanoTime, name, action)::cancel;
    }

    /** How many sockets wait for something, for tests. */
    int watched() {
        return poller.watched();
    }

    @Override
    public void close() {
        pages.close();
        Sockets.closeQuietly(stamped);
        poller.close();
    }
}
