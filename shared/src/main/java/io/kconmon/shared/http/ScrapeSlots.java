package io.kconmon.shared.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Answers that are too large for any number of readers at once: each holds its body until its reader has read it. Who
 * comes when all places are taken waits a little, and then the one that has been read for longest is cut off. So those
 * who do not read are in nobody's way but each other's.
 */
public final class ScrapeSlots {

    /** A body that is made when there is a place for it, for making it costs the most. */
    public interface Body {
        byte[] make() throws IOException;
    }

    private static final Duration WAIT = Duration.ofMillis(500);
    /** An answer is read for at least so long: its reader may be waiting for a processor, and not we for it. */
    private static final Duration GRACE = Duration.ofMillis(100);
    /** All are still being made then, which is our fault. */
    private static final Duration GIVE_UP = Duration.ofSeconds(5);

    private final int most;
    private final Duration wait;
    private final Duration grace;
    private final Duration giveUp;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Place> made = new HashSet<>();
    /** The one that has been read for longest comes first. */
    private final LinkedHashSet<Place> read = new LinkedHashSet<>();

    public ScrapeSlots(int most) {
        this(most, WAIT, GRACE, GIVE_UP);
    }

    /** With other patience. */
    ScrapeSlots(int most, Duration wait, Duration grace, Duration giveUp) {
        this.most = most;
        this.wait = wait;
        this.grace = grace;
        this.giveUp = giveUp;
    }

    private static final class Place {
        private final Thread thread = Thread.currentThread();
        private long readSince;
        private boolean cut;
    }

    /** Sends a body, or 503 if there is no place for it. */
    public void send(ServerResponse response, Body body) throws IOException {
        Optional<Place> taken = take();
        if (taken.isEmpty()) {
            response.status(Status.SERVICE_UNAVAILABLE_503).header(HeaderNames.RETRY_AFTER, "1")
                    .header(HeaderNames.CONTENT_TYPE, "text/plain")
                    .send("%d answers of this kind are being made, which is as many as there may be\n".formatted(most));
            return;
        }
        Place place = taken.get();
        try {
            byte[] bytes = body.make();
            beginsToBeRead(place);
            Responses.send(response, bytes);
        } finally {
            leave(place);
        }
        if (place.cut) {
            // It was read just before, and the interrupt must not meet the next answer on this connection.
            throw new CloseConnectionException("it has made room for another");
        }
    }

    private Optional<Place> take() {
        long begin = System.nanoTime();
        lock.lock();
        try {
            for (long waited = 0; made.size() + read.size() >= most && !cutOne(waited); waited = System.nanoTime()
                    - begin) {
                if (waited >= giveUp.toNanos()) {
                    return Optional.empty();
                }
                // One that is not read for long enough yet will be before anybody tells.
                long until = waited < wait.toNanos() ? wait.toNanos() - waited : grace.toNanos();
                changed.awaitNanos(Math.max(until, TimeUnit.MILLISECONDS.toNanos(1)));
            }
            var place = new Place();
            made.add(place);
            return Optional.of(place);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloseConnectionException("cut off while it waited for a place", e);
        } finally {
            lock.unlock();
        }
    }

    /** For who has waited long enough. Only who writes is interrupted: its write then closes the connection. */
    private boolean cutOne(long waited) {
        if (waited < wait.toNanos() || read.isEmpty()
                || System.nanoTime() - read.getFirst().readSince < grace.toNanos()) {
            return false;
        }
        Place longest = read.removeFirst();
        longest.cut = true;
        longest.thread.interrupt();
        return true;
    }

    private void beginsToBeRead(Place place) {
        lock.lock();
        try {
            made.remove(place);
            place.readSince = System.nanoTime();
            read.add(place);
        } finally {
            lock.unlock();
        }
    }

    private void leave(Place place) {
        lock.lock();
        try {
            made.remove(place);
            read.remove(place);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }
}
