package io.kconmon.agent.probe.udp;

import static io.kconmon.testkit.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kconmon.agent.kernel.Datagram;
import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.kernel.TestKernel;
import io.kconmon.agent.kernel.UdpResponder;
import io.kconmon.agent.kernel.UdpServer;
import io.kconmon.agent.probe.InjectedFaults;
import io.kconmon.agent.support.Loopback;
import io.kconmon.testkit.Eventually;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
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

/** The echo, asked over real sockets. */
@ParameterizedClass(name = "{0}")
@EnumSource(Sockets.Clock.class)
class UdpEchoTest {

    private static final byte[] REQUEST = bytes("a6012345");
    private static final int TOKEN = 0x01_23_45;

    /** The fields of an answer, without the token. */
    private record Answer(long heldNanos, int seen) {
    }

    @Parameter
    Sockets.Clock clock;

    private final LinkedBlockingQueue<Duration> delays = new LinkedBlockingQueue<>();
    private Sockets sockets;
    private UdpEcho echo;
    private UdpServer server;
    private DatagramSocket client;

    @BeforeEach
    void open() throws IOException {
        sockets = TestKernel.open(clock);
        echo = new UdpEcho(sender -> true, delays::add);
        server = sockets.udpServer(new InetSocketAddress(Loopback.ONE, 0), echo);
        client = client(Loopback.ONE);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
        sockets.close();
    }

    private static DatagramSocket client(InetAddress address) throws IOException {
        var client = new DatagramSocket(new InetSocketAddress(address, 0));
        client.setSoTimeout((int) Eventually.PATIENCE.toMillis());
        return client;
    }

    private UdpServer serve(UdpEcho another) throws IOException {
        return sockets.udpServer(new InetSocketAddress(Loopback.ONE, 0), another);
    }

    private static UdpEcho echo(InjectedFaults faults) {
        return new UdpEcho(faults, delay -> {
        });
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void send(DatagramSocket from, UdpServer to, byte[] packet) throws IOException {
        from.send(new DatagramPacket(packet, packet.length, new InetSocketAddress(Loopback.ONE, to.port())));
    }

    private static byte[] receive(DatagramSocket at) throws IOException {
        var packet = new DatagramPacket(new byte[2000], 2000);
        at.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    /** Passes over what takes an answer back, as a busy machine may make it. */
    private static Answer answer(DatagramSocket at) throws IOException {
        Answer answer = anyAnswer(at);
        return answer.heldNanos == EchoPacket.UNKNOWN ? answer(at) : answer;
    }

    private static Answer anyAnswer(DatagramSocket at) throws IOException {
        var answer = ByteBuffer.wrap(receive(at));
        assertEquals(16, answer.limit());
        assertEquals(0xA7 << 24 | TOKEN, answer.getInt(0));
        return new Answer(answer.getLong(4), answer.getInt(12));
    }

    @Test
    void eachAnswerHasItsRequestsDelayAndCount() throws Exception {
        for (int i = 1; i <= 3; i++) {
            long begin = System.nanoTime();
            send(client, server, REQUEST);
            Answer answer = answer(client);
            long gone = System.nanoTime() - begin;
            assertEquals(i, answer.seen);
            assertTrue(answer.heldNanos > 0 && answer.heldNanos <= gone, "%s of %d ns".formatted(answer, gone));
            Duration delay = Eventually.next(delays);
            assertTrue(delay.isPositive() && delay.toNanos() <= answer.heldNanos, delay::toString);
        }
    }

    @Test
    void aPacketThatIsNotARequestHasNoDelayAndNoCount() throws Exception {
        send(client, server, bytes("a7012345"));
        send(client, server, REQUEST);
        assertEquals(1, answer(client).seen);
        assertEquals(1, delays.size());
    }

    @Test
    void countsEachSourceByItself() throws IOException {
        try (var otherPort = client(Loopback.ONE); var otherAddress = client(Loopback.TWO)) {
            for (int i = 1; i <= 3; i++) {
                for (DatagramSocket one : List.of(client, otherPort, otherAddress)) {
                    send(one, server, REQUEST);
                    assertEquals(i, answer(one).seen);
                }
            }
        }
    }

    /** What lies in the socket meanwhile has the kernel's stamp on it, and nobody else's. */
    @Test
    void theDelayIncludesTheTimeThatTheEchoWasBusy() throws Exception {
        var busy = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var slow = echo(sender -> {
            busy.countDown();
            awaitQuietly(goOn);
            return true;
        });
        try (UdpServer itsServer = serve(slow)) {
            send(client, itsServer, REQUEST);
            Eventually.await(busy);
            send(client, itsServer, REQUEST);
            long sent = System.nanoTime();
            Eventually.pause(Duration.ofMillis(50));
            long lay = System.nanoTime() - sent;
            goOn.countDown();
            assertTrue(answer(client).heldNanos >= lay);
            long heldNanos = answer(client).heldNanos;
            long gone = System.nanoTime() - sent;
            if (clock == Sockets.Clock.KERNEL) {
                // The clock that the kernel stamps by may be slewed against the other one, by 0.05 % at most.
                assertTrue(heldNanos >= lay * 99 / 100 && heldNanos <= gone * 101 / 100 + 1_000_000,
                        "%d ns of %d to %d".formatted(heldNanos, lay, gone));
            }
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            Eventually.await(latch);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The time in it was true when it was written; then the thread was kept from running. */
    @Test
    void anAnswerThatLeavesLongAfterItWasWrittenIsTakenBack() throws Exception {
        assumeTrue(clock == Sockets.Clock.KERNEL, "the other says of no answer what the network's share was");
        var keptFromRunning = new UdpResponder() {
            @Override
            public int answer(Datagram request) {
                int length = echo.answer(request);
                Eventually.pause(Duration.ofMillis(20));
                return length;
            }

            @Override
            public int takeBack(Datagram answer) {
                return echo.takeBack(answer);
            }
        };
        try (UdpServer itsServer = sockets.udpServer(new InetSocketAddress(Loopback.ONE, 0), keptFromRunning)) {
            send(client, itsServer, REQUEST);
            Answer first = answer(client);
            Answer second = anyAnswer(client);
            assertTrue(first.heldNanos >= 0);
            assertEquals(EchoPacket.UNKNOWN, second.heldNanos);
            assertEquals(first.seen, second.seen);
        }
    }

    @Test
    void answersThePingOfTheFirstKconmon() throws IOException {
        send(client, server, ascii("ping"));
        assertArrayEquals(ascii("pong"), receive(client));
        eventually("the answer is counted", () -> echo.answered() == 1);
    }

    static List<byte[]> noRequests() {
        return List.of(bytes("a7012345"), bytes("a8012345"), ascii("pong"), ascii("Ping"), bytes("00000000"),
                bytes("ffffffff"), bytes("26012345"), new byte[0], bytes("a60123"), bytes("a601234567"), ascii("pin"),
                ascii("pings"), Arrays.copyOf(REQUEST, 64), Arrays.copyOf(REQUEST, 1000), bytes("a6012345a6012345"),
                bytes("a7012345000000000000000000000001"), bytes("a6012345000000000000000000000001"));
    }

    /** A request is sent after it: if the first thing that comes back is its answer, the other had none. */
    @ParameterizedTest
    @MethodSource("noRequests")
    void answersNothingElse(byte[] packet) throws IOException {
        send(client, server, packet);
        send(client, server, REQUEST);
        assertEquals(1, answer(client).seen);
        assertEquals(1, echo.ignored());
        eventually("the answer is counted", () -> echo.answered() == 1);
    }

    @Test
    void answersAllowedSourcesOnly() throws IOException {
        var choosy = echo(sender -> !sender.equals(Loopback.TWO));
        try (UdpServer itsServer = serve(choosy); var other = client(Loopback.TWO)) {
            send(other, itsServer, REQUEST);
            send(client, itsServer, REQUEST);
            assertEquals(1, answer(client).seen);
            assertEquals(1, choosy.ignored());
            assertEquals(1, choosy.answered());
        }
    }

    /** On all addresses, of both families, the answer comes from the one that was asked. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.33", "::1"})
    void answersAtTheAddressThatWasAsked(String asked) throws IOException {
        if (clock == Sockets.Clock.PROCESS && asked.equals("127.0.0.33")) {
            return; // Java cannot
        }
        InetAddress at = InetAddress.getByName(asked);
        try (UdpServer everywhere = sockets.udpServer(new InetSocketAddress(0), echo);
                var one = client(asked.contains(":") ? Loopback.SIX : Loopback.ONE)) {
            one.send(new DatagramPacket(REQUEST, REQUEST.length, at, everywhere.port()));
            var packet = new DatagramPacket(new byte[64], 64);
            one.receive(packet);
            assertEquals(new InetSocketAddress(at, everywhere.port()), packet.getSocketAddress());
            assertEquals(16, packet.getLength());
        }
    }

    /**
     * Requests to one echo that seem to come from another: they are sent from a socket whose address that other echo
     * then takes over, before they are answered.
     */
    @ParameterizedTest
    @MethodSource("requests")
    void twoEchoesDoNotAnswerEachOther(byte[] request) throws Exception {
        var takenOver = new CountDownLatch(1);
        var second = echo(sender -> {
            awaitQuietly(takenOver);
            return true;
        });
        var first = echo(sender -> true);
        try (UdpServer secondServer = serve(second)) {
            int port = client.getLocalPort();
            for (int i = 0; i < 10; i++) {
                send(client, secondServer, request);
            }
            client.close();
            UdpServer firstServer = sockets.udpServer(new InetSocketAddress(Loopback.ONE, port), first);
            try (firstServer) {
                takenOver.countDown();
                eventually("all answers have come to the first echo",
                        () -> first.ignored() + first.answered() >= 10);
                assertEquals(0, first.answered());
                eventually("the answers are counted", () -> second.answered() == 10);
                assertEquals(0, second.ignored());
            }
        }
    }

    static List<byte[]> requests() {
        return List.of(REQUEST, ascii("ping"));
    }

    @Test
    void aPortThatIsTakenIsRefused() {
        assertThrows(IOException.class,
                () -> sockets.udpServer(new InetSocketAddress(Loopback.ONE, server.port()), echo));
    }
}
