package io.kconmon.controller;

import io.kconmon.shared.roster.Roster;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The last rosters by revision, for readers that were away for a moment. While all agents are replaced there are some ten
 * in a second, and a reader that has lost another controller takes a second to come.
 */
final class RecentRosters {

    private static final int MOST = 64;
    private static final int LEAST = 8;
    /** In all of them; one agent takes 80 bytes. */
    private static final int MOST_AGENTS = 40_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Roster> rosters = new ArrayDeque<>();
    private int agents;

    void add(Roster roster) {
        lock.lock();
        try {
            if (rosters.stream().noneMatch(it -> it.revision().equals(roster.revision()))) {
                rosters.addLast(roster);
                agents += roster.size();
                while (rosters.size() > MOST || (rosters.size() > LEAST && agents > MOST_AGENTS)) {
                    agents -= rosters.removeFirst().size();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    Optional<Roster> find(String revision) {
        lock.lock();
        try {
            return rosters.stream().filter(it -> it.revision().equals(revision)).findFirst();
        } finally {
            lock.unlock();
        }
    }
}
