package io.kconmon.agent.kernel;

import java.net.InetAddress;
import java.util.Optional;

/**
 * The entries of a socket's error queue: transmit stamps and ICMP errors, each a {@code sock_extended_err} of
 * {@code linux/errqueue.h} (errno 0, origin 4, type 5, code 6, info 8, data 12; the offender's address behind it).
 */
final class ErrorQueue {

    private static final int ORIGIN_LOCAL = 1;
    private static final int ORIGIN_TIMESTAMPING = 4;
    private static final int SIZE = 16;

    private ErrorQueue() {
    }

    /** One entry: either a stamp or an error. */
    sealed interface Entry {
    }

    /** @param number of the packet, as the kernel counts what a socket sends (SOF_TIMESTAMPING_OPT_ID) */
    record Transmitted(int number, long nanos) implements Entry {
    }

    record Failed(SocketError error, Optional<InetAddress> saidBy, int payloadLength) implements Entry {
    }

    /** Something else, such as a stamp without its time. */
    record Other() implements Entry {
    }

    /** Reads the next entry; empty if the queue is empty. */
    static Optional<Entry> next(int fd, Memory memory, Message message) {
        message.toReceive(Datagram.CAPACITY);
        long length = message.receive(fd, Message.MSG_ERRQUEUE);
        if (length < 0) {
            return Optional.empty();
        }
        int at = message.find(Message.SOL_IP, Message.IP_RECVERR);
        if (at < 0) {
            at = message.find(Message.SOL_IPV6, Message.IPV6_RECVERR);
        }
        if (at < 0) {
            return Optional.of(new Other());
        }
        int origin = memory.getByte(at + 4);
        if (origin == ORIGIN_TIMESTAMPING) {
            long stamp = message.stamp();
            return Optional.of(stamp == 0 ? new Other() : new Transmitted(memory.getInt(at + 12), stamp));
        }
        Optional<InetAddress> saidBy = origin == ORIGIN_LOCAL
                ? Optional.empty()
                : Optional.of(SocketAddress.address(memory, at + SIZE)).filter(it -> !it.isAnyLocalAddress());
        return Optional.of(new Failed(Errno.error(memory.getInt(at), "ICMP", saidBy), saidBy, (int) length));
    }
}
