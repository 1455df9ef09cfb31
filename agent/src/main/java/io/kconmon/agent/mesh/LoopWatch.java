package io.kconmon.agent.mesh;

import io.kconmon.shared.log.Log;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Watches over the loops themselves: how many live, how late they wake, and what escapes them. */
public final class LoopWatch {

    private static final Log LOG = Log.of("agent");

    private final Consumer<Duration> lag;
    private final AtomicInteger alive = new AtomicInteger();
    private final AtomicLong bugs = new AtomicLong();
    private final Set<String> logged = ConcurrentHashMap.newKeySet();

    /**
     * Makes a watch.
     *
     * @param lag
     *            told how long after its time a loop woke
     */
    public LoopWatch(Consumer<Duration> lag) {
        this.lag = lag;
    }

    public int alive() {
        return alive.get();
    }

    /** Exceptions and errors that no probe should throw. */
    public long bugs() {
        return bugs.get();
    }

    void started() {
        alive.incrementAndGet();
    }

    void ended() {
        alive.decrementAndGet();
    }

    void woke(Duration late) {
        lag.accept(late);
    }

    /** The loop lives on; each kind of bug is logged once. */
    void bug(String loop, Throwable e) {
        bugs.incrementAndGet();
        if (logged.add(e.getClass().getName())) {
            LOG.bug("a bug in a test; more of this kind are only counted", e, "loop", loop);
        }
    }
}
