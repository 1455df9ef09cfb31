package io.kconmon.shared.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The connections of one server: so many and no more, and none that takes its time. Whoever is waited for (a request
 * that has not come, or not all of it) is cut off after a while, and at once where a newcomer needs the place, the one
 * that has been waited for longest first. So those who open connections and say nothing are in nobody's way but each
 * other's. Helidon alone would wait for the rest of a head for ever, and let nobody in while all places are taken.
 */
final class Connections implements ServerConnectionSelector {

    private final ServerConnectionSelector http;
    private final int most;
    private final Duration requestPatience;
    private final Duration answerPatience;
    private final ReentrantLock lock = new ReentrantLock();
    /** The one that has been waited for longest comes first. */
    private final LinkedHashSet<Guarded> waitedFor = new LinkedHashSet<>();
    private final Set<Guarded> answered = new LinkedHashSet<>();
    private final Map<Thread, Guarded> byThread = new ConcurrentHashMap<>();

    /**
     * Guards connections that another one makes.
     *
     * @param requestPatience
     *            how long a request may take to come in, from the connection's beginning or the last answer
     * @param answerPatience
     *            how long an answer may take to go out
     */
    Connections(ServerConnectionSelector http, int most, Duration requestPatience, Duration answerPatience) {
        this.http = http;
        this.most = most;
        this.requestPatience = requestPatience;
        this.answerPatience = answerPatience;
    }

    private final class Guarded implements ServerConnection {

        private final ServerConnection connection;
        private final Thread thread = Thread.currentThread();
        private long since = System.nanoTime();
        private boolean patient;

        Guarded(ServerConnection connection) {
            this.connection = connection;
        }

        @Override
        public void handle(Limit limit) throws InterruptedException {
            if (!admit(this)) {
                throw new CloseConnectionException("there are too many connections");
            }
            try {
                connection.handle(new WatchedLimit(limit, () -> begins(this), () -> ends(this)));
            } finally {
                forget(this);
            }
        }

        @Override
        public Duration idleTime() {
            return Duration.ZERO; // who is cut off is decided here
        }

        @Override
        public void close(boolean interrupt) {
            connection.close(interrupt);
        }

        /** Its blocking read or write closes the socket then. */
        void cut() {
            thread.interrupt();
        }
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        return new Guarded(http.connection(context));
    }

    private boolean admit(Guarded newcomer) {
        lock.lock();
        try {
            if (waitedFor.size() + answered.size() >= most) {
                Iterator<Guarded> longest = waitedFor.iterator();
                if (!longest.hasNext()) {
                    return false;
                }
                longest.next().cut();
                longest.remove();
            }
            waitedFor.add(newcomer);
            byThread.put(newcomer.thread, newcomer);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void begins(Guarded answer) {
        lock.lock();
        try {
            if (waitedFor.remove(answer)) {
                answer.since = System.nanoTime();
                answered.add(answer);
            }
        } finally {
            lock.unlock();
        }
    }

    private void ends(Guarded answer) {
        lock.lock();
        try {
            if (answered.remove(answer)) {
                answer.since = System.nanoTime();
                answer.patient = false;
                waitedFor.add(answer);
            }
        } finally {
            lock.unlock();
        }
    }

    private void forget(Guarded gone) {
        lock.lock();
        try {
            byThread.remove(gone.thread);
            waitedFor.remove(gone);
            answered.remove(gone);
        } finally {
            lock.unlock();
        }
    }

    /** The answer that this thread is about to give takes its time: a stream, or a test of many peers. */
    void bePatient() {
        lock.lock();
        try {
            Optional.ofNullable(byThread.get(Thread.currentThread())).ifPresent(it -> it.patient = true);
        } finally {
            lock.unlock();
        }
    }

    /** Cuts off those that have taken too long. */
    void sweep() {
        lock.lock();
        try {
            long now = System.nanoTime();
            List<Guarded> slow = new ArrayList<>();
            waitedFor.stream().filter(it -> now - it.since > requestPatience.toNanos()).forEach(slow::add);
            answered.stream().filter(it -> !it.patient && now - it.since > answerPatience.toNanos())
                    .forEach(slow::add);
            slow.forEach(Guarded::cut);
            waitedFor.removeAll(slow);
            slow.forEach(answered::remove);
        } finally {
            lock.unlock();
        }
    }

    /** Open ones. */
    int count() {
        return byThread.size();
    }

    @Override
    public int bytesToIdentifyConnection() {
        return http.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
        return http.supports(data);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http.supportedApplicationProtocols();
    }
}
