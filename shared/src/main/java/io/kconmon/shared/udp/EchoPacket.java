package io.kconmon.shared.udp;

import java.nio.ByteBuffer;
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
 */
public record EchoPacket(Kind kind, int token) {

    public static final int SIZE = 4;
    public static final int TOKEN_MASK = 0xFF_FFFF;

    private static final byte REQUEST = (byte) 0xA6;
    private static final byte REPLY = (byte) 0xA7;
    private static final byte HELD_UP_REPLY = (byte) 0xA8;
    private static final int LEGACY_PING = 0x70_69_6E_67;
    private static final int LEGACY_PONG = 0x70_6F_6E_67;

    public enum Kind {
        REQUEST(EchoPacket.REQUEST), REPLY(EchoPacket.REPLY),
        /** A reply whose sender says that its process has just stood still: so long may the request have waited. */
        HELD_UP_REPLY(EchoPacket.HELD_UP_REPLY);

        private final byte code;

        Kind(byte code) {
            this.code = code;
        }
    }

    public EchoPacket {
        if ((token & ~TOKEN_MASK) != 0) {
            throw new IllegalArgumentException("a token has 24 bits, not " + Integer.toHexString(token));
        }
    }

    public static EchoPacket request(int token) {
        return new EchoPacket(Kind.REQUEST, token);
    }

    /** Writes the packet; the buffer is ready to be sent then. */
    public void encode(ByteBuffer into) {
        into.clear().putInt(kind.code << 24 | token).flip();
    }

    /** Reads what was received, which is the whole of the buffer's remaining bytes; empty if it is no such packet. */
    public static Optional<EchoPacket> decode(ByteBuffer received) {
        if (received.remaining() != SIZE) {
            return Optional.empty();
        }
        int word = received.getInt(received.position());
        return switch ((byte) (word >>> 24)) {
            case REQUEST -> Optional.of(new EchoPacket(Kind.REQUEST, word & TOKEN_MASK));
            case REPLY -> Optional.of(new EchoPacket(Kind.REPLY, word & TOKEN_MASK));
            case HELD_UP_REPLY -> Optional.of(new EchoPacket(Kind.HELD_UP_REPLY, word & TOKEN_MASK));
            default -> Optional.empty();
        };
    }

    /**
     * Turns a request in the buffer into its answer, in place.
     *
     * @param heldUp
     *            whether who answers has just stood still, and says so
     * @return false if nothing may be answered: it is no request
     */
    public static boolean answer(ByteBuffer received, boolean heldUp) {
        if (received.remaining() != SIZE) {
            return false;
        }
        int at = received.position();
        int word = received.getInt(at);
        if (word == LEGACY_PING) {
            received.putInt(at, LEGACY_PONG);
            return true;
        }
        if (received.get(at) == REQUEST) {
            received.put(at, heldUp ? HELD_UP_REPLY : REPLY);
            return true;
        }
        return false;
    }
}
