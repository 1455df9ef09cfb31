package io.kconmon.agent.kernel;

import static io.kconmon.agent.kernel.Memory.CONTROL;
import static io.kconmon.agent.kernel.Memory.CONTROL_SIZE;
import static io.kconmon.agent.kernel.Memory.DATA;
import static io.kconmon.agent.kernel.Memory.HEADER;
import static io.kconmon.agent.kernel.Memory.NAME;
import static io.kconmon.agent.kernel.Memory.NAME_SIZE;
import static io.kconmon.agent.kernel.Memory.VECTOR;

/**
 * {@code msghdr} of {@code bits/socket.h} in a page of memory, for {@code sendmsg} and {@code recvmsg}: name 0, its length 8,
 * vectors 16, their number 24, control 32, its length 40, flags 48. Control messages are {@code cmsghdr} (length 0, level 8,
 * type 12, data 16), each aligned to 8 bytes.
 */
final class Message {

    static final int SOL_IP = 0;
    static final int SOL_SOCKET = 1;
    static final int SOL_IPV6 = 41;
    /** Of {@code SO_TIMESTAMPING}: three {@code timespec}s, the first by the kernel's clock. */
    static final int SCM_TIMESTAMPING = 37;
    static final int IP_PKTINFO = 8;
    static final int IP_RECVERR = 11;
    static final int IPV6_RECVERR = 25;
    static final int IPV6_PKTINFO = 50;
    static final int MSG_TRUNC = 0x20;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_ERRQUEUE = 0x2000;
    static final int MSG_NOSIGNAL = 0x4000;

    private static final int CMSG_HEADER = 16;

    private final Memory memory;

    Message(Memory memory) {
        this.memory = memory;
    }

    /** Prepares for a send of so many bytes of {@link Memory#DATA} to the {@link Memory#NAME} that is there. */
    void toSend(int length, int nameSize, int controlSize) {
        prepare(length, nameSize, controlSize);
    }

    /** Prepares for a receive of so many bytes at most. */
    void toReceive(int capacity) {
        prepare(capacity, NAME_SIZE, CONTROL_SIZE);
    }

    private void prepare(int length, int nameSize, int controlSize) {
        memory.putLong(VECTOR, memory.at(DATA));
        memory.putLong(VECTOR + 8, length);
        memory.putLong(HEADER, nameSize == 0 ? 0 : memory.at(NAME));
        memory.putInt(HEADER + 8, nameSize);
        memory.putLong(HEADER + 16, memory.at(VECTOR));
        memory.putLong(HEADER + 24, 1);
        memory.putLong(HEADER + 32, controlSize == 0 ? 0 : memory.at(CONTROL));
        memory.putLong(HEADER + 40, controlSize);
        memory.putInt(HEADER + 48, 0);
    }

    long send(int fd) {
        return Libc.SENDMSG.call(memory, fd, memory.at(HEADER), MSG_DONTWAIT | MSG_NOSIGNAL);
    }

    /** @param flags besides {@link #MSG_DONTWAIT} */
    long receive(int fd, int flags) {
        return Libc.RECVMSG.call(memory, fd, memory.at(HEADER), MSG_DONTWAIT | flags);
    }

    /** The offset of the data of the first control message of a kind; -1 if there is none. */
    int find(int level, int type) {
        int end = CONTROL + (int) Math.min(CONTROL_SIZE, memory.getLong(HEADER + 40));
        for (int at = CONTROL; at + CMSG_HEADER <= end;) {
            long length = memory.getLong(at);
            if (length < CMSG_HEADER || at + length > end) {
                return -1;
            }
            if (memory.getInt(at + 8) == level && memory.getInt(at + 12) == type) {
                return at + CMSG_HEADER;
            }
            at += (int) (length + 7 & ~7L);
        }
        return -1;
    }

    /** The kernel's stamp on the received packet, in nanoseconds; 0 if there is none. */
    long stamp() {
        int at = find(SOL_SOCKET, SCM_TIMESTAMPING);
        return at < 0 ? 0 : memory.getLong(at) * 1_000_000_000 + memory.getLong(at + 8);
    }

    /** Writes the only control message of a packet to send; returns the size of all control data. */
    int control(int level, int type, int dataSize) {
        memory.clear(CONTROL, CMSG_HEADER + (dataSize + 7 & ~7));
        memory.putLong(CONTROL, CMSG_HEADER + dataSize);
        memory.putInt(CONTROL + 8, level);
        memory.putInt(CONTROL + 12, type);
        return CMSG_HEADER + (dataSize + 7 & ~7);
    }

    /** The offset of the data of the only control message. */
    static int controlData() {
        return CONTROL + CMSG_HEADER;
    }
}
