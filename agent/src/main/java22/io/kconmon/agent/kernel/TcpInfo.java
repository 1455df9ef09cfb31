package io.kconmon.agent.kernel;

/**
 * {@code struct tcp_info} of {@code linux/tcp.h}, which only grows at its end.
 *
 * @param state
 *            of {@code net/tcp_states.h}: 1 established, 2 a SYN was sent, 8 the peer has sent its last byte
 * @param unacked
 *            segments sent and not acknowledged
 * @param pathMtu
 *            in bytes
 * @param rttMicros
 *            the smoothed round trip: after the handshake that of the SYN, as there is no other sample
 * @param totalRetrans
 *            segments sent again, SYNs included
 * @param notSentBytes
 *            still in the send buffer
 */
record TcpInfo(int state, int unacked, int pathMtu, int rttMicros, int totalRetrans, int notSentBytes) {

    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final int ESTABLISHED = 1;
    private static final int CLOSE_WAIT = 8;
    /** As far as it is read here. */
    static final int SIZE = 148;

    /** Whether the handshake is done. */
    boolean isConnected() {
        return state == ESTABLISHED || state == CLOSE_WAIT;
    }

    /** Whether the peer's kernel has acknowledged all that was written. */
    boolean isAcknowledged() {
        return unacked == 0 && notSentBytes == 0;
    }

    static TcpInfo of(int fd, Memory memory) throws SocketError {
        int at = Memory.CONTROL;
        memory.clear(at, SIZE);
        memory.putInt(Memory.VALUE, SIZE);
        Libc.GETSOCKOPT.require(memory, fd, IPPROTO_TCP, TCP_INFO, memory.at(at), memory.at(Memory.VALUE));
        return new TcpInfo(memory.getByte(at), memory.getInt(at + 24), memory.getInt(at + 60), memory.getInt(at + 68),
                memory.getInt(at + 100), memory.getInt(at + 144));
    }
}
