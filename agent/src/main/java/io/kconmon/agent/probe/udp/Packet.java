package io.kconmon.agent.probe.udp;

import io.kconmon.agent.kernel.IcmpError;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way. Guarded by the lock of {@link UdpFlows}, as long as that one knows of it.
 */
final class Packet {

    /** A clock that is slewed differs a little from one that is not (adjtimex(2): 0.05 %, for a second and a half). */
    private static final long TOLERANCE_NANOS = 1_000_000;

    final InetSocketAddress peer;
    final int flow;
    final int token;
    /** Of its transmit stamp. */
    int number;
    /** Which of all requests on this flow to this peer it is, from 1. */
    int ordinal;
    long sentNanoTime;
    /** By the clock of stamps: when it was handed over, or when it left, if that is known. */
    long sentAt;
    private EchoPacket.@Nullable Reply reply;
    private long receivedAt;
    private long receivedNanoTime;
    private boolean stamped;
    private int duplicates;
    private boolean replyTaken;
    private boolean takenBack;
    private @Nullable IcmpError error;

    Packet(InetSocketAddress peer, int flow, int token) {
        this.peer = peer;
        this.flow = flow;
        this.token = token;
    }

    /** Takes note of a reply. */
    void receive(EchoPacket.Reply with, long at, boolean isStamped) {
        if (reply != null && takesBack(with, reply)) {
            takenBack = true;
            return;
        }
        if (reply != null) {
            duplicates++;
            return;
        }
        reply = with;
        receivedAt = at;
        stamped = isStamped;
        receivedNanoTime = System.nanoTime();
    }

    private static boolean takesBack(EchoPacket.Reply second, EchoPacket.Reply first) {
        return second.heldNanos() == EchoPacket.UNKNOWN && first.heldNanos() != EchoPacket.UNKNOWN
                && second.seen() == first.seen();
    }

    void fail(IcmpError with) {
        error = with;
    }

    boolean isAnswered() {
        return reply != null;
    }

    /** Whether there is nothing more to wait for. */
    boolean isDone() {
        return reply != null || error != null;
    }

    /** The ICMP error that it was answered with. */
    @Nullable
    IcmpError error() {
        return error;
    }

    /** How many requests of this flow the peer had seen when it answered; 0 if it has not reported it. */
    int seen() {
        return reply == null ? 0 : reply.seen();
    }

    /** Whether the first reply has come since the last time that this was asked. */
    boolean takeFirstReplySince() {
        boolean isNew = reply != null && !replyTaken;
        replyTaken = reply != null;
        return isNew;
    }

    /** Replies beside the first one, since the last time that this was asked. */
    int takeDuplicates() {
        int taken = duplicates;
        duplicates = 0;
        return taken;
    }

    /**
     * The network's share of the round trip in nanoseconds: (T4 - T1) - (T3 - T2) of RFC 5357. Negative if it is not
     * known: no reply, no stamp on it, a peer that takes its answer back, or a clock that was set meanwhile, which
     * shows in a time longer than the elapsed one.
     */
    long roundTripNanos() {
        if (reply == null || !stamped || takenBack) {
            return -1;
        }
        long whole = receivedAt - sentAt;
        long held = Math.max(0, reply.heldNanos());
        long gone = receivedNanoTime - sentNanoTime + TOLERANCE_NANOS;
        return whole < 0 || whole > gone || held > whole + TOLERANCE_NANOS ? -1 : Math.max(0, whole - held);
    }
}
