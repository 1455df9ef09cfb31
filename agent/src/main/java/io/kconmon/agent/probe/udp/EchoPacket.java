package io.kconmon.agent.probe.udp;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The packet of the UDP test: {@value #SIZE} bytes. The first says what it is and in which direction it goes; the other
 * three are a token that ties a reply to its request.
 *
 * <p>
 * The direction is what keeps two echoes from answering each other for ever: only a request is answered, and no answer
 * is a request. Agents of the first kconmon send {@code ping} and take whatever comes back for the answer; theirs is
 * {@code pong}, which is no request either. Their own echo returns what it gets, so that a request of ours comes back
 * as it went.
 */
record EchoPacket(Kind kind, int token) {

    static final int SIZE = 4;
    static final int TOKEN_MASK = 0xFF_FFFF;

    private static final int REQUEST = 0xA6;
    private static final int REPLY = 0xA7;
    private static final int LEGACY_PING = 0x70_69_6E_67;
    private static final int LEGACY_PONG = 0x70_6F_6E_67;

    enum Kind {
        REQUEST, REPLY
    }

    EchoPacket {
        if ((token & ~TOKEN_MASK) != 0) {
            throw new IllegalArgumentException("a token has 24 bits, not " + Integer.toHexString(token));
        }
    }

    static EchoPacket request(int token) {
        return new EchoPacket(Kind.REQUEST, token);
    }

    /** Writes the packet; the buffer is ready to be sent then. */
    void encode(ByteBuffer into) {
        into.clear().putInt((kind == Kind.REQUEST ? REQUEST : REPLY) << 24 | token).flip();
    }

    /** Reads what was received, which is the whole of the buffer's remaining bytes; empty if it is no such packet. */
    static Optional<EchoPacket> decode(ByteBuffer received) {
        if (received.remaining() != SIZE) {
            return Optional.empty();
        }
        int word = received.getInt(received.position());
        return switch (word >>> 24) {
            case REQUEST -> Optional.of(request(word & TOKEN_MASK));
            case REPLY -> Optional.of(new EchoPacket(Kind.REPLY, word & TOKEN_MASK));
            default -> Optional.empty();
        };
    }

    /**
     * Turns a request in the buffer into its answer, in place.
     *
     * @return false if nothing may be answered: it is no request
     */
    static boolean answer(ByteBuffer received) {
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
        received.put(at, (byte) REPLY);
        return true;
    }
}
