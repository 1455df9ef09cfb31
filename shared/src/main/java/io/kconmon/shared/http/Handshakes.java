package io.kconmon.shared.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLSocketFactory;

/**
 * TLS handshakes under way: so many and no more, and none that takes its time. Helidon would wait for each next byte of
 * one, for any number of them, and holds a place for a connection meanwhile. One that has been under way for too long is
 * cut off, and at once, the oldest first, where a newcomer needs the place.
 */
final class Handshakes {

    private record Begun(Socket socket, long since) {
    }

    private final int most;
    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();
    /** By the thread that Helidon serves the connection with; the oldest first. */
    private final LinkedHashMap<Thread, Begun> underWay = new LinkedHashMap<>();

    Handshakes(int most, Duration patience) {
        this.most = most;
        this.patience = patience;
    }

    /** Takes note of each connection that Helidon begins a handshake on. */
    SSLSocketFactory watch(SSLSocketFactory sockets) {
        return new Factory(sockets);
    }

    /** Of this thread: what comes now are requests. */
    void ended() {
        lock.lock();
        try {
            underWay.remove(Thread.currentThread());
        } finally {
            lock.unlock();
        }
    }

    /** Cuts off those that have taken too long. */
    void sweep() {
        var slow = new ArrayList<Begun>();
        lock.lock();
        try {
            long now = System.nanoTime();
            underWay.keySet().removeIf(it -> !it.isAlive());
            underWay.values().stream().filter(it -> now - it.since > patience.toNanos()).forEach(slow::add);
            underWay.values().removeAll(slow);
        } finally {
            lock.unlock();
        }
        slow.forEach(Handshakes::cut);
    }

    private void begins(Socket socket) {
        var inTheWay = new ArrayList<Begun>();
        lock.lock();
        try {
            if (underWay.size() >= most) {
                underWay.keySet().removeIf(it -> !it.isAlive());
            }
            while (underWay.size() >= most) {
                Map.Entry<Thread, Begun> oldest = underWay.firstEntry();
                inTheWay.add(oldest.getValue());
                underWay.remove(oldest.getKey());
            }
            underWay.put(Thread.currentThread(), new Begun(socket, System.nanoTime()));
        } finally {
            lock.unlock();
        }
        inTheWay.forEach(Handshakes::cut);
    }

    /** The handshake fails then; not by an interrupt, for the thread may have come to a request by now. */
    private static void cut(Begun handshake) {
        try {
            handshake.socket.close();
        } catch (IOException e) {
            // it is gone then
        }
    }

    /** As Helidon uses it: for connections that there are already. */
    private final class Factory extends SSLSocketFactory {

        private final SSLSocketFactory sockets;

        Factory(SSLSocketFactory sockets) {
            this.sockets = sockets;
        }

        @Override
        public Socket createSocket(Socket socket, InputStream consumed, boolean autoClose) throws IOException {
            begins(socket);
            return sockets.createSocket(socket, consumed, autoClose);
        }

        @Override
        public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
            return sockets.createSocket(socket, host, port, autoClose);
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return sockets.createSocket(host, port);
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            return sockets.createSocket(host, port, local, localPort);
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return sockets.createSocket(host, port);
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            return sockets.createSocket(host, port, local, localPort);
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return sockets.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return sockets.getSupportedCipherSuites();
        }
    }
}
