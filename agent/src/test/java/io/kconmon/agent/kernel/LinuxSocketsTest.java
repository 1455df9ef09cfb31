package io.kconmon.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.testkit.CapturedLog;
import io.kconmon.testkit.Eventually;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What only the kernel's sockets do; every layout is held against a value that the kernel has written. */
class LinuxSocketsTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final byte[] PING = {1, 2, 3, 4};

    private LinuxSockets sockets;

    @BeforeEach
    void open() throws IOException {
        sockets = LinuxSockets.open();
    }

    @AfterEach
    void close() {
        sockets.close();
    }

    private static InetAddress address(String literal) throws IOException {
        return InetAddress.getByName(literal);
    }

    /** The kernel numbers the packets it sends; one that could not be sent must not shift all later stamps by one. */
    @Test
    void stampsAreOfTheRightPacketsAfterAFailedSend() throws Exception {
        var recorder = new Recorder();
        try (var socket = sockets.udp(new InetSocketAddress(address("127.0.0.1"), 0), recorder);
                var sink = new DatagramSocket(new InetSocketAddress(address("127.0.0.1"), 0))) {
            var to = (InetSocketAddress) sink.getLocalSocketAddress();
            int first = socket.send(PING, to);
            socket.poll();
            for (int i = 0; i < 3; i++) {
                // From a loopback address nothing can be sent to another host.
                var e = assertThrows(SocketError.class,
                        () -> socket.send(PING, new InetSocketAddress(address("192.0.2.1"), 9)));
                assertEquals("sendmsg", e.getMessage().split(":")[0]);
            }
            int second = socket.send(PING, to);
            socket.poll();
            assertEquals(List.of(first, second), List.copyOf(recorder.transmitted.keySet()));
        }
    }

    @Test
    void aRefusalNamesThePacketAndItsSender() throws Exception {
        InetSocketAddress nobody;
        try (var closed = new DatagramSocket(new InetSocketAddress(address("127.0.0.9"), 0))) {
            nobody = (InetSocketAddress) closed.getLocalSocketAddress();
        }
        var recorder = new Recorder();
        try (var socket = sockets.udp(new InetSocketAddress(address("127.0.0.1"), 0), recorder)) {
            socket.send(PING, nobody);
            Eventually.eventually("the refusal", () -> {
                socket.poll();
                return !recorder.errors.isEmpty();
            });
            IcmpError error = recorder.errors.getFirst();
            assertEquals(nobody, error.destination());
            assertEquals(ByteBuffer.wrap(PING), error.payload());
            assertEquals(SocketError.Kind.REFUSED, error.error().kind());
            assertEquals(Optional.of(nobody.getAddress()), error.saidBy());
        }
    }

    /** The error stays with the socket until a call returns it; that must not be the next send to another peer. */
    @Test
    void anotherPeersRefusalDoesNotFailTheNextPacket() throws Exception {
        InetSocketAddress nobody;
        try (var closed = new DatagramSocket(new InetSocketAddress(address("127.0.0.9"), 0))) {
            nobody = (InetSocketAddress) closed.getLocalSocketAddress();
        }
        var recorder = new Recorder();
        try (var socket = sockets.udp(new InetSocketAddress(address("127.0.0.1"), 0), recorder);
                var sink = new DatagramSocket(new InetSocketAddress(address("127.0.0.1"), 0))) {
            for (int i = 0; i < 10; i++) {
                socket.send(PING, nobody);
                socket.send(PING, (InetSocketAddress) sink.getLocalSocketAddress());
            }
            Eventually.eventually("all stamps and errors", () -> {
                socket.poll();
                return recorder.transmitted.size() == 20 && !recorder.errors.isEmpty();
            });
        }
    }

    /** In a message's control data, of a datagram of either family on one socket. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.7", "127.1.2.3", "::1"})
    void aServerOnAllAddressesAnswersFromTheAddressThatWasAsked(String asked) throws Exception {
        try (UdpServer server = sockets.udpServer(new InetSocketAddress(0), request -> request.length());
                var client = new DatagramSocket(
                        new InetSocketAddress(address(asked.contains(":") ? "::1" : "127.0.0.1"), 0))) {
            client.setSoTimeout(10_000);
            client.send(new DatagramPacket(PING, 4, address(asked), server.port()));
            var reply = new DatagramPacket(new byte[64], 64);
            client.receive(reply);
            assertEquals(new InetSocketAddress(address(asked), server.port()), reply.getSocketAddress());
            assertEquals(4, reply.getLength());
        }
    }

    @Test
    void theServersClockIsTheKernels() throws Exception {
        var lain = new CompletableFuture<Long>();
        try (UdpServer server = sockets.udpServer(new InetSocketAddress(address("127.0.0.1"), 0), request -> {
            assertTrue(request.isStamped());
            lain.complete(request.sinceReceived());
            return 0;
        }); var client = new DatagramSocket()) {
            client.send(new DatagramPacket(PING, 4, address("127.0.0.1"), server.port()));
            long nanos = lain.get(10, TimeUnit.SECONDS);
            assertTrue(nanos > 0 && nanos < 10 * SECOND, nanos + " ns");
        }
    }

    @Test
    void tcpInfoHasTheKernelsLayout() throws Exception {
        try (var listener = new ServerSocket(0, 10, address("127.0.0.1"));
                Memory memory = Memory.take();
                var connection = (LinuxTcpConnection) sockets.connect(address("127.0.0.1"),
                        (InetSocketAddress) listener.getLocalSocketAddress(), 10 * SECOND);
                Socket accepted = listener.accept()) {
            TcpInfo info = TcpInfo.of(connection.descriptor(), memory);
            assertTrue(info.isConnected());
            assertTrue(info.rttMicros() > 0 && info.rttMicros() < 1_000_000, info.toString());
            assertEquals(Math.min(65535, loopbackMtu()), info.pathMtu());
            assertEquals(0, info.totalRetrans());

            connection.send(new byte[2000]);
            Eventually.eventually("the acknowledgement", () -> connection.acknowledged().orElseThrow());
            accepted.setReceiveBufferSize(1);
            fill(connection);
            assertEquals(Optional.of(false), connection.acknowledged());
        }
    }

    /** Until the peer, which reads nothing, takes no more, so that bytes stay unacknowledged or unsent. */
    private static void fill(TcpConnection connection) {
        assertThrows(SocketError.class, () -> {
            while (true) {
                connection.send(new byte[100_000]);
            }
        });
    }

    private static int loopbackMtu() throws IOException {
        return Integer.parseInt(Files.readString(Path.of("/sys/class/net/lo/mtu")).strip());
    }

    @ParameterizedTest
    @CsvSource({"111, REFUSED", "113, UNREACHABLE", "101, UNREACHABLE", "13, UNREACHABLE", "22, UNREACHABLE",
            "104, RESET", "110, TIMED_OUT", "24, LOCAL", "12, LOCAL", "105, LOCAL", "11, LOCAL", "1, LOCAL",
            "99, LOCAL",
            "90, LOCAL"})
    void errorNumbersAreToldApart(int errno, SocketError.Kind kind) {
        SocketError error = Errno.error(errno, "connect", Optional.empty());
        assertEquals(kind, error.kind());
        assertTrue(error.getMessage().startsWith("connect: ") && !error.getMessage().contains("error "),
                error.getMessage());
    }

    @Test
    void realErrorsAreToldApart() throws Exception {
        var e = assertThrows(SocketError.class,
                () -> sockets.udp(new InetSocketAddress(address("192.0.2.1"), 0), new Recorder()));
        assertEquals("bind: cannot assign requested address", e.getMessage());
        assertEquals(SocketError.Kind.LOCAL, e.kind());
        e = assertThrows(SocketError.class, () -> sockets.connect(address("127.0.0.1"),
                new InetSocketAddress(address("192.0.2.1"), 9), SECOND));
        assertEquals(SocketError.Kind.UNREACHABLE, e.kind(), e.getMessage());
    }

    @Test
    void tenThousandSocketsLeaveNothingBehind() throws Exception {
        int pages = Memory.inUse();
        try (var listener = new ServerSocket(0, 1000, address("127.0.0.1"));
                var refusing = new Socket()) { // bound, and does not listen
            refusing.bind(new InetSocketAddress(address("127.0.0.1"), 0));
            // A virtual one would open descriptors of the JDK's when it first waits.
            Thread accepting = Thread.ofPlatform().start(() -> acceptAndClose(listener));
            long descriptors = descriptors();
            for (int i = 0; i < 10_000; i++) {
                sockets.udp(new InetSocketAddress(address("127.0.0.1"), 0), new Recorder()).close();
                sockets.udpServer(new InetSocketAddress(address("127.0.0.1"), 0), request -> 0).close();
                if (i % 10 == 0) {
                    sockets.connect(address("127.0.0.1"), (InetSocketAddress) listener.getLocalSocketAddress(),
                            10 * SECOND).close();
                    assertThrows(SocketError.class, () -> sockets.connect(address("127.0.0.1"),
                            new InetSocketAddress(address("127.0.0.1"), refusing.getLocalPort()), 10 * SECOND));
                }
            }
            Eventually.eventually("the other ends are closed", () -> descriptors() <= descriptors);
            assertEquals(pages, Memory.inUse());
            assertEquals(0, sockets.watched());
            listener.close();
            accepting.join();
        }
    }

    private static void acceptAndClose(ServerSocket listener) {
        try {
            while (true) {
                listener.accept().close();
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static long descriptors() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** As for want of memory or of threads; here for want of a name. It is tried again, and the others' times come. */
    @Test
    void aThreadThatCannotBeStartedHoldsUpNoOther() throws Exception {
        try (var log = CapturedLog.withLevels("agent")) {
            String none = new HashMap<String, String>().get("none");
            Sockets.Scheduled broken = sockets.schedule(System.nanoTime(), none, () -> {
            });
            for (int i = 0; i < 3; i++) {
                var started = new CompletableFuture<String>();
                sockets.schedule(System.nanoTime(), "other", () -> started.complete(Thread.currentThread().getName()));
                assertEquals("other", started.get(10, TimeUnit.SECONDS));
            }
            broken.cancel();
            assertEquals(List.of("SEVERE a bug in a socket's handler or at a thread's start; more are not told {}"),
                    log.lines());
        }
    }

    @Test
    void closingWakesWaitingThreads() throws Exception {
        LinuxSockets others = LinuxSockets.open();
        try (var listener = new ServerSocket(0, 10, address("127.0.0.1"))) {
            var end = new CompletableFuture<Throwable>();
            TcpConnection connection = others.connect(address("127.0.0.1"),
                    (InetSocketAddress) listener.getLocalSocketAddress(), 10 * SECOND);
            Thread.ofVirtual().start(() -> {
                try {
                    connection.receive(new byte[4], System.nanoTime() + 600 * SECOND);
                    end.complete(new AssertionError("received"));
                } catch (IOException | InterruptedException e) {
                    end.complete(e);
                }
            });
            connection.close();
            assertTrue(end.get(10, TimeUnit.SECONDS) instanceof IOException);
            var sleeper = new CompletableFuture<Throwable>();
            Thread.ofVirtual().start(() -> {
                try {
                    others.sleepUntil(System.nanoTime() + 600 * SECOND);
                    sleeper.complete(new AssertionError("slept"));
                } catch (InterruptedException e) {
                    sleeper.complete(e);
                }
            });
            others.close();
            assertTrue(sleeper.get(10, TimeUnit.SECONDS) instanceof InterruptedException);
            others.close();
        }
    }

    @Test
    void aClosedSocketIsSilent() throws Exception {
        var recorder = new Recorder();
        UdpSocket socket = sockets.udp(new InetSocketAddress(address("127.0.0.1"), 0), recorder);
        socket.send(PING, new InetSocketAddress(address("127.0.0.1"), socket.port()));
        socket.close();
        socket.poll();
        assertTrue(recorder.received.isEmpty() && recorder.transmitted.isEmpty());
        assertThrows(IOException.class, () -> socket.send(PING, new InetSocketAddress(address("127.0.0.1"), 9)));
    }

    @Test
    void theKernelsClockIsChosenHere() {
        try (Sockets opened = Sockets.open()) {
            assertEquals(Sockets.Clock.KERNEL, opened.clock());
            assertFalse(opened instanceof JavaSockets);
        }
    }
}
