package io.kconmon.agent.kernel;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The thread that uses a socket waits here for its next event. */
final class Waiter implements Poller.Handler {

    private final Poller poller;
    private volatile @Nullable Thread thread;
    private volatile boolean signalled;

    Waiter(Poller poller) {
        this.poller = poller;
    }

    @Override
    public void ready() {
        signalled = true;
        LockSupport.unpark(thread);
    }

    /**
     * Waits until something has happened since the last time, or the time has come.
     *
     * @param deadline
     *            by {@link System#nanoTime}
     * @throws IOException
     *             if no event will ever come again
     */
    void await(long deadline) throws IOException, InterruptedException {
        thread = Thread.currentThread();
        Poller.Timer timer = poller.wakeAt(deadline);
        try {
            while (!signalled && System.nanoTime() - deadline < 0) {
                if (poller.isClosed()) {
                    throw new IOException("the program ends");
                }
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            signalled = false;
        } finally {
            timer.cancel();
        }
    }
}
