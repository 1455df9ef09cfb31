package io.kconmon.agent.ondemand;

import io.helidon.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.stream.IntStream;

/**
 * Tests of some destinations for one caller, a few at a time, since a failing test spends most of its time waiting. A
 * result is handed over as it comes. A caller that takes no result for a while gets no further test and blocks no other
 * caller: a test that waits to hand over its result holds no permit.
 */
final class TestRun implements AutoCloseable {

    private static final int MOST_THREADS = 8;

    private final Queue<Destination> waiting;
    private final Semaphore permits;
    private final SynchronousQueue<JsonObject> results = new SynchronousQueue<>();
    private final List<Thread> threads;

    /**
     * Begins with the first ones.
     *
     * @param permits
     *            one for each test under way, of all callers
     */
    TestRun(Collection<Destination> destinations, Semaphore permits) {
        this.waiting = new ConcurrentLinkedQueue<>(destinations);
        this.permits = permits;
        this.threads = IntStream.range(0, Math.min(MOST_THREADS, destinations.size()))
                .mapToObj(i -> Thread.ofVirtual().name("test on demand").unstarted(this::work)).toList();
        threads.forEach(Thread::start);
    }

    private void work() {
        try {
            for (Destination next = waiting.poll(); next != null; next = waiting.poll()) {
                results.put(test(next));
            }
        } catch (InterruptedException e) {
            // nobody wants to know any more
        }
    }

    private JsonObject test(Destination destination) throws InterruptedException {
        permits.acquire();
        try {
            return destination.test().run();
        } finally {
            permits.release();
        }
    }

    /** Waits for the next result. There are as many as destinations. */
    JsonObject next() throws InterruptedException {
        return results.take();
    }

    /** Tests under way are cut short. */
    @Override
    public void close() {
        waiting.clear();
        threads.forEach(Thread::interrupt);
    }
}
