package io.kconmon.agent.ondemand;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** Who is being answered: so many at once, and not so many from one address that nobody else would be. */
final class Callers {

    private final int most;
    private final int mostOfAnAddress;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Integer> byAddress = new HashMap<>();
    private int count;

    Callers(int most, int mostOfAnAddress) {
        this.most = most;
        this.mostOfAnAddress = mostOfAnAddress;
    }

    /** Whether there is room for one more; if so, it has to leave. */
    boolean enter(String address) {
        lock.lock();
        try {
            if (count >= most || byAddress.getOrDefault(address, 0) >= mostOfAnAddress) {
                return false;
            }
            count++;
            byAddress.merge(address, 1, Integer::sum);
            return true;
        } finally {
            lock.unlock();
        }
    }

    void leave(String address) {
        lock.lock();
        try {
            count--;
            byAddress.computeIfPresent(address, (key, entered) -> entered == 1 ? null : entered - 1);
        } finally {
            lock.unlock();
        }
    }
}
