package io.kconmon.controller.status;

import io.kconmon.controller.verdict.RosterNode;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Who was there in the last hour; of very many changes the last ones. */
public final class RosterHistory {

    private static final double SECONDS = 3600;
    private static final int MOST = 200;

    /** Who was there from then on. */
    public record Since(double at, List<RosterNode> nodes) {
        public Since {
            nodes = List.copyOf(nodes);
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Since> rosters = new ArrayDeque<>();

    /** Takes note of the current roster; returns whether it differs from the last one. */
    public boolean add(double at, List<RosterNode> nodes) {
        lock.lock();
        try {
            if (!rosters.isEmpty() && rosters.getLast().nodes.equals(nodes)) {
                return false;
            }
            rosters.addLast(new Since(at, nodes));
            // The first that stays held until the second.
            while (rosters.size() > MOST || (rosters.size() > 1 && second().at < at - SECONDS)) {
                rosters.removeFirst();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private Since second() {
        var it = rosters.iterator();
        it.next();
        return it.next();
    }

    /** The oldest first. */
    public List<Since> all() {
        lock.lock();
        try {
            return List.copyOf(rosters);
        } finally {
            lock.unlock();
        }
    }
}
