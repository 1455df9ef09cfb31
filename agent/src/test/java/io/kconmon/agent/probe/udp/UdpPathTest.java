package io.kconmon.agent.probe.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.kconmon.agent.probe.udp.UdpPath.Stray;
import io.kconmon.agent.support.Loopback;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class UdpPathTest {

    private final UdpPath path = new UdpPath(Loopback.ONE, new InetSocketAddress(Loopback.ONE, 9));

    private static int before(int token, int packets) {
        return token - packets & EchoPacket.TOKEN_MASK;
    }

    @Test
    void beforeAnythingIsSentNoReplyIsKnown() {
        assertEquals(Stray.UNKNOWN, path.stray(0));
    }

    @Test
    void remembersWhichOfItsPacketsWereAnswered() {
        int first = path.nextToken();
        int second = path.nextToken();
        path.answered(second);
        path.nextToken();
        assertEquals(Stray.LATE, path.stray(first));
        assertEquals(Stray.DUPLICATE, path.stray(first));
        assertEquals(Stray.DUPLICATE, path.stray(second));
        assertEquals(Stray.UNKNOWN, path.stray(before(first, 1)), "from before this path");
    }

    @Test
    void remembersThe256LastAndForgetsWhatWasThereBefore() {
        int answered = path.nextToken();
        path.answered(answered);
        int last = answered;
        for (int i = 0; i < 256; i++) {
            last = path.nextToken();
        }
        assertEquals(Stray.UNKNOWN, path.stray(answered));
        assertEquals(Stray.LATE, path.stray(before(last, 255)));
        assertEquals(Stray.LATE, path.stray(last), "the one that took the answered one's place");
    }

    @Test
    void tokensGoRoundAndStayInTheirBits() throws Exception {
        int first = path.nextToken();
        for (int i = 1; i <= EchoPacket.TOKEN_MASK; i++) {
            path.nextToken();
        }
        assertEquals(first, path.nextToken());
        assertEquals(Stray.LATE, path.stray(before(first, 1)));
    }

    @Test
    void keepsItsSocketUntilItIsClosed() throws Exception {
        try (path) {
            var socket = path.socket();
            assertSame(socket, path.socket());
            path.close();
            assertNotSame(socket, path.socket());
        }
    }
}
