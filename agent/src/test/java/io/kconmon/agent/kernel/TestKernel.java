package io.kconmon.agent.kernel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.LongSupplier;

/** What tests of other packages need of this one's insides. */
public final class TestKernel {

    private TestKernel() {
    }

    /** The kernel's sockets or those that stand in for them; their packets are timed by this clock. */
    public static Sockets open(Sockets.Clock clock) throws IOException {
        return clock == Sockets.Clock.KERNEL ? LinuxSockets.open() : new JavaSockets();
    }

    /**
     * A packet as a socket would hand it over.
     *
     * @param stamp
     *            when it came; 0 if nobody took note
     */
    public static Datagram datagram(byte[] payload, InetSocketAddress from, long stamp, LongSupplier clock) {
        var datagram = new Datagram(clock);
        System.arraycopy(payload, 0, datagram.payload(), 0, Math.min(payload.length, Datagram.CAPACITY));
        datagram.set(from, payload.length, stamp);
        return datagram;
    }

    public static SocketError error(SocketError.Kind kind) {
        return new SocketError(kind, 0, "in words", Optional.empty());
    }
}
