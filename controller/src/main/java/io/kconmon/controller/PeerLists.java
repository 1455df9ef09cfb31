package io.kconmon.controller;

import static java.util.Objects.requireNonNull;

import io.kconmon.controller.mesh.BoundedMesh;
import io.kconmon.controller.mesh.MeshSettings;
import io.kconmon.controller.mesh.ModeSwitch;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.AgentKey;
import io.kconmon.shared.roster.Roster;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What readers are to know: the whole roster, or in a bounded mesh each its own peers. A change is worked out once, and
 * only those readers wake that it concerns.
 */
final class PeerLists {

    /**
     * What a reader is to know.
     *
     * @param version
     *            counts what this reader was given
     * @param whole
     *            whether it is the whole roster
     * @param incoming
     *            how many others are to test it, unless all are
     */
    record Content(int version, Roster roster, boolean whole, OptionalInt incoming) {
    }

    /** What one reader is to know, as it changes. */
    final class Feed implements AutoCloseable {

        private final Optional<AgentKey> key;
        private final ReentrantLock waiting = new ReentrantLock();
        private final Condition changed = waiting.newCondition();
        private @Nullable Content content;
        /** The name in the roster under which the reader was found. */
        private String name = "";
        private long step;

        private Feed(Optional<AgentKey> key) {
            this.key = key;
        }

        /** Waits until there is something newer than that version, at most as long as given. */
        Optional<Content> awaitAfter(int version, Duration atMost) throws InterruptedException {
            long left = atMost.toNanos();
            waiting.lockInterruptibly();
            try {
                while (content == null || content.version == version) {
                    if (left <= 0 || over) {
                        return Optional.empty();
                    }
                    left = changed.awaitNanos(left);
                }
                return Optional.of(content);
            } finally {
                waiting.unlock();
            }
        }

        /** Called with the lists' lock held. */
        private void update() {
            Content last = content;
            if (key.isEmpty() || bounded.isEmpty()) {
                if (last == null || !last.whole || !last.roster.equals(roster)) {
                    give(roster, true, OptionalInt.empty());
                }
                return;
            }
            BoundedMesh mesh = bounded.get();
            Optional<Agent> self = mesh.find(key.get(), name);
            name = self.map(Agent::name).orElse("");
            step = self.map(this::stepNow).orElse(0L);
            OptionalInt incoming = OptionalInt.of(self.map(mesh::incoming).orElse(0));
            Roster before = last == null || last.whole ? null : last.roster;
            Optional<Roster> next = self.isPresent()
                    ? mesh.peers(self.get(), step, before)
                    : mesh.peersOfStranger(key.get().node(), before);
            if (next.isPresent() || last == null || !last.incoming.equals(incoming)) {
                give(next.orElseGet(() -> requireNonNull(before)), false, incoming);
            }
        }

        private boolean hasNewStep() {
            return bounded.isPresent() && key.isPresent()
                    && bounded.get().find(name).filter(it -> stepNow(it) != step).isPresent();
        }

        private long stepNow(Agent self) {
            return BoundedMesh.step(self, epochMillis.getAsLong());
        }

        private void give(Roster next, boolean whole, OptionalInt incoming) {
            waiting.lock();
            try {
                content = new Content(content == null ? 1 : content.version + 1, next, whole, incoming);
                changed.signalAll();
            } finally {
                waiting.unlock();
            }
        }

        private void wake() {
            waiting.lock();
            try {
                changed.signalAll();
            } finally {
                waiting.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                feeds.remove(this);
            } finally {
                lock.unlock();
            }
        }
    }

    private final MeshSettings settings;
    private final ModeSwitch mode;
    private final LongSupplier epochMillis;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Feed> feeds = new HashSet<>();
    private Roster roster = Roster.empty();
    private boolean known;
    private Optional<BoundedMesh> bounded = Optional.empty();
    private volatile boolean over;

    /** Makes the lists; the clock is in milliseconds since 1970-01-01. */
    PeerLists(MeshSettings settings, LongSupplier epochMillis) {
        this.settings = settings;
        this.mode = new ModeSwitch(settings);
        this.epochMillis = epochMillis;
    }

    /** Gives readers what they are to know now, by this roster and by the step of this moment. */
    void update(Roster now) {
        lock.lock();
        try {
            if (isNew(now)) {
                take(now);
            } else {
                feeds.stream().filter(Feed::hasNewStep).forEach(Feed::update);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isNew(Roster now) {
        return !known || !now.revision().equals(roster.revision());
    }

    private void take(Roster now) {
        known = true;
        roster = now;
        bounded = mode.isBounded(now.size()) ? Optional.of(new BoundedMesh(now, settings)) : Optional.empty();
        feeds.forEach(Feed::update);
    }

    /**
     * A new reader's.
     *
     * @param key
     *            empty for one that is no agent, or does not say so: it gets the whole roster
     * @param now
     *            the current roster
     */
    Feed open(Optional<AgentKey> key, Roster now) {
        lock.lock();
        try {
            if (isNew(now)) {
                take(now);
            }
            var feed = new Feed(key);
            feed.update();
            feeds.add(feed);
            return feed;
        } finally {
            lock.unlock();
        }
    }

    /** What an agent is to know now. */
    Content now(AgentKey key, Roster now) {
        try (Feed feed = open(Optional.of(key), now)) {
            return requireNonNull(feed.content);
        }
    }

    /** How long it takes until every node has tested every other; zero while all do all the time. */
    Duration cycle() {
        lock.lock();
        try {
            return bounded.map(BoundedMesh::cycle).orElse(Duration.ZERO);
        } finally {
            lock.unlock();
        }
    }

    /** Ends all waits for good. */
    void endWaiting() {
        over = true;
        lock.lock();
        try {
            feeds.forEach(Feed::wake);
        } finally {
            lock.unlock();
        }
    }
}
