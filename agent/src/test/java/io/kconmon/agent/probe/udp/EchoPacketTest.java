package io.kconmon.agent.probe.udp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EchoPacketTest {

    /** A datagram, what it is read as, and what is answered; "none" is nothing. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            a6000000,   REQUEST 0,        a7000000
            a6010203,   REQUEST 66051,    a7010203
            a6ffffff,   REQUEST 16777215, a7ffffff
            a6616761,   REQUEST 6383457,  a7616761
            a7000000,   REPLY 0,          none
            a7ffffff,   REPLY 16777215,   none
            a8010203,   none,             none
            ffffffff,   none,             none
            70696e67,   none,             706f6e67
            706f6e67,   none,             none
            00000000,   none,             none
            a5010203,   none,             none
            70696e68,   none,             none
            '',         none,             none
            a6,         none,             none
            a60102,     none,             none
            a601020304, none,             none
            70696e6767, none,             none
            70696e670a, none,             none
            """)
    void everyKindOfDatagram(String datagram, String read, String answer) {
        byte[] bytes = HexFormat.of().parseHex(datagram);
        assertEquals(read,
                EchoPacket.decode(ByteBuffer.wrap(bytes))
                        .map(it -> it.kind() + " " + it.token())
                        .orElse("none"));
        var buffer = ByteBuffer.wrap(bytes.clone());
        boolean answered = EchoPacket.answer(buffer);
        assertEquals(answer, answered ? hex(buffer) : "none");
        if (!answered) {
            assertEquals(datagram, hex(buffer), "what is not answered stays as it was");
        }
    }

    /** A receive buffer is larger than what was received, and that need not begin at its beginning. */
    @Test
    void readsTheRemainingBytesAlone() {
        var buffer = ByteBuffer.allocate(64).position(8).putInt(0xA6_01_02_03).limit(12).position(8);
        assertEquals(Optional.of(EchoPacket.request(0x010203)), EchoPacket.decode(buffer));
        assertTrue(EchoPacket.answer(buffer));
        assertEquals(Optional.of(new EchoPacket(EchoPacket.Kind.REPLY, 0x010203)),
                EchoPacket.decode(buffer));
        assertEquals(8, buffer.position());
        assertEquals(4, buffer.remaining());
        assertFalse(EchoPacket.answer(buffer.limit(11)));
    }

    @Test
    void isWrittenAsItIsRead() {
        var buffer = ByteBuffer.allocate(EchoPacket.SIZE);
        var random = new Random(7);
        for (int i = 0; i < 1000; i++) {
            int token = random.nextInt(EchoPacket.TOKEN_MASK + 1);
            for (EchoPacket packet : List.of(EchoPacket.request(token),
                    new EchoPacket(EchoPacket.Kind.REPLY, token))) {
                packet.encode(buffer);
                assertEquals(EchoPacket.SIZE, buffer.remaining());
                assertEquals(Optional.of(packet), EchoPacket.decode(buffer));
            }
        }
    }

    @Test
    void aTokenHas24Bits() {
        assertEquals("a token has 24 bits, not 1000000",
                assertThrows(IllegalArgumentException.class, () -> EchoPacket.request(1 << 24)).getMessage());
        assertThrows(IllegalArgumentException.class, () -> EchoPacket.request(-1));
    }

    /** What the first kconmon sends and expects. */
    @Test
    void pingIsAnsweredWithPong() {
        var buffer = ByteBuffer.wrap("ping".getBytes(StandardCharsets.US_ASCII));
        assertTrue(EchoPacket.answer(buffer));
        assertArrayEquals("pong".getBytes(StandardCharsets.US_ASCII), buffer.array());
    }

    /** Two echoes that are set against each other fall silent, whatever starts them. */
    @Test
    void anAnswerIsNeverAnswered() {
        var random = new Random(8);
        byte[] beginnings = {(byte) 0xA6, (byte) 0xA7, (byte) 0xA8, (byte) 0xFF, 'p', 0};
        int answered = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] datagram = new byte[random.nextInt(8) == 0 ? random.nextInt(16) : EchoPacket.SIZE];
            random.nextBytes(datagram);
            if (datagram.length > 0 && random.nextBoolean()) {
                datagram[0] = beginnings[random.nextInt(beginnings.length)];
            }
            EchoPacket.decode(ByteBuffer.wrap(datagram)).ifPresent(it -> {
                var again = ByteBuffer.allocate(EchoPacket.SIZE);
                it.encode(again);
                assertEquals(ByteBuffer.wrap(datagram), again);
            });
            var buffer = ByteBuffer.wrap(datagram);
            if (EchoPacket.answer(buffer)) {
                answered++;
                assertFalse(EchoPacket.answer(buffer), () -> hex(buffer) + " was answered");
            }
        }
        assertTrue(answered > 5_000, "only %d were requests".formatted(answered));
    }

    private static String hex(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
