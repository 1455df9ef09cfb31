package io.kconmon.shared.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
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
 * that has been waited for longest first; then whoever does not read what is written. So those who open connections
 * and say nothing, or do not listen, are in nobody's way but each other's. Helidon alone would wait for the rest of a
 * head and for a reader for ever, and let nobody in while all places are taken.
 */
final class Connections implements ServerConnectionSelector {

    /** Of the places one in so many, beside them: a handshake takes some milliseconds. */
    private static final int HANDSHAKES = 8;
    /** A write that has not ended for so long waits for its reader, and not for a processor. */
    private static final Duration STUCK = Duration.ofMillis(500);

    private final ServerConnectionSelector http;
    private final Handshakes handshakes;
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
     *            how long an answer may take to go out; one that takes its time, each write of it
     */
    Connections(ServerConnectionSelector http, int most, Duration requestPatience, Duration answerPatience) {
        this.http = http;
        this.handshakes = new Handshakes(most / HANDSHAKES, requestPatience);
        this.most = most;
        this.requestPatience = requestPatience;
        this.answerPatience = answerPatience;
    }

    private final class Guarded implements ServerConnection {

        private final ServerConnection connection;
        private final Thread thread = Thread.currentThread();
        private long since = System.nanoTime();
        private boolean patient;
        /** Zero while nothing is written. Not under the lock, which a thousand streams would meet at. */
        private volatile long writingSince;

        Guarded(ConnectionContext context) {
            var writer = new WatchedWriter(context.dataWriter(), () -> writingSince = System.nanoTime() | 1,
                    () -> writingSince = 0);
            var reader = DataReader.create(new HeadLines(context.serverSocket()));
            connection = http.connection(new WatchedContext(context, reader, writer));
        }

        /** For how long it has been trying to write the same thing. */
        long writingNanos(long now) {
            long began = writingSince;
            return began == 0 ? 0 : now - began;
        }

        boolean isTooSlow(long now) {
            return (patient ? writingNanos(now) : now - since) > answerPatience.toNanos();
        }

        @Override
        public void handle(Limit limit) throws InterruptedException {
            if (!admit(this)) {
                throw new CloseConnectionException("there are too many connections");
            }
            try {
                connection.handle(new WatchedLimit(limit, () -> begins(this), this::answered));
            } finally {
                forget(this);
            }
        }

        /** Who sends a thousand requests at once takes turns with everybody else. */
        @SuppressWarnings("ThreadPriorityCheck") // a virtual thread gives its carrier to the next one
        private void answered() {
            ends(this);
            Thread.yield();
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
        handshakes.ended();
        return new Guarded(context);
    }

    private boolean admit(Guarded newcomer) {
        lock.lock();
        try {
            if (waitedFor.size() + answered.size() >= most) {
                Optional<Guarded> inTheWay = inTheWay();
                if (inTheWay.isEmpty()) {
                    return false;
                }
                inTheWay.get().cut();
                waitedFor.remove(inTheWay.get());
                answered.remove(inTheWay.get());
            }
            waitedFor.add(newcomer);
            byThread.put(newcomer.thread, newcomer);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Who has been waited for longest, for its request or else to read. */
    private Optional<Guarded> inTheWay() {
        if (!waitedFor.isEmpty()) {
            return Optional.of(waitedFor.getFirst());
        }
        long now = System.nanoTime();
        return answered.stream().max(Comparator.comparingLong(it -> it.writingNanos(now)))
                .filter(it -> it.writingNanos(now) > STUCK.toNanos());
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
        handshakes.sweep();
        lock.lock();
        try {
            long now = System.nanoTime();
            List<Guarded> slow = new ArrayList<>();
            waitedFor.stream().filter(it -> now - it.since > requestPatience.toNanos()).forEach(slow::add);
            answered.stream().filter(it -> it.isTooSlow(now)).forEach(slow::add);
            slow.forEach(Guarded::cut);
            waitedFor.removeAll(slow);
            slow.forEach(answered::remove);
        } finally {
            lock.unlock();
        }
    }

    Handshakes handshakes() {
        return handshakes;
    }

    /** How many Helidon may have open, or about to be. */
    int mostWithHandshakes() {
        return most + most / HANDSHAKES;
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
