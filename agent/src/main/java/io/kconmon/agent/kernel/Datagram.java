package io.kconmon.agent.kernel;

import java.net.InetSocketAddress;
import java.util.function.LongSupplier;

/** A received datagram. The object is reused: it is valid only during the call that gets it. */
public final class Datagram {

    /** Longer packets are cut to this, unless the {@link UdpListener} asks for more; {@link #length} tells. */
    public static final int CAPACITY = 64;

    private final byte[] payload;
    private final LongSupplier clock;
    private InetSocketAddress source = new InetSocketAddress(0);
    private int length;
    private long receivedAt;
    private boolean stamped;
    private long askedNanoTime;

    /** Received by this clock, in nanoseconds. */
    public Datagram(LongSupplier clock) {
        this(clock, CAPACITY);
    }

    /** The same, of so many bytes at most. */
    Datagram(LongSupplier clock, int capacity) {
        this.clock = clock;
        this.payload = new byte[capacity];
    }

    /**
     * @param length
     *            of the packet in bytes, which may be more than there is room for
     * @param stamp
     *            when it came; 0 if nobody took note
     */
    void set(InetSocketAddress from, int length, long stamp) {
        this.source = from;
        this.length = length;
        this.stamped = stamp != 0;
        this.receivedAt = stamped ? stamp : clock.getAsLong();
    }

    /** The packet's bytes, and room for an answer; those beyond {@link #length} mean nothing. */
    public byte[] payload() {
        return payload;
    }

    /** In bytes, as it was sent. */
    public int length() {
        return length;
    }

    public InetSocketAddress source() {
        return source;
    }

    /** Whether {@link #receivedAt} is when it came; otherwise it is when it was looked at, which may be later. */
    public boolean isStamped() {
        return stamped;
    }

    /** By {@link Sockets#now}'s clock, in nanoseconds. */
    public long receivedAt() {
        return receivedAt;
    }

    /** How long it has lain here, in nanoseconds; never less than 0, though a clock may be set back. */
    public long sinceReceived() {
        askedNanoTime = System.nanoTime();
        return Math.max(0, clock.getAsLong() - receivedAt);
    }

    /** When {@link #sinceReceived} was asked last, by {@link System#nanoTime}. */
    long askedNanoTime() {
        return askedNanoTime;
    }
}
