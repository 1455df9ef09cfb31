package io.kconmon.agent.probe.udp;

import io.kconmon.agent.kernel.Datagram;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The packets of the UDP test.
 *
 * <p>
 * A request has {@value #REQUEST_SIZE} bytes: its kind, and a token of 24 bits that ties the reply to it. A reply has
 * {@value #REPLY_SIZE}: its kind, the token, how long the request lay with the peer in nanoseconds (64 bits), and how many
 * requests the peer has seen from the address and port that this one came from (32 bits). That is what a stateful reflector
 * says of itself (RFC 8762, 4.2); a minimum Ethernet frame has room for 18 bytes. Numbers are in network byte order.
 *
 * <p>
 * A reply that comes again and does not say any more how long the request lay takes back what the first one said: its sender
 * was kept from running just then.
 *
 * <p>
 * The kind is what keeps two echoes from answering each other for ever: only a request is answered, and no answer is a
 * request. Agents of the first kconmon send {@code ping} and take whatever comes back for the answer; theirs is {@code pong},
 * which is no request either. Their own echo returns what it gets, so a request of ours comes back as it went.
 */
final class EchoPacket {

    static final int REQUEST_SIZE = 4;
    static final int REPLY_SIZE = 16;
    static final int TOKEN_MASK = 0xFF_FFFF;
    /** Where nobody knows how long a request has lain. */
    static final long UNKNOWN = -1;

    private static final int REQUEST = 0xA6;
    private static final int REPLY = 0xA7;
    private static final int LEGACY_PING = 0x70_69_6E_67;
    private static final int LEGACY_PONG = 0x70_6F_6E_67;

    private EchoPacket() {
    }

    /**
     * What a reply says.
     *
     * @param heldNanos
     *            how long the request lay with the peer; {@link #UNKNOWN} if the peer does not say
     * @param seen
     *            how many requests the peer has seen from this source, as an unsigned number that begins at 1; 0 if the peer does
     *            not say
     */
    record Reply(int token, long heldNanos, int seen) {
    }

    static byte[] request(int token) {
        return new byte[]{(byte) REQUEST, (byte) (token >> 16), (byte) (token >> 8), (byte) token};
    }

    /** Reads what came back; empty if it is no reply. */
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

    /** Turns an answer into the same one that does not say how long the request has lain; returns its length. */
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
