package io.kconmon.shared.roster;

import io.kconmon.shared.log.Log;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The current roster, for one writer and any number of waiting readers. Before the first {@link #post} there is no
 * roster, and readers must not make one up: an incomplete roster would tell agents that their peers have gone.
 */
public final class RosterBoard {

    private final PauseLog pauses = new PauseLog(Log.of("controller"));
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Roster roster;
    private @Nullable String trouble = "the first roster has not come yet";
    private long confirmedNanos = System.nanoTime();
    private boolean over;

    /** Puts up a roster that is known to be right now. */
    public void post(Roster next) {
        lock.lock();
        try {
            confirmedNanos = System.nanoTime();
            trouble = null;
            if (!next.equals(roster)) {
                pauses.update(next);
                roster = next;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Says, in words for an operator, why the roster cannot be kept up to date; the last one stays up. */
    public void trouble(String inWords) {
        trouble(inWords, Duration.ZERO);
    }

    /**
     * The same, where trouble was noticed late.
     *
     * @param already
     *            for how long the roster may have been wrong
     */
    public void trouble(String inWords, Duration already) {
        lock.lock();
        try {
            if (trouble == null) {
                confirmedNanos = System.nanoTime() - already.toNanos();
            }
            trouble = inWords;
        } finally {
            lock.unlock();
        }
    }

    public Optional<Roster> roster() {
        lock.lock();
        try {
            return Optional.ofNullable(roster);
        } finally {
            lock.unlock();
        }
    }

    public Optional<String> trouble() {
        lock.lock();
        try {
            return Optional.ofNullable(trouble);
        } finally {
            lock.unlock();
        }
    }

    /** How long ago the roster was last known to be right: zero while its source is well. */
    public Duration age() {
        lock.lock();
        try {
            return trouble == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - confirmedNanos);
        } finally {
            lock.unlock();
        }
    }

    /** Ends all waits for good: each waiter returns at once, with a roster only if there is another one. */
    public void endWaiting() {
        lock.lock();
        try {
            over = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is a roster of another revision than the one given, at most as long as given. */
    public Optional<Roster> awaitOtherThan(@Nullable String revision, Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            while (roster == null || roster.revision().equals(revision)) {
                if (left <= 0 || over) {
                    return Optional.empty();
                }
                left = changed.awaitNanos(left);
            }
            return Optional.of(roster);
        } finally {
            lock.unlock();
        }
    }
}
