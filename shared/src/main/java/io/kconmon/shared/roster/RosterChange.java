package io.kconmon.shared.roster;

import java.util.List;

/**
 * What leads from one roster to the next.
 *
 * @param revision
 *            of the roster that it leads to
 * @param joinedOrChanged
 *            agents that are new, or not as they were
 * @param left
 *            names of agents that are gone
 */
public record RosterChange(String revision, List<Agent> joinedOrChanged, List<String> left) {

    public RosterChange {
        joinedOrChanged = List.copyOf(joinedOrChanged);
        left = List.copyOf(left);
    }
}
