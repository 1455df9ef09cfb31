package io.kconmon.agent.kernel;

import io.kconmon.shared.log.Log;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Opens the sockets that probes and responders use, and says by which clock their packets are timed. */
public interface Sockets extends AutoCloseable {

    /** Whose clock times packets: the label {@code source} of {@code kconmon_clock_info}. */
    enum Clock {
        /** The kernel stamps each packet as it comes and goes. */
        KERNEL("kernel"),
        /** A thread of this process looks at the clock, as soon as it gets to run. */
        PROCESS("process");

        private final String label;

        Clock(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    /**
     * The kernel's sockets if they are available, Java's otherwise; the log says which, and why.
     */
    static Sockets open() {
        Log log = Log.of("agent");
        String reason;
        try {
            return (Sockets) Class.forName("io.kconmon.agent.kernel.LinuxSockets").getDeclaredMethod("open")
                    .invoke(null);
        } catch (InvocationTargetException e) {
            reason = rootOf(e).toString();
        } catch (ReflectiveOperationException | LinkageError e) {
            reason = "needs Java 22 or newer, this is " + Runtime.version().feature();
        }
        log.warn("packets are timed by this process's clock, not by the kernel's: figures have this process's own"
                + " waits in them", "reason", reason);
        return new JavaSockets();
    }

    private static Throwable rootOf(Throwable e) {
        Throwable cause = e.getCause();
        return cause == null ? e : rootOf(cause);
    }

    Clock clock();

    /** The time by the clock of all stamps, in nanoseconds since whenever. */
    long now();

    /**
     * A socket for requests to any peer and the replies to them.
     *
     * @param local
     *            its address; port 0 for any free one
     * @param listener
     *            called for each event, on the thread that polls
     */
    UdpSocket udp(InetSocketAddress local, UdpListener listener) throws IOException;

    /**
     * A socket that answers requests, each as soon as it comes and from the address that it was sent to, until it is closed.
     */
    UdpServer udpServer(InetSocketAddress local, UdpResponder responder) throws IOException;

    /**
     * Connects, and waits until that is done.
     *
     * @param source
     *            the address to connect from; any if it is the wildcard address
     * @param timeoutNanos
     *            for the handshake
     * @throws java.net.SocketTimeoutException
     *             if there was no handshake in that time
     * @throws InterruptedException
     *             at once when the thread is interrupted; nothing is left open
     */
    TcpConnection connect(InetAddress source, InetSocketAddress peer, long timeoutNanos)
            throws IOException, InterruptedException;

    /**
     * Sleeps. Sleepers whose times are near each other are woken together, so ask for times of {@link Ticks}.
     *
     * @param nanoTime
     *            by {@link System#nanoTime}
     */
    void sleepUntil(long nanoTime) throws InterruptedException;

    /**
     * Runs an action at that time, on a virtual thread of its own. Until then there is no stack to keep.
     *
     * @param nanoTime
     *            by {@link System#nanoTime}; best one of {@link Ticks}
     * @param name
     *            the thread's
     */
    Scheduled schedule(long nanoTime, String name, Runnable action);

    /** An action whose time has not come. */
    interface Scheduled {

        /** The action does not begin any more, unless it is just beginning. */
        void cancel();
    }

    /** Threads that wait here are woken with an {@link IOException}; sockets are to be closed before. */
    @Override
    void close();

    /** Closes a resource that is not needed any more after another failure. */
    static void closeQuietly(@Nullable AutoCloseable closeable) {
        try {
            if (closeable != null) {
                closeable.close();
            }
        } catch (Exception e) {
            // the earlier failure matters
        }
    }
}
