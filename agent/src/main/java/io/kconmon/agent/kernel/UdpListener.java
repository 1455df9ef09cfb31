package io.kconmon.agent.kernel;

/** Gets the events of a {@link UdpSocket}. */
public interface UdpListener {

    /** How many bytes of a packet it wants to see, 3072 at most; longer packets are cut. */
    default int capacity() {
        return Datagram.CAPACITY;
    }

    /**
     * A packet has left.
     *
     * @param number
     *            as {@link UdpSocket#send} returned it
     * @param nanos
     *            when, by {@link Sockets#now}'s clock
     */
    void transmitted(int number, long nanos);

    /** A packet has come. It is good during the call only. */
    void received(Datagram datagram);

    /**
     * Whether there are packets that may still be answered. While there are none, received packets need not be read.
     */
    boolean waitsForReplies();

    /** Whether there are packets of which it is not known yet when they left. */
    boolean waitsForStamps();

    /** A router or a host has answered a packet with an ICMP error. */
    void undeliverable(IcmpError error);
}
