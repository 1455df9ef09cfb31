package io.kconmon.k8s;

import io.kconmon.shared.client.Dialer;
import java.net.Socket;
import java.time.Duration;

/** Closes a connection when its time is up; its reader gets an exception then. */
final class Deadline implements AutoCloseable {

    private final Thread thread;
    private volatile boolean over;

    Deadline(Socket socket, Duration left) {
        this.thread = Thread.ofVirtual().name("deadline").start(() -> {
            try {
                Thread.sleep(left.isNegative() ? Duration.ZERO : left);
                over = true;
                Dialer.closeQuietly(socket);
            } catch (InterruptedException e) {
                // it ended in time
            }
        });
    }

    boolean isOver() {
        return over;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
