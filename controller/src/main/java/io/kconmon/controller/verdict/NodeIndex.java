package io.kconmon.controller.verdict;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All nodes by number, until some time after they have left; the nodes in the roster, and the nodes that are not tested
 * just now.
 */
final class NodeIndex {

    /**
     * A test may fail so long before the roster shows the reason: a node goes before the roster learns of it. In
     * intervals.
     */
    private static final double BEFORE = 2;
    /** A test may fail so long after the roster has the node back: agents learn of that later. In intervals. */
    private static final double AFTER = 1.5;

    private static final class State {
        boolean active = true;
        boolean listed = true;
        /** When it was seen to be in the roster no more. */
        double goneAt = Double.POSITIVE_INFINITY;
        double quietFrom = Double.NEGATIVE_INFINITY;
        double quietUntil = Double.NEGATIVE_INFINITY;
        int zone;
    }

    private final Map<String, Integer> ids = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    private final List<State> states = new ArrayList<>();
    /** Numbers of nodes that are forgotten. */
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private final Map<String, Integer> zoneIds = new HashMap<>();
    private final List<String> zones = new ArrayList<>();
    private final Map<Integer, Integer> inZone = new HashMap<>();
    private boolean rosterKnown;
    private int active;

    /** @return whether a node is in another zone than before */
    boolean roster(double at, List<RosterNode> roster) {
        boolean moved = false;
        Set<Integer> there = new HashSet<>();
        for (RosterNode node : roster) {
            boolean isNew = !ids.containsKey(node.node());
            int id = id(node.node(), node.zone());
            there.add(id);
            State state = states.get(id);
            int zone = zone(node.zone());
            moved |= !isNew && state.zone != zone;
            state.zone = zone;
            if (isNew && rosterKnown) {
                state.quietUntil = at;
            }
            activate(state, !node.paused(), at);
        }
        for (int id = 0; id < states.size(); id++) {
            State state = states.get(id);
            state.listed = there.contains(id);
            state.goneAt = state.listed ? Double.POSITIVE_INFINITY : Math.min(state.goneAt, at);
            if (!state.listed) {
                activate(state, false, at);
            }
        }
        rosterKnown = true;
        count();
        return moved;
    }

    private void count() {
        active = 0;
        inZone.clear();
        for (State state : states) {
            if (state.active) {
                active++;
                inZone.merge(state.zone, 1, Integer::sum);
            }
        }
    }

    private static void activate(State state, boolean active, double at) {
        if (state.active && !active) {
            state.quietFrom = at;
        } else if (!state.active && active) {
            state.quietUntil = at;
        }
        state.active = active;
    }

    int id(String name) {
        return id(name, "unknown");
    }

    private int id(String name, String zoneOfNew) {
        Integer known = ids.get(name);
        if (known != null) {
            return known;
        }
        int id = free.isEmpty() ? names.size() : free.removeFirst();
        State state = new State();
        if (id == names.size()) {
            names.add(name);
            states.add(state);
        } else {
            names.set(id, name);
            states.set(id, state);
        }
        ids.put(name, id);
        state.zone = zone(zoneOfNew);
        state.active = !rosterKnown;
        state.listed = !rosterKnown;
        if (state.active) {
            active++;
            inZone.merge(state.zone, 1, Integer::sum);
        }
        return id;
    }

    /** Frees the numbers of nodes that left before then. */
    void forget(double before) {
        ids.values().removeIf(id -> {
            boolean isGone = states.get(id).goneAt < before;
            if (isGone) {
                free.addLast(id);
            }
            return isGone;
        });
    }

    private int zone(String name) {
        return zoneIds.computeIfAbsent(name, it -> {
            zones.add(it);
            return zones.size() - 1;
        });
    }

    String name(int id) {
        return names.get(id);
    }

    int zone(int id) {
        return states.get(id).zone;
    }

    String zoneName(int zone) {
        return zones.get(zone);
    }

    int size() {
        return names.size();
    }

    int zoneCount() {
        return zones.size();
    }

    /**
     * Whether the paths between two zones, or within one, are more than a pair, and not all paths of a node or of the
     * mesh.
     */
    boolean areZones(int one, int other) {
        int here = inZone.getOrDefault(one, 0);
        int there = inZone.getOrDefault(other, 0);
        if (one == other) {
            return here > 2 && here < active;
        }
        return here + there > 2 && (here + there < active || Math.min(here, there) > 1);
    }

    /** How many of a zone are in the roster and not paused. */
    int activeIn(int zone) {
        return inZone.getOrDefault(zone, 0);
    }

    /** How many are in the roster and not paused. */
    int active() {
        return active;
    }

    /** Whether it is in the roster, paused or not; without a roster every named node counts. */
    boolean isListed(int id) {
        return states.get(id).listed;
    }

    boolean isActive(int id) {
        return states.get(id).active;
    }

    /** Whether measurements of or by this node from start to end are useless for judging the network. */
    boolean excused(int id, double start, double end, double interval) {
        State state = states.get(id);
        return end >= state.quietFrom - BEFORE * interval
                && (!state.active || start < state.quietUntil + AFTER * interval);
    }
}
