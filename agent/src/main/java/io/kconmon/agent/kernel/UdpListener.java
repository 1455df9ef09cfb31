package io.kconmon.agent.kernel;

/** Is told what comes on a {@link UdpSocket}. */
public interface UdpListener {

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

    /** A router or a host has answered a packet with an ICMP error. */
    void undeliverable(IcmpError error);
}
