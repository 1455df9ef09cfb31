package io.kconmon.controller;

import io.kconmon.shared.roster.Roster;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** The last few rosters by revision, for readers that were away for a moment. */
final class RecentRosters {

    private static final int REMEMBERED = 8;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Roster> rosters = new ArrayDeque<>();

    void add(Roster roster) {
        lock.lock();
        try {
            if (rosters.stream().noneMatch(it -> it.revision().equals(roster.revision()))) {
                if (rosters.size() == REMEMBERED) {
                    rosters.removeFirst();
                }
                rosters.addLast(roster);
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
