package io.kconmon.agent.probe.udp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.kernel.Datagram;
import io.kconmon.agent.kernel.TestKernel;
import io.kconmon.agent.support.Loopback;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EchoPacketTest {

    private static final InetSocketAddress ANYONE = new InetSocketAddress(Loopback.ONE, 9);
    private static final long CAME_AT = 1_000_000;

    /** One that has been here for 0x0102030405 ns. */
    private static Datagram datagram(byte[] payload) {
        return TestKernel.datagram(payload, ANYONE, CAME_AT, () -> CAME_AT + 0x01_02_03_04_05L);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static String payload(Datagram datagram, int length) {
        return HexFormat.of().formatHex(datagram.payload(), 0, length);
    }

    /** An echo's answer to a datagram that is the 7th of its source; "none" means no answer. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            a6000000,   a7000000000000010203040500000007
            a6010203,   a7010203000000010203040500000007
            a6ffffff,   a7ffffff000000010203040500000007
            a6616761,   a7616761000000010203040500000007
            70696e67,   706f6e67
            a7000000,   none
            a8010203,   none
            ffffffff,   none
            706f6e67,   none
            00000000,   none
            a5010203,   none
            70696e68,   none
            '',         none
            a6,         none
            a60102,     none
            a601020304, none
            70696e6767, none
            70696e,     none
            a7010203000000010203040500000007,   none
            a6010203000000010203040500000007,   none
            """)
    void requestsThatAreAnswered(String datagram, String answer) {
        Datagram request = datagram(bytes(datagram));
        String answered = "none";
        if (EchoPacket.isLegacyRequest(request)) {
            answered = payload(request, EchoPacket.answerLegacy(request));
        } else if (EchoPacket.isRequest(request)) {
            answered = payload(request, EchoPacket.answer(request, 7));
        }
        assertEquals(answer, answered);
    }

    /** Token, how long it lay there, and the count; "none" is no reply. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            a7010203000000010203040500000007,   66051 4328719365 7
            a7ffffff0000000000000000ffffffff,   16777215 0 -1
            a70000017fffffffffffffff80000000,   1 9223372036854775807 -2147483648
            a7000001ffffffffffffffff00000001,   1 -1 1
            a7000001800000000000000000000000,   1 -1 0
            a7000001fffffffffffffffe00000000,   1 -1 0
            a6010203,                           66051 -1 0
            a7010203,                           none
            a6010203000000010203040500000007,   none
            a8010203000000010203040500000007,   none
            a70102030000000102030405000000,     none
            a701020300000001020304050000000700, none
            a601020300,                         none
            a60102,                             none
            '',                                 none
            706f6e67,                           none
            """)
    void packetsThatAreReplies(String datagram, String read) {
        assertEquals(read, EchoPacket.reply(datagram(bytes(datagram)))
                .map(it -> "%d %d %d".formatted(it.token(), it.heldNanos(), it.seen())).orElse("none"));
    }

    /** An echo without time stamps must not claim that it takes no time. */
    @Test
    void anUnknownDelayIsMarkedAsUnknown() {
        Datagram request = TestKernel.datagram(EchoPacket.request(5), ANYONE, 0, () -> 77);
        assertEquals(EchoPacket.REPLY_SIZE, EchoPacket.answer(request, 3));
        assertEquals("a7000005ffffffffffffffff00000003", payload(request, EchoPacket.REPLY_SIZE));
    }

    /** A reply of up to 18 bytes costs nothing on the wire; the first kconmon sends 4 bytes. */
    @Test
    void packetsHaveTheirExactSizes() {
        assertEquals(4, EchoPacket.request(0).length);
        assertEquals(16, EchoPacket.answer(datagram(EchoPacket.request(0)), 1));
        assertEquals(4, EchoPacket.answerLegacy(datagram(bytes("70696e67"))));
    }

    @Test
    void aTokenHas24Bits() {
        assertArrayEquals(bytes("a6020304"), EchoPacket.request(0x01_02_03_04));
        assertArrayEquals(bytes("a6ffffff"), EchoPacket.request(-1));
    }

    /** The packets that the first kconmon sends and expects. */
    @Test
    void pingIsAnsweredWithPong() {
        Datagram ping = datagram("ping".getBytes(StandardCharsets.US_ASCII));
        assertTrue(EchoPacket.isLegacyRequest(ping));
        assertEquals("pong",
                new String(ping.payload(), 0, EchoPacket.answerLegacy(ping), StandardCharsets.US_ASCII));
    }

    /** The buffer still holds an earlier packet. */
    @Test
    void bytesAfterTheEndAreIgnored() {
        for (int length : new int[]{0, 1, 3}) {
            Datagram shorter = datagram(new byte[length]);
            System.arraycopy(EchoPacket.request(5), 0, shorter.payload(), 0, 4);
            assertFalse(EchoPacket.isRequest(shorter));
            assertFalse(EchoPacket.isLegacyRequest(shorter));
            assertEquals(Optional.empty(), EchoPacket.reply(shorter));
        }
    }

    /** Two echoes that are set against each other fall silent, whatever starts them. */
    @Test
    void noAnswerIsAnsweredAndEveryLengthIsChecked() {
        var random = new Random(8);
        byte[] beginnings = {(byte) 0xA6, (byte) 0xA7, (byte) 0xA8, (byte) 0xFF, 'p', 0};
        int[] lengths = {0, 3, 4, 4, 4, 5, 15, 16, 16, 17, 64, 65, 1500};
        int answered = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = new byte[lengths[random.nextInt(lengths.length)]];
            random.nextBytes(bytes);
            if (bytes.length > 0 && random.nextBoolean()) {
                bytes[0] = beginnings[random.nextInt(beginnings.length)];
            }
            Datagram datagram = datagram(bytes);
            Optional<EchoPacket.Reply> read = EchoPacket.reply(datagram);
            assertTrue(read.isEmpty() || read.get().token() == (ByteBuffer.wrap(bytes).getInt() & 0xFF_FFFF));
            if (EchoPacket.isRequest(datagram)) {
                answered++;
                byte[] answer = Arrays.copyOf(datagram.payload(), EchoPacket.answer(datagram, random.nextInt()));
                Datagram again = datagram(answer);
                assertFalse(EchoPacket.isRequest(again) || EchoPacket.isLegacyRequest(again));
            }
        }
        assertTrue(answered > 1_000, "only %d were requests".formatted(answered));
    }

    /** It ties an ICMP error to its packet. A router need not quote all of it, and may quote a foreign packet. */
    @ParameterizedTest
    @CsvSource({"a6010203, 66051", "a601020304, 66051", "a7010203, -1", "a60102, -1", "'', -1", "70696e67, -1"})
    void aRouterQuotesTheStartOfAPacket(String quoted, int token) {
        assertEquals(token, EchoPacket.token(ByteBuffer.wrap(bytes(quoted))).orElse(-1));
        byte[] padded = bytes("a6aaaaaa" + quoted);
        assertEquals(token, EchoPacket.token(ByteBuffer.wrap(padded).position(4).slice()).orElse(-1));
        assertEquals(token, EchoPacket.token(ByteBuffer.wrap(padded).position(4)).orElse(-1));
    }
}
