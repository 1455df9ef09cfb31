package io.kconmon.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.testkit.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What both kinds of sockets do alike. */
@ParameterizedClass(name = "{0}")
@MethodSource("kinds")
class SocketsTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final byte[] PING = "ping".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    @Parameter
    Sockets.Clock kind;

    private Sockets sockets;

    static Stream<Sockets.Clock> kinds() {
        return Stream.of(Sockets.Clock.values());
    }

    @BeforeEach
    void open() throws IOException {
        sockets = kind == Sockets.Clock.KERNEL ? LinuxSockets.open() : new JavaSockets();
    }

    @AfterEach
    void close() {
        sockets.close();
    }

    private static InetSocketAddress loopback(String literal, int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(literal), port);
    }

    private static void await(UdpSocket socket, java.util.function.BooleanSupplier condition) {
        Eventually.eventually("packets", () -> {
            socket.poll();
            return condition.getAsBoolean();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void packetsArriveAndAreTimedBothWays(String literal) throws Exception {
        var recorder = new Recorder();
        var echo = new AtomicInteger();
        try (UdpServer server = sockets.udpServer(loopback(literal, 0), request -> {
            echo.incrementAndGet();
            assertTrue(request.sinceReceived() >= 0);
            request.payload()[0]++;
            return request.length();
        }); UdpSocket socket = sockets.udp(loopback(literal, 0), recorder)) {
            long before = sockets.now();
            int first = socket.send(PING, loopback(literal, server.port()));
            int second = socket.send(PING, loopback(literal, server.port()));
            await(socket, () -> recorder.received.size() == 2 && recorder.transmitted.size() == 2);
            long after = sockets.now();

            assertEquals(List.of(first, second), List.copyOf(recorder.transmitted.keySet()));
            Recorder.Received reply = recorder.received.getFirst();
            assertEquals(loopback(literal, server.port()), reply.source());
            assertEquals(List.of((byte) 'q', (byte) 'i', (byte) 'n', (byte) 'g'), reply.payload());
            assertTrue(reply.stamped());
            long sent = recorder.transmitted.get(first);
            assertTrue(before <= sent && sent <= reply.at() && reply.at() <= after,
                    "%d <= %d <= %d <= %d".formatted(before, sent, reply.at(), after));
            assertEquals(2, echo.get());
        }
    }

    @Test
    void aLongerPacketIsCutAndItsLengthTold() throws Exception {
        var recorder = new Recorder();
        try (UdpSocket socket = sockets.udp(loopback("127.0.0.1", 0), recorder)) {
            socket.send(new byte[Datagram.CAPACITY], loopback("127.0.0.1", socket.port()));
            await(socket, () -> !recorder.received.isEmpty());
            assertEquals(Datagram.CAPACITY, recorder.received.getFirst().length());
        }
    }

    @Test
    void aBrokenResponderAnswersTheNextRequest() throws Exception {
        var requests = new AtomicInteger();
        var recorder = new Recorder();
        try (UdpServer server = sockets.udpServer(loopback("127.0.0.1", 0), request -> {
            if (requests.incrementAndGet() == 1) {
                throw new AssertionError("on purpose");
            }
            return request.length();
        }); UdpSocket socket = sockets.udp(loopback("127.0.0.1", 0), recorder)) {
            socket.send(PING, loopback("127.0.0.1", server.port()));
            Eventually.eventually("the first request", () -> requests.get() == 1);
            socket.send(PING, loopback("127.0.0.1", server.port()));
            await(socket, () -> recorder.received.size() == 1);
        }
    }

    @Test
    void aServersPortIsFreeWhenItIsClosed() throws Exception {
        UdpServer server = sockets.udpServer(loopback("127.0.0.1", 0), request -> 0);
        int port = server.port();
        server.close();
        sockets.udpServer(loopback("127.0.0.1", port), request -> 0).close();
    }

    @Test
    void aPortInUseIsRefused() throws Exception {
        try (UdpServer server = sockets.udpServer(loopback("127.0.0.1", 0), request -> 0)) {
            var e = assertThrows(IOException.class,
                    () -> sockets.udpServer(loopback("127.0.0.1", server.port()), request -> 0));
            assertTrue(e.getMessage().toLowerCase(java.util.Locale.ROOT).contains("address already in use"),
                    e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void aTcpAnswerIsReceivedAndTimed(String literal) throws Exception {
        try (var listener = new ServerSocket(0, 10, InetAddress.getByName(literal))) {
            var answered = CompletableFuture.runAsync(() -> {
                try (Socket accepted = listener.accept()) {
                    assertArrayEquals(PING, accepted.getInputStream().readNBytes(PING.length));
                    accepted.getOutputStream().write(PING);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            long begin = System.nanoTime();
            try (TcpConnection connection = sockets.connect(InetAddress.getByName(literal),
                    loopback(literal, listener.getLocalPort()), 10 * SECOND)) {
                connection.send(PING);
                var bytes = new byte[64];
                assertEquals(PING.length, connection.receive(bytes, begin + 10 * SECOND));
                assertArrayEquals(PING, Arrays.copyOf(bytes, PING.length));
                assertEquals(-1, connection.receive(bytes, begin + 10 * SECOND));
                long gone = System.nanoTime() - begin;
                assertTrue(connection.answerNanos() > 0 && connection.answerNanos() <= gone);
                assertTrue(connection.handshakeNanos().orElseThrow() > 0
                        && connection.handshakeNanos().orElseThrow() <= gone);
                assertEquals(0, connection.retransmits());
            }
            answered.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aListenerThatSaysNothingIsWaitedForUntilTheDeadline() throws Exception {
        try (var listener = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
                TcpConnection connection = connect(listener)) {
            connection.send(PING);
            assertThrows(SocketTimeoutException.class,
                    () -> connection.receive(new byte[4], System.nanoTime() + 1_000_000));
        }
    }

    @Test
    void bytesThatCameBeforeTheDeadlineAreReadAfterIt() throws Exception {
        try (var listener = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
                TcpConnection connection = connect(listener);
                Socket accepted = listener.accept()) {
            connection.send(PING);
            accepted.getOutputStream().write(PING);
            Eventually.eventually("the answer", () -> receive(connection, System.nanoTime() - SECOND) == PING.length);
        }
    }

    /** @return 0 if there is nothing */
    private static int receive(TcpConnection connection, long deadline) {
        try {
            return connection.receive(new byte[64], deadline);
        } catch (SocketTimeoutException e) {
            return 0;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void nobodyListens() throws Exception {
        int port;
        try (var listener = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
            port = listener.getLocalPort();
        }
        IOException e = assertThrows(IOException.class,
                () -> sockets.connect(InetAddress.getByName("127.0.0.1"), loopback("127.0.0.1", port), SECOND));
        assertTrue(e.getMessage().contains("refused"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aThreadThatWaitsIsWokenByAnInterruptOrAClose(boolean interrupts) throws Exception {
        try (var listener = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
                TcpConnection connection = connect(listener)) {
            var begun = new CountDownLatch(1);
            var end = new CompletableFuture<Throwable>();
            Thread waiting = Thread.ofVirtual().start(() -> {
                try (TcpConnection own = connect(listener)) {
                    begun.countDown();
                    TcpConnection which = interrupts ? own : connection;
                    end.complete(new AssertionError(which.receive(new byte[4], System.nanoTime() + 60 * SECOND)));
                } catch (Throwable e) {
                    end.complete(e);
                }
            });
            begun.await();
            if (interrupts) {
                waiting.interrupt();
            } else {
                connection.close();
            }
            Throwable e = end.get(10, TimeUnit.SECONDS);
            assertEquals(interrupts, e instanceof InterruptedException, e.toString());
            assertTrue(e instanceof InterruptedException || e instanceof IOException, e.toString());
        }
    }

    @Test
    void sleepersWakeAtTheirTimesAndNotBefore() {
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            long begin = System.nanoTime();
            sockets.sleepUntil(begin + 30_000_000);
            assertTrue(System.nanoTime() - begin >= 30_000_000);
            sockets.sleepUntil(begin);
        });
    }

    @Test
    void aSleeperIsInterruptedAtOnce() throws Exception {
        var woken = new CompletableFuture<Throwable>();
        Thread sleeper = Thread.ofVirtual().start(() -> {
            try {
                sockets.sleepUntil(System.nanoTime() + 600 * SECOND);
                woken.complete(new AssertionError("slept"));
            } catch (InterruptedException e) {
                woken.complete(e);
            }
        });
        sleeper.interrupt();
        assertTrue(woken.get(10, TimeUnit.SECONDS) instanceof InterruptedException);
    }

    private TcpConnection connect(ServerSocket listener) throws IOException, InterruptedException {
        return sockets.connect(InetAddress.getByName("127.0.0.1"), loopback("127.0.0.1", listener.getLocalPort()),
                10 * SECOND);
    }
}
