package io.kconmon.agent.probe.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.kernel.TestKernel;
import io.kconmon.agent.kernel.Ticks;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.PeerState;
import io.kconmon.agent.support.Loopback;
import io.kconmon.agent.support.Running;
import io.kconmon.shared.http.HttpServer;
import io.kconmon.shared.http.QuickAnswer;
import io.kconmon.shared.http.ServerSetup;
import io.kconmon.testkit.Eventually;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are answered in time or fail at once; {@link TcpTimeoutTest} has the others. */
@ParameterizedClass(name = "{0}")
@EnumSource(Sockets.Clock.class)
class TcpProbeTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration LONG = Duration.ofSeconds(20);

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

    private TcpResult test(InetSocketAddress peer) throws InterruptedException {
        return test(peer, Loopback.ONE);
    }

    private TcpResult test(InetSocketAddress peer, InetAddress source) throws InterruptedException {
        return new TcpProbe(new TcpSettings(HOUR, LONG, 2000), Ticks.PROMPT, sockets, source, peer).run();
    }

    /** Without stamps from the kernel the time of reading counts, so that a test does not wait for a tick. */
    @Test
    void aTickIsInNoFigure() throws Exception {
        assumeTrue(clock == Sockets.Clock.PROCESS, "the kernel's stamp says when the answer came");
        try (var peer = TcpPeer.saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
            var probe = new TcpProbe(new TcpSettings(HOUR, LONG, 2000), new Ticks(HOUR.toNanos()), sockets,
                    Loopback.ONE, peer.address());
            assertEquals(Optional.empty(), probe.run().cause());
        }
    }

    private TcpResult resultOf(String answer) throws Exception {
        try (var peer = TcpPeer.saying(answer)) {
            return test(peer.address());
        }
    }

    static List<String> goodAnswers() {
        return List.of("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n",
                "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok, until the connection ends",
                "HTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 200\n\nok",
                "HTTP/1.1 200 Fine, thanks\r\nContent-Length: 3 \r\n\r\nok\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nok\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(8000));
    }

    @ParameterizedTest
    @MethodSource("goodAnswers")
    void a200Passes(String answer) throws Exception {
        assertEquals(Optional.empty(), resultOf(answer).cause());
    }

    static List<String> notices() {
        return List.of("Kconmon-Stopping: true", "kconmon-stopping:", "Content-Length: 3\r\nKCONMON-STOPPING: yes");
    }

    @ParameterizedTest
    @MethodSource("notices")
    void aPeerThatGivesNoticeIsStopping(String header) throws Exception {
        assertEquals(PeerState.STOPPING, resultOf("HTTP/1.1 200 OK\r\n" + header + "\r\n\r\nok\n").peer());
    }

    static List<String> answersWithoutNotice() {
        return List.of("HTTP/1.1 200 OK\r\n\r\nok\n", "HTTP/1.1 200 OK\r\n\r\nKconmon-Stopping: true",
                "HTTP/1.1 200 Kconmon-Stopping: true\r\n\r\n", "HTTP/1.1 200 OK\r\nX-Kconmon-Stopping: true\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("answersWithoutNotice")
    void anyOtherPeerIsRunning(String answer) throws Exception {
        assertEquals(PeerState.RUNNING, resultOf(answer).peer());
    }

    static List<String> otherStatuses() {
        return List.of("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 5\r\n\r\ndown\n",
                "HTTP/1.1 404 Not Found\r\n\r\n", "HTTP/1.1 301 Moved\r\nLocation: /\r\n\r\n",
                "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.0 500 Oops\r\nContent-Length: 0\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("otherStatuses")
    void anyOtherStatusFails(String answer) throws Exception {
        assertEquals(Optional.of(Cause.BAD_STATUS), resultOf(answer).cause());
    }

    static List<String> noAnswers() {
        return List.of("", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "\r\n\r\n", "200 OK\r\n\r\n",
                "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 OK\r\n\r\n", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK\r\nConten",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: 12345678901\r\n\r\nok",
                "HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(9000),
                "HTTP/1.1 200 OK\r\nX: " + "x".repeat(9000) + "\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("noAnswers")
    void anIncompleteAnswerIsABadReply(String answer) throws Exception {
        assertEquals(Optional.of(Cause.BAD_REPLY), resultOf(answer).cause());
    }

    @Test
    void theRequestFillsAFrame() throws Exception {
        try (var peer = TcpPeer.saying("HTTP/1.1 200 OK\r\n\r\n")) {
            test(peer.address());
            assertEquals("""
                    GET /readiness HTTP/1.1
                    Host: 127.0.0.1:%d
                    User-Agent: kconmon
                    Connection: close
                    X-Padding: x

                    """.formatted(peer.address().getPort()).replace("\n", "\r\n"),
                    peer.request().replaceAll("x+", "x"));
            assertEquals(2000, peer.request().length());
        }
    }

    /** The smallest has room for the longest address; the largest is answered without Helidon, as the usual one is. */
    @ParameterizedTest
    @ValueSource(ints = {256, 2000, 9200, 10_000})
    void theRequestIsAsLargeAsItIsSet(int bytes) throws Exception {
        var peer = new InetSocketAddress(InetAddress.getByName("fd00:1111:2222:3333:4444:5555:6666:7777"), 65535);
        assertEquals(bytes, TcpProbe.request(peer, bytes).length);
        try (HttpServer server = HttpServer.start(ServerSetup.of(Loopback.ONE, 0, List.of(), List.of(),
                routes -> routes.get("/readiness", (request, response) -> response.status(503).send()))
                .with(new QuickAnswer("/readiness", Optional::empty, "ok")))) {
            var address = new InetSocketAddress(Loopback.ONE, server.port());
            var result = new TcpProbe(new TcpSettings(HOUR, LONG, bytes), Ticks.PROMPT, sockets, Loopback.ONE, address)
                    .run();
            assertTrue(result.outcome().success().isPresent(), () -> result.outcome().toString());
        }
    }

    @Test
    void aGoodAnswerHasNoRetransmissions() throws Exception {
        assertEquals(0, resultOf("HTTP/1.1 200 OK\r\n\r\n").retransmits());
    }

    @Test
    void anIpv6HostIsInBrackets() throws Exception {
        assumeTrue(hasIpv6(), "no IPv6 here");
        try (var peer = new TcpPeer(Loopback.SIX, (connection, out) -> out
                .write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))) {
            TcpTiming timing = test(peer.address(), Loopback.SIX).outcome().success().orElseThrow();
            assertTrue(timing.connect().orElseThrow().isPositive());
            assertTrue(timing.connect().orElseThrow().compareTo(timing.total()) < 0, timing::toString);
            assertEquals("Host: [0:0:0:0:0:0:0:1]:%d".formatted(peer.address().getPort()),
                    peer.request().lines().skip(1).findFirst().orElseThrow());
        }
    }

    private static boolean hasIpv6() throws IOException {
        try (var listener = new ServerSocket(0, 1, Loopback.SIX)) {
            return listener.isBound();
        } catch (BindException e) {
            return false;
        }
    }

    @Test
    void connectionsComeFromTheSourceAddress() throws Exception {
        var from = new LinkedBlockingQueue<InetAddress>();
        try (var peer = new TcpPeer((connection, out) -> {
            from.add(connection.getInetAddress());
            out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        })) {
            assertEquals(Optional.empty(), test(peer.address(), Loopback.TWO).cause());
        }
        assertEquals(Loopback.TWO, from.remove());
    }

    @Test
    void anAddressThatIsNotOursIsALocalFailure() throws Exception {
        try (var peer = TcpPeer.saying("HTTP/1.1 200 OK\r\n\r\n")) {
            assertEquals(Optional.of(Cause.LOCAL), test(peer.address(), Loopback.NOT_OURS).cause());
        }
    }

    /** From a loopback address there is no way out of this host. */
    @Test
    void aPeerWithoutARouteIsUnreachable() throws Exception {
        TcpResult result = test(new InetSocketAddress(Loopback.NOT_OURS, 9));
        assertEquals(Optional.of(Cause.UNREACHABLE), result.cause(), result::detail);
    }

    @Test
    void connectingIsPartOfTheWhole() throws Exception {
        try (var peer = TcpPeer.saying("HTTP/1.1 200 OK\r\n\r\n")) {
            long begin = System.nanoTime();
            TcpTiming timing = test(peer.address()).outcome().success().orElseThrow();
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            Duration connect = timing.connect().orElseThrow();
            assertTrue(connect.isPositive());
            assertTrue(connect.compareTo(timing.total()) < 0, timing::toString);
            assertTrue(timing.total().compareTo(took) <= 0, timing::toString);
        }
    }

    @Test
    void theTotalLastsToTheLastByte() throws Exception {
        try (var peer = new TcpPeer((connection, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            Eventually.pause(Duration.ofMillis(100));
            out.write('x');
        })) {
            TcpTiming timing = test(peer.address()).outcome().success().orElseThrow();
            assertTrue(timing.total().toMillis() >= 90, timing::toString);
        }
    }

    /** With a length, the answer is over before the connection is. */
    @Test
    void aServerThatKeepsTheConnectionOpenIsNotWaitedFor() throws Exception {
        var judged = new CountDownLatch(1);
        try (var peer = new TcpPeer((connection, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII));
            pauseUntil(judged);
        })) {
            assertEquals(Optional.empty(), test(peer.address()).cause());
            judged.countDown();
        }
    }

    @Test
    void anEndlessAnswerIsGivenUp() throws Exception {
        try (var peer = new TcpPeer((connection, out) -> {
            out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            var much = new byte[64 * 1024];
            while (true) {
                out.write(much);
            }
        })) {
            assertEquals(Optional.of(Cause.BAD_REPLY), test(peer.address()).cause());
            Eventually.eventually("the peer is cut", () -> peer.cut() instanceof SocketException);
        }
    }

    @Test
    void aConnectionThatIsCutIsAReset() throws Exception {
        try (var peer = new TcpPeer((connection, out) -> connection.setSoLinger(true, 0))) {
            assertEquals(Optional.of(Cause.RESET), test(peer.address()).cause());
        }
    }

    @Test
    void aClosedPortIsRefused() throws Exception {
        InetSocketAddress closed;
        try (var listener = new ServerSocket(0, 1, Loopback.TWO)) {
            closed = (InetSocketAddress) listener.getLocalSocketAddress();
        }
        assertEquals(Optional.of(Cause.REFUSED), test(closed).cause());
        assertEquals(0, test(closed).retransmits());
    }

    /** It is a notice whatever becomes of the request that it is given with. */
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 503 Stops\r\nKconmon-Stopping: true\r\n\r\n",
            "HTTP/1.1 200 OK\r\nKconmon-Stopping: true\r\nContent-Length: 3\r\n\r\no"})
    void aFailedRequestMayCarryTheNotice(String answer) throws Exception {
        TcpResult result = resultOf(answer);
        assertTrue(result.cause().isPresent());
        assertEquals(PeerState.STOPPING, result.peer());
    }

    @Test
    void anInterruptCutsItShort() throws Exception {
        var asked = new CountDownLatch(1);
        var over = new CountDownLatch(1);
        try (var peer = new TcpPeer((connection, out) -> {
            asked.countDown();
            pauseUntil(over);
        })) {
            var running = Running.start(
                    () -> new TcpProbe(new TcpSettings(HOUR, HOUR, 2000), Ticks.PROMPT, sockets, Loopback.ONE,
                            peer.address())
                            .run());
            Eventually.await(asked);
            running.interrupt();
            var thrown = assertThrows(Exception.class, running::result);
            assertInstanceOf(InterruptedException.class, thrown);
            over.countDown();
        }
    }

    private static void pauseUntil(CountDownLatch latch) {
        try {
            Eventually.await(latch);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
