package io.kconmon.shared.http;

import io.helidon.common.buffers.BufferData;
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
    private final Optional<QuickAnswer> quick;
    private final Handshakes handshakes;
    private final int most;
    private final Duration requestPatience;
    private final Duration answerPatience;
    private final ReentrantLock lock = new ReentrantLock();
    /** The one that has been waited for longest comes first. */
    private final LinkedHashSet<GuardedConnection> waitedFor = new LinkedHashSet<>();
    private final Set<GuardedConnection> answered = new LinkedHashSet<>();
    private final Map<Thread, GuardedConnection> byThread = new ConcurrentHashMap<>();

    /**
     * Guards connections that another one makes.
     *
     * @param requestPatience
     *            how long a request may take to come in, from the connection's beginning or the last answer
     * @param answerPatience
     *            how long an answer may take to go out; one that takes its time, each write of it
     */
    Connections(ServerConnectionSelector http, Optional<QuickAnswer> quick, int most, Duration requestPatience,
            Duration answerPatience) {
        this.http = http;
        this.quick = quick;
        this.handshakes = new Handshakes(most / HANDSHAKES, requestPatience);
        this.most = most;
        this.requestPatience = requestPatience;
        this.answerPatience = answerPatience;
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        handshakes.ended();
        return new GuardedConnection(this, http, quick, context);
    }

    boolean admit(GuardedConnection newcomer) {
        lock.lock();
        try {
            if (waitedFor.size() + answered.size() >= most) {
                Optional<GuardedConnection> inTheWay = inTheWay();
                if (inTheWay.isEmpty()) {
                    return false;
                }
                inTheWay.get().cut();
                waitedFor.remove(inTheWay.get());
                answered.remove(inTheWay.get());
            }
            waitedFor.add(newcomer);
            byThread.put(newcomer.thread(), newcomer);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Who has been waited for longest, for its request or else to read. */
    private Optional<GuardedConnection> inTheWay() {
        if (!waitedFor.isEmpty()) {
            return Optional.of(waitedFor.getFirst());
        }
        long now = System.nanoTime();
        return answered.stream().max(Comparator.comparingLong(it -> it.writingNanos(now)))
                .filter(it -> it.writingNanos(now) > STUCK.toNanos());
    }

    void begins(GuardedConnection answer) {
        lock.lock();
        try {
            if (waitedFor.remove(answer)) {
                answer.waitsAgain();
                answered.add(answer);
            }
        } finally {
            lock.unlock();
        }
    }

    void ends(GuardedConnection answer) {
        lock.lock();
        try {
            if (answered.remove(answer)) {
                answer.waitsAgain();
                waitedFor.add(answer);
            }
        } finally {
            lock.unlock();
        }
    }

    void forget(GuardedConnection gone) {
        lock.lock();
        try {
            byThread.remove(gone.thread());
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
            Optional.ofNullable(byThread.get(Thread.currentThread())).ifPresent(GuardedConnection::bePatient);
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
            List<GuardedConnection> slow = new ArrayList<>();
            waitedFor.stream().filter(it -> it.waitedNanos(now) > requestPatience.toNanos()).forEach(slow::add);
            answered.stream().filter(it -> it.isTooSlow(now, answerPatience)).forEach(slow::add);
            slow.forEach(GuardedConnection::cut);
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
