package io.kconmon.controller.report;

import io.kconmon.shared.roster.Roster;
import java.util.List;

/** The nodes of a roster in the order of their names, which is that of the places in a report. */
record RosterNodes(String revision, List<String> names) {

    /** Reuses the same list of names if it still holds, because every report keeps it. */
    RosterNodes next(Roster roster) {
        RosterNodes next = of(roster);
        return next.names.equals(names) ? new RosterNodes(next.revision, names) : next;
    }

    static RosterNodes of(Roster roster) {
        return new RosterNodes(roster.revision(), List.copyOf(roster.byNode().keySet()));
    }
}
