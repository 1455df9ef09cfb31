package io.kconmon.agent.roster;

import io.kconmon.shared.log.Log;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.net.IpAddress;
import io.kconmon.shared.roster.Roster;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which addresses may be tested. A controller that is wrong, or somebody's who is hostile, does not make an agent probe
 * its own node's loopback services, or send to all hosts of a network at once.
 */
public final class PeerAddresses {

    /** The special kinds of addresses. */
    public enum Kind {
        LOOPBACK, LINK_LOCAL
    }

    private static final long SAY_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final Log LOG = Log.of("agent");
    private static final InetAddress BROADCAST = IpAddress.of("255.255.255.255");

    private final Set<Kind> allowed;
    private final AtomicLong sayAgain = new AtomicLong(System.nanoTime());

    /**
     * Makes the rule.
     *
     * @param allowed
     *            kinds of special addresses that are allowed all the same
     */
    public PeerAddresses(Set<Kind> allowed) {
        this.allowed = Set.copyOf(allowed);
    }

    /** The roster without agents that may not be tested; at most one line a minute is logged about these. */
    public Roster of(Roster roster) {
        var good = new ArrayList<Agent>();
        var refused = new ArrayList<Agent>();
        roster.agents().forEach(agent -> (isAllowed(IpAddress.of(agent.ip())) ? good : refused).add(agent));
        if (refused.isEmpty()) {
            return roster;
        }
        say(refused);
        return Roster.of(good);
    }

    private void say(List<Agent> refused) {
        long now = System.nanoTime();
        long next = sayAgain.get();
        if (now - next < 0 || !sayAgain.compareAndSet(next, now + SAY_NANOS)) {
            return;
        }
        LOG.warn("part of the roster was refused: no agent is tested at a loopback, link-local, multicast or broadcast"
                + " address unless special-peers allows it", "agents", refused.size(), "first",
                refused.getFirst().name(), "ip", refused.getFirst().ip());
    }

    /** Kinds of special addresses that may be tested. */
    public Set<Kind> allowed() {
        return allowed;
    }

    private boolean isAllowed(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return allowed.contains(Kind.LOOPBACK);
        }
        if (address.isLinkLocalAddress()) {
            return allowed.contains(Kind.LINK_LOCAL);
        }
        return !address.isAnyLocalAddress() && !address.isMulticastAddress() && !address.equals(BROADCAST);
    }
}
