package io.kconmon.k8s;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Connections by way of loopback that can go dead without an end, as when a machine in between loses its power. */
final class CuttableWire implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition thawed = lock.newCondition();
    private boolean frozen;

    CuttableWire(String host, int port) throws IOException {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    join(listener.accept(), host, port);
                }
            } catch (IOException e) {
                // closed
            }
        });
    }

    /** A server that refuses ends this connection alone: it may be down for a while. */
    private void join(Socket near, String host, int port) throws IOException {
        Socket far;
        try {
            far = new Socket(host, port);
        } catch (IOException e) {
            near.close();
            return;
        }
        sockets.add(near);
        sockets.add(far);
        Thread.ofVirtual().start(() -> pump(near, far));
        Thread.ofVirtual().start(() -> pump(far, near));
    }

    int port() {
        return listener.getLocalPort();
    }

    /** From now on nothing comes through, in either direction, without any error. */
    void freeze() {
        set(true);
    }

    /** Dead connections are cut, new ones come through. */
    void thaw() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
        set(false);
    }

    private void set(boolean nowFrozen) {
        lock.lock();
        try {
            frozen = nowFrozen;
            thawed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void pump(Socket from, Socket to) {
        try (from; to; InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            var buffer = new byte[16 * 1024];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                awaitThaw();
                out.write(buffer, 0, n);
            }
            awaitThaw();
        } catch (IOException | InterruptedException e) {
            // cut
        }
    }

    private void awaitThaw() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (frozen) {
                thawed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        thaw();
    }
}
