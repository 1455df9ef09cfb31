package io.kconmon.k8s;

import io.kconmon.shared.log.Log;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes Events of nodes, one after the other and not too many: a few at once, then one every ten seconds. An Event that
 * exists already was written by another replica, and is left as it is.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/">Event</a>
 */
public final class NodeEvents implements AutoCloseable {

    /** Where Events of objects without a namespace are. */
    static final String NAMESPACE = "default";
    private static final String PATH = "api/v1/namespaces/" + NAMESPACE + "/events";
    private static final int EXISTS = 409;
    private static final int WAITING = 100;
    private static final int BURST = 25;
    private static final Duration PACE = Duration.ofSeconds(10);
    private static final int ATTEMPTS = 3;
    private static final String REMEDY = "the Role kconmon-controller-events in the namespace default grants it";
    private static final Log LOG = Log.of("k8s");

    private final Api api;
    private final Duration patience;
    private final Duration pause;
    private final BlockingQueue<NodeEvent> waiting = new ArrayBlockingQueue<>(WAITING);
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread = Thread.ofVirtual().name("node events").unstarted(this::write);
    private boolean isTroubled;

    /**
     * Writes nothing before {@link #start()}.
     *
     * @param patience
     *            for one answer
     * @param pause
     *            between two attempts
     */
    NodeEvents(Api api, Duration patience, Duration pause) {
        this.api = api;
        this.patience = patience;
        this.pause = pause;
    }

    public void start() {
        thread.start();
    }

    /** Returns at once. While too many wait, an event is dropped and counted. */
    public void post(NodeEvent event) {
        if (!waiting.offer(event)) {
            dropped.incrementAndGet();
        }
    }

    /** Events that were written, here or by another replica. */
    public long written() {
        return written.get();
    }

    /** Events that were not: too many came at once, or the API server refused them. */
    public long dropped() {
        return dropped.get();
    }

    private void write() {
        try {
            long saved = BURST * PACE.toNanos();
            long next = System.nanoTime() - saved;
            while (true) {
                NodeEvent event = waiting.take();
                next = Math.max(next, System.nanoTime() - saved) + PACE.toNanos();
                Thread.sleep(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
                try {
                    write(event);
                } catch (RuntimeException e) { // the next Event is written
                    dropped.incrementAndGet();
                    LOG.bug("an Event could not be written", e);
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private void write(NodeEvent event) throws InterruptedException {
        for (int attempt = 1;; attempt++) {
            try {
                api.post(PATH, Wire.write(Wire.NewEvent.of(event)), patience);
                succeeded();
                return;
            } catch (ApiException e) {
                if (e.code() == EXISTS) {
                    succeeded();
                    return;
                }
                if (!e.passes() || attempt == ATTEMPTS) {
                    failed(e);
                    return;
                }
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    failed(e);
                    return;
                }
            }
            Thread.sleep(pause);
        }
    }

    private void succeeded() {
        written.incrementAndGet();
        if (isTroubled) {
            isTroubled = false;
            LOG.info("Events are written again");
        }
    }

    private void failed(IOException e) {
        dropped.incrementAndGet();
        if (!isTroubled) {
            isTroubled = true;
            LOG.warn("an Event was not written; more are not told", "reason",
                    ErrorText.of(e, "create events", REMEDY, api.base()));
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
