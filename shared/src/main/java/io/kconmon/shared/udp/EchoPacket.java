package io.kconmon.shared.udp;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * The packet of the UDP test: {@value #SIZE} bytes, of which the first says what it is and in which direction it goes,
 * and the other three are a token that ties a reply to its request.
 *
 * <p>
 * The direction is what keeps two echoes from answering each other for ever: only a request is answered, and no answer
 * is a request. Agents of the first kconmon send {@code ping} and take whatever comes back for the answer; theirs is
 * {@code pong}, which is no request either. Their own echo returns what it gets, so that a request of ours comes back
 * as it went.
 *
 * <p>
 * The first bytes from that of a reply on are replies too: one that is greater by n says that its sender may have had no
 * time for the request for n times {@value #UNIT_MILLIS} ms. The greatest stands for 2200 ms, and for what is longer.
 *
 * @param heldUp
 *            of a reply: how long its sender may have had no time for the request, in steps of
 *            {@value #UNIT_MILLIS} ms
 */
public record EchoPacket(Kind kind, int token, Duration heldUp) {

    public static final int SIZE = 4;
    public static final int TOKEN_MASK = 0xFF_FFFF;

    private static final int REQUEST = 0xA6;
    private static final int REPLY = 0xA7;
    private static final int UNIT_MILLIS = 25;
    private static final int MOST_UNITS = 0xFF - REPLY;
    private static final int LEGACY_PING = 0x70_69_6E_67;
    private static final int LEGACY_PONG = 0x70_6F_6E_67;

    public enum Kind {
        REQUEST, REPLY
    }

    public EchoPacket {
        if ((token & ~TOKEN_MASK) != 0) {
            throw new IllegalArgumentException("a token has 24 bits, not " + Integer.toHexString(token));
        }
    }

    public static EchoPacket request(int token) {
        return new EchoPacket(Kind.REQUEST, token, Duration.ZERO);
    }

    /** Writes the packet; the buffer is ready to be sent then. */
    public void encode(ByteBuffer into) {
        into.clear().putInt((kind == Kind.REQUEST ? REQUEST : firstByte(heldUp)) << 24 | token).flip();
    }

    /** Reads what was received, which is the whole of the buffer's remaining bytes; empty if it is no such packet. */
    public static Optional<EchoPacket> decode(ByteBuffer received) {
        if (received.remaining() != SIZE) {
            return Optional.empty();
        }
        int word = received.getInt(received.position());
        int first = word >>> 24;
        if (first < REQUEST) {
            return Optional.empty();
        }
        return Optional.of(first == REQUEST
                ? request(word & TOKEN_MASK)
                : new EchoPacket(Kind.REPLY, word & TOKEN_MASK,
                        Duration.ofMillis((long) UNIT_MILLIS * (first - REPLY))));
    }

    /** What a reply begins with. */
    private static int firstByte(Duration heldUp) {
        return REPLY + Math.clamp(Math.ceilDiv(heldUp.toMillis(), UNIT_MILLIS), 0, MOST_UNITS);
    }

    /**
     * Turns a request in the buffer into its answer, in place.
     *
     * @param heldUp
     *            how long who answers may have had no time for it
     * @return false if nothing may be answered: it is no request
     */
    public static boolean answer(ByteBuffer received, Duration heldUp) {
        if (received.remaining() != SIZE) {
            return false;
        }
        int at = received.position();
        int word = received.getInt(at);
        if (word == LEGACY_PING) {
            received.putInt(at, LEGACY_PONG);
            return true;
        }
        if (word >>> 24 != REQUEST) {
            return false;
        }
        received.put(at, (byte) firstByte(heldUp));
        return true;
    }
}
