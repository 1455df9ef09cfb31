package io.kconmon.agent.probe.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.kernel.TestKernel;
import io.kconmon.agent.kernel.Ticks;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.PeerState;
import io.kconmon.agent.support.Loopback;
import io.kconmon.agent.support.Running;
import io.kconmon.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are not answered in time, and why, as far as the kernel knows. */
@ParameterizedClass(name = "{0}")
@EnumSource(Sockets.Clock.class)
class TcpTimeoutTest {

    private static final Duration TIMEOUT = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofMillis(400);
    private static final Duration LATER = Duration.ofMillis(400);
    /** A thread that is late to notice the timeout takes an answer that has arrived by then. */
    private static final Duration MUCH_LATER = Duration.ofMillis(1000);
    private static final int TRIES = 5;
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n";

    @Parameter
    Sockets.Clock clock;

    private Sockets sockets;

    @BeforeEach
    void open() throws IOException {
        sockets = TestKernel.open(clock);
    }

    @AfterEach
    void close() {
        sockets.close();
    }

    /** A probe that waits for late answers as long as it ever does. */
    private TcpProbe patient(InetSocketAddress peer) {
        return new TcpProbe(new TcpSettings(Duration.ofHours(1), TIMEOUT, 2000), Ticks.PROMPT, sockets, Loopback.ONE,
                peer);
    }

    /** One that does not wait for long, and how long that was. */
    private TcpResult hasty(InetSocketAddress peer, Duration atLeast) throws InterruptedException {
        long begin = System.nanoTime();
        TcpResult result = new TcpProbe(new TcpSettings(PATIENCE, TIMEOUT, 2000), Ticks.PROMPT, sockets, Loopback.ONE,
                peer)
                .run();
        long took = System.nanoTime() - begin;
        // Java's own sockets count milliseconds, and may be early by a part of one.
        assertTrue(took >= atLeast.toNanos() - 1_000_000 && took < 10_000_000_000L, took + " ns");
        return result;
    }

    /** Only the kernel knows these. */
    private TcpResult fails(Cause cause, String more) {
        String detail = "no answer within 300 ms";
        return clock == Sockets.Clock.KERNEL
                ? new TcpResult(new Outcome.Failure<>(cause, detail + more), PeerState.UNKNOWN, 0)
                : new TcpResult(new Outcome.Failure<>(Cause.TIMEOUT, detail), PeerState.UNKNOWN, 0);
    }

    /** Its kernel takes the connection and the request; there is just nobody there. */
    @Test
    void aPeerThatDoesNotAcceptIsStalled() throws Exception {
        try (var deaf = new ServerSocket(0, 50, Loopback.ONE)) {
            assertEquals(fails(Cause.STALLED, ", though the peer's kernel has the request"),
                    hasty((InetSocketAddress) deaf.getLocalSocketAddress(), PATIENCE));
        }
    }

    /** Each byte comes in time; the whole does not. */
    @Test
    void aPeerThatTricklesIsStalled() throws Exception {
        try (var peer = new TcpPeer((connection, out) -> {
            out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write('x');
                Eventually.pause(Duration.ofMillis(10));
            }
        })) {
            assertEquals(fails(Cause.STALLED, ", though the peer's kernel has the request"),
                    hasty(peer.address(), PATIENCE));
            Eventually.eventually("the peer is cut", () -> peer.cut() instanceof SocketException);
        }
    }

    /** Its kernel takes a part and no more. To this end it looks like large packets that vanish. */
    @Test
    void aPeerWhoseKernelDoesNotTakeAllOfTheRequestIsUnacknowledged() throws Exception {
        assumeTrue(clock == Sockets.Clock.KERNEL, "Java does not know");
        try (var full = new ServerSocket()) {
            full.setReceiveBufferSize(1);
            full.bind(new InetSocketAddress(Loopback.ONE, 0), 50);
            TcpResult result = hasty((InetSocketAddress) full.getLocalSocketAddress(), PATIENCE);
            assertEquals(Optional.of(Cause.UNACKNOWLEDGED), result.cause(), result::toString);
            assertEquals("no answer within 300 ms, nor was the request acknowledged", result.detail());
        }
    }

    /** The kernel answers no more connection attempts once the backlog is full. */
    @Test
    void aPeerWhoseKernelDoesNotAnswerIsAConnectTimeout() throws Exception {
        try (var full = new FullListener()) {
            assertEquals(
                    new TcpResult(new Outcome.Failure<>(Cause.CONNECT_TIMEOUT, "no handshake within 300 ms"),
                            PeerState.UNKNOWN, 0),
                    hasty(full.address(), TIMEOUT));
        }
    }

    /** A handshake whose SYN was lost is timed by the kernel's timer: nothing that anybody should see. */
    @Test
    void aConnectionThatNeededASecondSynHasNoHandshakeTime() throws Exception {
        assumeTrue(clock == Sockets.Clock.KERNEL, "Java does not know");
        try (var full = new FullListener()) {
            var probe = new TcpProbe(new TcpSettings(Duration.ofHours(1), Duration.ofSeconds(20), 2000), Ticks.PROMPT,
                    sockets,
                    Loopback.ONE, full.address());
            var running = Running.start(probe::run);
            Eventually.eventually("a SYN was sent that is not answered", full::hasConnecting);
            full.answers(OK);
            TcpResult result = running.result();
            TcpTiming timing = result.outcome().success().orElseThrow();
            assertEquals(Optional.empty(), timing.connect());
            assertTrue(timing.total().compareTo(Duration.ofMillis(500)) > 0, timing::toString);
            assertTrue(result.retransmits() >= 1, result::toString);
        }
    }

    /** A listener whose backlog is full. */
    private static final class FullListener implements AutoCloseable {

        private final ServerSocket listener = new ServerSocket(0, 1, Loopback.ONE);
        private final List<Socket> waiting = new ArrayList<>();
        private Optional<Thread> answering = Optional.empty();

        FullListener() throws IOException {
            try {
                while (waiting.size() < 50) {
                    var socket = new Socket();
                    waiting.add(socket);
                    socket.connect(address(), 200);
                }
            } catch (SocketTimeoutException e) {
                waiting.removeLast().close();
                return;
            }
            close();
            throw new AssertionError("the backlog cannot be filled");
        }

        InetSocketAddress address() {
            return (InetSocketAddress) listener.getLocalSocketAddress();
        }

        /** Whether somebody's SYN waits for an answer: proc(5), state 2. */
        boolean hasConnecting() {
            String to = ":%04X 02 ".formatted(address().getPort());
            try {
                return Files.readString(Path.of("/proc/net/tcp")).toUpperCase(Locale.ROOT).contains(to);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Accepts all connections, and answers each request. */
        void answers(String answer) throws IOException {
            for (Socket socket : waiting) {
                socket.close();
            }
            answering = Optional.of(Thread.ofPlatform().daemon().start(() -> {
                while (!listener.isClosed()) {
                    try (Socket connection = listener.accept()) {
                        if (connection.getInputStream().readNBytes(2000).length > 0) {
                            connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                        }
                    } catch (IOException e) {
                        // the next one
                    }
                }
            }));
        }

        @Override
        public void close() throws IOException {
            listener.close();
            for (Socket socket : waiting) {
                socket.close();
            }
            answering.ifPresent(Eventually::ended);
        }
    }

    /** That it runs may be old by the time it is read; that it stops stays true. */
    @ParameterizedTest
    @CsvSource({"Date: now, UNKNOWN", "Kconmon-Stopping: true, STOPPING"})
    void anAnswerThatComesLateIsLateAndMayCarryTheNotice(String header, PeerState state) throws Exception {
        TcpResult result = resultOf("HTTP/1.1 200 OK\r\n" + header + "\r\nContent-Length: 3\r\n\r\nok\n", LATER);
        assertEquals(Optional.of(slow()), result.cause());
        assertTrue(result.detail().matches("answered after \\d{3,} ms; the timeout is 300"), result.detail());
        assertEquals(state, result.peer());
    }

    /** One without a length is late when the connection ends. */
    @Test
    void theEndOfAnAnswerMayBeLate() throws Exception {
        try (var peer = new TcpPeer((connection, out) -> {
            out.write("HTTP/1.1 200 OK\r\n\r\nok".getBytes(StandardCharsets.US_ASCII));
            Eventually.pause(LATER);
            out.write('\n');
        })) {
            assertEquals(Optional.of(slow()), patient(peer.address()).run().cause());
        }
    }

    /** The agent at the other end gave a wrong answer, and gave it too late. */
    @ParameterizedTest
    @ValueSource(strings = {"", "no HTTP", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n",
            "SSH-2.0\r\nKconmon-Stopping: true\r\nContent-Length: 0\r\n\r\n"})
    void aBadAnswerThatComesLateIsStalled(String answer) throws Exception {
        TcpResult expected = fails(Cause.STALLED, ", though the peer's kernel has the request");
        TcpResult result = resultOf(answer, MUCH_LATER);
        for (int i = 1; i < TRIES && !result.equals(expected); i++) {
            result = resultOf(answer, MUCH_LATER);
        }
        assertEquals(expected, result);
    }

    /** A peer that drains and is slow: the notice holds. */
    @Test
    void aLateRefusalMayCarryTheNotice() throws Exception {
        assertEquals(PeerState.STOPPING,
                resultOf("HTTP/1.1 503 Stops\r\nKconmon-Stopping: true\r\n\r\n", LATER).peer());
    }

    /** Of a late answer on a short way: only the kernel knows that the peer had the request in time. */
    private Cause slow() {
        return clock == Sockets.Clock.KERNEL ? Cause.STALLED : Cause.LATE;
    }

    private TcpResult resultOf(String answer, Duration after) throws Exception {
        try (var peer = new TcpPeer((connection, out) -> {
            Eventually.pause(after);
            out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
        })) {
            return patient(peer.address()).run();
        }
    }

    @Test
    void aConnectionThatIsCutLateIsAReset() throws Exception {
        assumeTrue(clock == Sockets.Clock.KERNEL, "Java has other words");
        try (var peer = new TcpPeer((connection, out) -> {
            Eventually.pause(MUCH_LATER);
            connection.setSoLinger(true, 0);
        })) {
            TcpResult result = patient(peer.address()).run();
            assertEquals(Optional.of(Cause.RESET), result.cause());
            assertEquals("recvmsg: connection reset", result.detail());
        }
    }

    /** Twice the timeout, a second more at least, and never into the next test. */
    @ParameterizedTest
    @CsvSource({"5000, 1000, 2000", "5000, 2000, 4000", "5000, 300, 1300", "5000, 5000, 5000", "5000, 4000, 5000",
            "1000, 250, 1000", "100, 100, 100"})
    void patienceIsBounded(int intervalMillis, int timeoutMillis, int patienceMillis) {
        assertEquals(Duration.ofMillis(patienceMillis),
                new TcpSettings(Duration.ofMillis(intervalMillis), Duration.ofMillis(timeoutMillis), 2000).patience());
    }
}
