package io.kconmon.agent.roster;

import io.kconmon.shared.log.Log;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/** The last roster that came, its age, and this agent's identity in it. */
public final class RosterState {

    private static final Log LOG = Log.of("agent");

    private final BiConsumer<Roster, Identity> listener;
    private final ReentrantLock lock = new ReentrantLock();
    private Roster roster = Roster.empty();
    private Identity identity;
    private OptionalInt incoming = OptionalInt.empty();
    private final RateLimiter lines;
    private int changes;
    private int agentsSaid;
    private boolean known;
    private boolean settled;
    private long rightAtNanos = System.nanoTime();

    /**
     * Keeps an empty roster for a start.
     *
     * @param listener
     *            called for each change, one after the other, once this agent knows its identity
     */
    public RosterState(Identity identity, BiConsumer<Roster, Identity> listener) {
        this(identity, listener, System::nanoTime);
    }

    /** By another clock, in nanoseconds, for the lines that are logged. */
    RosterState(Identity identity, BiConsumer<Roster, Identity> listener, LongSupplier clock) {
        this.lines = new RateLimiter(20, Duration.ofSeconds(10), clock);
        this.identity = identity;
        this.listener = listener;
    }

    /** The roster was this so long ago. */
    void set(Roster next, Duration age) {
        lock.lock();
        try {
            rightAtNanos = System.nanoTime() - age.toNanos();
            if (known && next.equals(roster)) {
                return;
            }
            if (!known || !lasting(next).equals(lasting(roster))) {
                changes++;
                sayChanges(next);
            }
            known = true;
            roster = next;
            identity = identity.with(identity.in(next));
            findByAddress();
            tell();
        } finally {
            lock.unlock();
        }
    }

    /** The nodes of all agents but those that are tested only for a while. */
    private static Set<String> lasting(Roster roster) {
        var nodes = new HashSet<String>();
        for (Agent agent : roster.agents()) {
            if (!agent.rotating()) {
                nodes.add(agent.nodeName());
            }
        }
        return nodes;
    }

    /** Several in one line, if they come faster than anybody reads: a controller decides how often. */
    private void sayChanges(Roster now) {
        if (changes > 0 && lines.take()) {
            if (changes == 1) {
                LOG.info("roster changed", "agents", now.size(), "before", agentsSaid);
            } else {
                LOG.info("roster changed", "agents", now.size(), "before", agentsSaid, "changes", changes);
            }
            agentsSaid = now.size();
            changes = 0;
        }
    }

    /** The roster that there is was still right so long ago. */
    void confirm(Duration age) {
        lock.lock();
        try {
            rightAtNanos = System.nanoTime() - age.toNanos();
            sayChanges(roster);
        } finally {
            lock.unlock();
        }
    }

    /** How many agents are to test this one; empty if all others in the roster are to. */
    public void incoming(OptionalInt agents) {
        lock.lock();
        try {
            incoming = agents;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the mesh may have agents that this roster does not name. */
    public boolean isPartial() {
        lock.lock();
        try {
            return incoming.isPresent();
        } finally {
            lock.unlock();
        }
    }

    /** How many agents are to test this one. */
    public int incoming() {
        lock.lock();
        try {
            return incoming.orElseGet(() -> identity.in(roster).isPresent() ? roster.size() - 1 : 0);
        } finally {
            lock.unlock();
        }
    }

    void identify(Agent agent) {
        lock.lock();
        try {
            identity = identity.with(Optional.of(agent));
            tell();
        } finally {
            lock.unlock();
        }
    }

    /** The agent stops waiting for the controller to confirm its identity. */
    public void settle() {
        lock.lock();
        try {
            settled = true;
            findByAddress();
            if (known && !identity.confirmed()) {
                LOG.warn("the roster does not name this agent: its series have the node and zone of its own settings",
                        "name", identity.podName(), "node", identity.node(), "zone", identity.zone());
            }
            tell();
        } finally {
            lock.unlock();
        }
    }

    /** Once its names have been waited for in vain. */
    private void findByAddress() {
        if (!settled || identity.confirmed()) {
            return;
        }
        identity.at(roster).ifPresent(agent -> {
            LOG.warn("the roster has other names for the agent at this agent's address: its series have that one's node"
                    + " and zone", "name", identity.podName(), "node", identity.node(), "ip", identity.ip(), "agent",
                    agent.name(), "agentNode", agent.nodeName());
            identity = identity.with(Optional.of(agent));
        });
    }

    private void tell() {
        settled |= identity.confirmed();
        if (known && settled) {
            listener.accept(roster, identity);
            LOG.debug("roster in force", "agents", roster.size(), "revision", roster.revision());
        }
    }

    /** Whether this agent knows its own labels, as well as it ever will: before that nothing is measured or shown. */
    public boolean isSettled() {
        lock.lock();
        try {
            return settled;
        } finally {
            lock.unlock();
        }
    }

    public Roster roster() {
        lock.lock();
        try {
            return roster;
        } finally {
            lock.unlock();
        }
    }

    /** Whether there has been a roster at all. */
    public boolean isKnown() {
        lock.lock();
        try {
            return known;
        } finally {
            lock.unlock();
        }
    }

    public Identity identity() {
        lock.lock();
        try {
            return identity;
        } finally {
            lock.unlock();
        }
    }

    /** Since when the roster may be wrong: how long ago it was last known to be right, or this agent started. */
    public Duration age() {
        lock.lock();
        try {
            return Duration.ofNanos(System.nanoTime() - rightAtNanos);
        } finally {
            lock.unlock();
        }
    }
}
