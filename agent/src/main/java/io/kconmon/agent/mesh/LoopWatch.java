package io.kconmon.agent.mesh;

import static java.util.Objects.requireNonNull;

import io.kconmon.agent.measure.Families;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.Result;
import io.kconmon.agent.strain.Taint;
import io.kconmon.shared.log.Log;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Watches over the loops themselves: how many live, how late they wake, what escapes them, and which of their rounds
 * this agent's own faults have marred.
 */
public final class LoopWatch {

    private static final Log LOG = Log.of("agent");
    private static final long SAY_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Consumer<Duration> lag;
    private final LongSupplier stoodStill;
    private final Supplier<Taint> why;
    private final Map<Taint, AtomicLong> tainted = new EnumMap<>(Taint.class);
    private final AtomicLong sayAgain = new AtomicLong(System.nanoTime());
    private final Map<Excuse, AtomicLong> excused = new EnumMap<>(Excuse.class);
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
        this(lag, () -> 0, () -> Taint.LAG);
    }

    /**
     * Makes a watch that does not hold against a peer what this process has missed.
     *
     * @param stoodStill
     *            for how long this process has stood still since it started, in nanoseconds
     * @param why
     *            what the last standstill came from
     */
    public LoopWatch(Consumer<Duration> lag, LongSupplier stoodStill, Supplier<Taint> why) {
        this.lag = lag;
        this.stoodStill = stoodStill;
        this.why = why;
        for (Taint taint : Taint.values()) {
            tainted.put(taint, new AtomicLong());
        }
        for (Excuse excuse : Excuse.values()) {
            excused.put(excuse, new AtomicLong());
        }
    }

    long stoodStillNanos() {
        return stoodStill.getAsLong();
    }

    /**
     * Takes note of a round that a fault of this agent's own has marred. A round that passed has passed, whatever was
     * the matter. One that failed is the agent's own fault if the process stood still and an answer may have been missed:
     * when what came late would have been in time but for this process's waiting, and it stood still for half of the
     * time that was waited for what never came, and of the round. What the other end or a router has said, such as a
     * refusal, is true however late it is read.
     *
     * @param standstillNanos
     *            how long this process stood still during the round
     * @param timeout
     *            how long each answer was waited for
     * @param took
     *            how long the round lasted
     * @return whether the result says nothing about the network
     */
    boolean isOwnFault(String loop, Result result, long standstillNanos, Duration timeout, Duration took) {
        Cause cause = result.cause().orElse(null);
        if (cause == Cause.LOCAL) {
            count(Taint.LOCAL_ERROR);
            return false; // its measurements know what to make of it
        }
        boolean stoodStill = standstillNanos > 0;
        boolean missed = stoodStill && cause != null && cause.isOfLookingLate()
                && isMissed(result, standstillNanos, timeout, took);
        if (missed || (stoodStill && cause == null)) {
            count(why.get());
        }
        if (missed) {
            say(loop, standstillNanos);
        }
        return missed;
    }

    private static boolean isMissed(Result result, long standstillNanos, Duration timeout, Duration took) {
        List<? extends Outcome<?>> failed = result.exchanges().stream().filter(it -> it.cause().isPresent()).toList();
        long neverCame = failed.stream().filter(it -> it.late().isEmpty()).count();
        long enough = Math.max(timeout.toNanos() / 2 * neverCame, took.toNanos() / 2);
        return failed.stream().flatMap(it -> it.late().stream()).allMatch(Outcome.Late::isOurDoing)
                && (neverCame == 0 || standstillNanos >= enough);
    }

    /** A failed test of a peer is no result. */
    void excused(Excuse why) {
        requireNonNull(excused.get(why)).incrementAndGet();
    }

    private void count(Taint taint) {
        requireNonNull(tainted.get(taint)).incrementAndGet();
    }

    private void say(String loop, long standstillNanos) {
        long now = System.nanoTime();
        long next = sayAgain.get();
        if (now - next >= 0 && sayAgain.compareAndSet(next, now + SAY_NANOS)) {
            LOG.warn("this agent stood still during a test, which says nothing about the network then;"
                    + " more such tests are only counted for the next ten minutes", "test", loop, "reason",
                    why.get().label(), "millis", standstillNanos / 1_000_000);
        }
    }

    /** Adds how many rounds are no results, for what reason. */
    public void write(Families families) {
        tainted.forEach((taint, count) -> families.counter("tainted_rounds",
                "Rounds marred by a fault of this agent's own: those that failed are no results of the network",
                Labels.of("reason", taint.label()), count.get()));
        excused.forEach((excuse, count) -> families.counter("excused_rounds",
                "Failed rounds of peers that say that they stop, or had no time to answer: no results",
                Labels.of("reason", excuse.label()), count.get()));
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
