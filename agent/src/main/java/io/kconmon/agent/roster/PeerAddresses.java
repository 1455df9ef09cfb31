package io.kconmon.agent.roster;

import io.kconmon.shared.log.Log;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.IpAddress;
import io.kconmon.shared.roster.Roster;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Set;

/**
 * Which addresses may be tested. A controller that is wrong, or somebody's who is hostile, does not make an agent probe
 * its own node's loopback services, or send to all hosts of a network at once.
 *
 * @param allowed
 *            kinds of special addresses that are allowed all the same
 */
public record PeerAddresses(Set<Kind> allowed) {

    /** What is special about an address. */
    public enum Kind {
        LOOPBACK, LINK_LOCAL
    }

    private static final Log LOG = Log.of("agent");
    private static final InetAddress BROADCAST = IpAddress.of("255.255.255.255");

    public PeerAddresses {
        allowed = Set.copyOf(allowed);
    }

    /** The roster without those who may not be tested, of whom one line is logged. */
    public Roster of(Roster roster) {
        var good = new ArrayList<Agent>();
        var refused = new ArrayList<Agent>();
        roster.agents().forEach(agent -> (isAllowed(IpAddress.of(agent.ip())) ? good : refused).add(agent));
        if (refused.isEmpty()) {
            return roster;
        }
        LOG.warn("part of the roster was refused: no agent is tested at a loopback, link-local, multicast or broadcast"
                + " address unless special-peers allows it", "agents", refused.size(), "first",
                refused.getFirst().name(), "ip", refused.getFirst().ip());
        return Roster.of(good);
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
