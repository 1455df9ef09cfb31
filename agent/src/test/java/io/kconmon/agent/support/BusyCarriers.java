package io.kconmon.agent.support;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Keeps every carrier busy, from its making until it is closed, with threads that do not yield: no other runs then. */
public final class BusyCarriers implements AutoCloseable {

    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    public BusyCarriers() throws InterruptedException {
        int carriers = Runtime.getRuntime().availableProcessors();
        var busy = new CountDownLatch(carriers);
        for (int i = 0; i < 4 * carriers; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                busy.countDown();
                while (!closed) {
                    Thread.onSpinWait();
                }
            }));
        }
        try {
            Eventually.await(busy);
        } catch (InterruptedException | AssertionError e) {
            closed = true;
            throw e;
        }
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Eventually::ended);
    }
}
