package io.kconmon.agent.probe.udp;

import static io.kconmon.agent.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.support.Eventually;
import io.kconmon.agent.support.Loopback;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UdpEchoTest {

    private static final byte[] REQUEST = bytes("a6012345");
    private static final byte[] REPLY = bytes("a7012345");

    private UdpEcho echo;
    private DatagramSocket client;

    @BeforeEach
    void open() throws SocketException {
        echo = UdpEcho.start(Loopback.ONE, 0, sender -> true, delay -> {
        });
        client = new DatagramSocket(new InetSocketAddress(Loopback.ONE, 0));
        client.setSoTimeout((int) Eventually.PATIENCE.toMillis());
    }

    @AfterEach
    void close() {
        client.close();
        echo.close();
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void send(DatagramSocket from, UdpEcho to, byte[] packet) throws IOException {
        from.send(new DatagramPacket(packet, packet.length, new InetSocketAddress(Loopback.ONE, to.port())));
    }

    private byte[] receive() throws IOException {
        var packet = new DatagramPacket(new byte[2000], 2000);
        client.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    @Test
    void answersARequestWithAReplyOfTheSameToken() throws IOException {
        send(client, echo, REQUEST);
        assertArrayEquals(REPLY, receive());
    }

    @Test
    void tellsHowLongEachRequestThatItAnsweredLayThere() throws Exception {
        var delays = new LinkedBlockingQueue<Duration>();
        try (var timed = UdpEcho.start(Loopback.ONE, 0, sender -> true, delays::add)) {
            long begin = System.nanoTime();
            send(client, timed, REPLY);
            send(client, timed, REQUEST);
            assertArrayEquals(REPLY, receive());
            Duration delay = Eventually.next(delays);
            assertTrue(delay.isPositive() && delay.toNanos() <= System.nanoTime() - begin, delay::toString);
        }
        assertTrue(delays.isEmpty(), "what is no request has no delay");
    }

    @Test
    void answersThePingOfTheFirstKconmon() throws IOException {
        send(client, echo, ascii("ping"));
        assertArrayEquals(ascii("pong"), receive());
    }

    static List<byte[]> noRequests() {
        return List.of(REPLY, bytes("a8012345"), ascii("pong"), ascii("Ping"), bytes("00000000"), bytes("ffffffff"),
                bytes("26012345"), new byte[0], bytes("a60123"), bytes("a601234567"), ascii("pin"), ascii("pings"),
                Arrays.copyOf(REQUEST, 1000), bytes("a6012345a6012345"));
    }

    /** A request is sent after it: if the first thing that comes back is its answer, the other had none. */
    @ParameterizedTest
    @MethodSource("noRequests")
    void answersNothingElse(byte[] packet) throws IOException {
        send(client, echo, packet);
        send(client, echo, REQUEST);
        assertArrayEquals(REPLY, receive());
        assertEquals(1, echo.ignored());
        eventually("the answer is counted", () -> echo.answered() == 1);
    }

    @Test
    void answersOnlyTheSendersThatItMay() throws IOException {
        try (var choosy = UdpEcho.start(Loopback.ONE, 0, sender -> !sender.equals(Loopback.TWO), delay -> {
        });
                var other = new DatagramSocket(new InetSocketAddress(Loopback.TWO, 0))) {
            send(other, choosy, REQUEST);
            send(client, choosy, REQUEST);
            assertArrayEquals(REPLY, receive());
            assertEquals(1, choosy.ignored());
        }
    }

    /**
     * Requests to one echo that seem to come from another: they are sent from a socket whose address that other echo
     * then takes over, before they are answered.
     */
    @ParameterizedTest
    @MethodSource("requests")
    void twoEchoesCannotBeSetAgainstEachOther(byte[] request) throws Exception {
        var takenOver = new CountDownLatch(1);
        try (var second = UdpEcho.start(Loopback.ONE, 0, sender -> {
            try {
                Eventually.await(takenOver);
                return true;
            } catch (InterruptedException e) {
                return false;
            }
        }, delay -> {
        })) {
            int port = client.getLocalPort();
            for (int i = 0; i < 10; i++) {
                send(client, second, request);
            }
            client.close();
            try (var first = UdpEcho.start(Loopback.ONE, port, sender -> true, delay -> {
            })) {
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
        assertThrows(BindException.class,
                () -> UdpEcho.start(Loopback.ONE, echo.port(), sender -> true, delay -> {
                }));
    }

    @Test
    void aClosedEchoGivesItsPortBack() throws IOException {
        int port = echo.port();
        echo.close();
        try (var again = UdpEcho.start(Loopback.ONE, port, sender -> true, delay -> {
        })) {
            send(client, again, REQUEST);
            assertArrayEquals(REPLY, receive());
        }
    }
}
