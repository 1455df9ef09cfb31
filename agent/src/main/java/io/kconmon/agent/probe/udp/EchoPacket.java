package io.kconmon.agent.probe.udp;

import io.kconmon.agent.kernel.Datagram;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The packets of the UDP test.
 *
 * <p>
 * A request has {@value #REQUEST_SIZE} bytes: its kind, and a token of 24 bits that ties the reply to it. A reply has
 * {@value #REPLY_SIZE}: its kind, the token, how long the request lay with the peer in nanoseconds (64 bits), and how
 * many requests the peer has seen from the address and port that this one came from (32 bits). A stateful reflector
 * reports the same (RFC 8762, 4.2); a minimum Ethernet frame has room for 18 bytes. Numbers are in network byte order.
 *
 * <p>
 * A second reply without the time that the request lay takes back the time of the first one: its sender was kept from
 * running just then.
 *
 * <p>
 * The kind keeps two echoes from answering each other for ever: only a request is answered, and an answer is never a
 * request. Agents of the first kconmon send {@code ping} and take any packet for the answer; their answer is
 * {@code pong}, which is not a request either. Their own echo returns what it gets, so our requests come back as they
 * were.
 */
final class EchoPacket {

    static final int REQUEST_SIZE = 4;
    static final int REPLY_SIZE = 16;
    static final int TOKEN_MASK = 0xFF_FFFF;
    /** Stands for an unknown time. */
    static final long UNKNOWN = -1;

    private static final int REQUEST = 0xA6;
    private static final int REPLY = 0xA7;
    private static final int LEGACY_PING = 0x70_69_6E_67;
    private static final int LEGACY_PONG = 0x70_6F_6E_67;

    private EchoPacket() {
    }

    /**
     * The content of a reply.
     *
     * @param heldNanos
     *            how long the request lay with the peer; {@link #UNKNOWN} if the peer does not report it
     * @param seen
     *            how many requests the peer has seen from this source, as an unsigned number that begins at 1; 0 if the
     *            peer does not report it
     */
    record Reply(int token, long heldNanos, int seen) {
    }

    static byte[] request(int token) {
        return new byte[]{(byte) REQUEST, (byte) (token >> 16), (byte) (token >> 8), (byte) token};
    }

    /** Reads a packet; empty if it is not a reply. */
    static Optional<Reply> reply(Datagram datagram) {
        ByteBuffer bytes = ByteBuffer.wrap(datagram.payload());
        int word = bytes.getInt(0);
        int token = word & TOKEN_MASK;
        if (datagram.length() == REQUEST_SIZE && word >>> 24 == REQUEST) {
            return Optional.of(new Reply(token, UNKNOWN, 0));
        }
        if (datagram.length() == REPLY_SIZE && word >>> 24 == REPLY) {
            return Optional.of(new Reply(token, Math.max(UNKNOWN, bytes.getLong(4)), bytes.getInt(12)));
        }
        return Optional.empty();
    }

    /** The token of a request; empty if these bytes do not begin with one. An ICMP error may quote less than all of it. */
    static Optional<Integer> token(ByteBuffer quoted) {
        return quoted.remaining() >= REQUEST_SIZE && quoted.getInt(quoted.position()) >>> 24 == REQUEST
                ? Optional.of(quoted.getInt(quoted.position()) & TOKEN_MASK)
                : Optional.empty();
    }

    static boolean isRequest(Datagram datagram) {
        return datagram.length() == REQUEST_SIZE && firstWord(datagram) >>> 24 == REQUEST;
    }

    static boolean isLegacyRequest(Datagram datagram) {
        return datagram.length() == REQUEST_SIZE && firstWord(datagram) == LEGACY_PING;
    }

    private static int firstWord(Datagram datagram) {
        return ByteBuffer.wrap(datagram.payload()).getInt(0);
    }

    /** Turns a request into its reply, in place; returns the reply's length. How long it has lain is asked last. */
    static int answer(Datagram request, int seen) {
        ByteBuffer bytes = ByteBuffer.wrap(request.payload());
        bytes.put(0, (byte) REPLY).putInt(12, seen).putLong(4,
                request.isStamped() ? request.sinceReceived() : UNKNOWN);
        return REPLY_SIZE;
    }

    /** Removes from an answer the time that the request has lain; returns the answer's length. */
    static int takeBack(Datagram answer) {
        ByteBuffer bytes = ByteBuffer.wrap(answer.payload());
        if (bytes.getInt(0) >>> 24 != REPLY || bytes.getLong(4) == UNKNOWN) {
            return 0;
        }
        bytes.putLong(4, UNKNOWN);
        return REPLY_SIZE;
    }

    /** Turns a request of the first kconmon into its reply, in place; returns the reply's length. */
    static int answerLegacy(Datagram request) {
        ByteBuffer.wrap(request.payload()).putInt(0, LEGACY_PONG);
        return REQUEST_SIZE;
    }
}
