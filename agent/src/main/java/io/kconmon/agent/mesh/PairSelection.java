package io.kconmon.agent.mesh;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Chooses the peers that have series of their own: those that fail, and the worst of the others. A peer that has been
 * chosen stays for a while and until another one is clearly worse, so that series do not come and go with chance, however
 * often a page is read.
 */
final class PairSelection {

    /**
     * One that may be chosen.
     *
     * @param badness
     *            the greater, the worse
     */
    record Candidate(String node, boolean failing, double badness) {
    }

    /** A pair's series with every test passing: five gauges, four results, packets sent and lost. */
    static final int PASSING_SERIES = 11;
    /** A failing pair has causes and directions beside these, and fewer gauges. */
    static final int FAILING_SERIES = 16;

    /** How long a peer stays after it was chosen, or has failed. */
    private static final long STAYS_NANOS = Duration.ofMinutes(10).toNanos();
    private static final long RANKED_AGAIN_NANOS = Duration.ofMinutes(1).toNanos();
    /** What makes another one clearly worse: by a quarter, and by 100 µs. */
    private static final double FACTOR = 1.25;
    private static final double SECONDS = 1e-4;
    private static final Comparator<Candidate> WORST_FIRST = Comparator.comparingDouble(Candidate::badness).reversed()
            .thenComparing(Candidate::node);

    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    /** When each was last seen to fail. */
    private final Map<String, Long> failed = new HashMap<>();
    /** The failing ones that were chosen last time. */
    private Set<String> chosenFailing = Set.of();
    /** Since when each of the others is chosen. */
    private final Map<String, Long> chosen = new HashMap<>();
    private long rankedAt;
    private boolean ranked;

    /** Makes a selection; the clock is in nanoseconds. */
    PairSelection(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * The peers to write, each with the most series that it may have; together they have no more than there is room for.
     *
     * @param worst
     *            how many beside those that fail
     * @param room
     *            for how many series
     */
    Map<String, Integer> choose(Collection<Candidate> candidates, int worst, int room) {
        lock.lock();
        try {
            long now = clock.getAsLong();
            Map<String, Candidate> byNode = HashMap.newHashMap(candidates.size());
            candidates.forEach(it -> byNode.put(it.node, it));
            failed.keySet().retainAll(byNode.keySet());
            chosen.keySet().retainAll(byNode.keySet());
            List<Candidate> failing = failing(byNode, now, room / FAILING_SERIES);
            var all = new HashMap<String, Integer>();
            failing.forEach(it -> all.put(it.node, FAILING_SERIES));
            int left = Math.min(worst, (room - failing.size() * FAILING_SERIES) / PASSING_SERIES);
            rank(byNode, now, left);
            chosen.keySet().forEach(it -> all.put(it, PASSING_SERIES));
            return all;
        } finally {
            lock.unlock();
        }
    }

    private List<Candidate> failing(Map<String, Candidate> byNode, long now, int most) {
        byNode.values().stream().filter(Candidate::failing).forEach(it -> failed.put(it.node, now));
        failed.values().removeIf(at -> now - at > STAYS_NANOS);
        List<Candidate> all = failed.keySet().stream().map(byNode::get)
                .sorted(Comparator.comparing((Candidate it) -> !it.failing)
                        .thenComparing(it -> !chosenFailing.contains(it.node)).thenComparing(WORST_FIRST))
                .limit(most).toList();
        chosenFailing = new HashSet<>(all.stream().map(Candidate::node).toList());
        chosen.keySet().removeAll(chosenFailing);
        return all;
    }

    private void rank(Map<String, Candidate> byNode, long now, int most) {
        var inside = new ArrayList<>(chosen.keySet().stream().map(byNode::get).sorted(WORST_FIRST).toList());
        while (inside.size() > most) {
            chosen.remove(inside.removeLast().node);
        }
        boolean again = !ranked || now - rankedAt >= RANKED_AGAIN_NANOS;
        if (!again && inside.size() == most) {
            return;
        }
        List<Candidate> outside = byNode.values().stream()
                .filter(it -> it.badness > 0 && !chosen.containsKey(it.node) && !chosenFailing.contains(it.node))
                .sorted(WORST_FIRST).toList();
        int next = 0;
        for (; next < outside.size() && chosen.size() < most; next++) {
            chosen.put(outside.get(next).node, now);
        }
        if (!again) {
            return;
        }
        ranked = true;
        rankedAt = now;
        List<Candidate> settled = inside.reversed().stream()
                .filter(it -> now - chosen.getOrDefault(it.node, now) >= STAYS_NANOS)
                .toList();
        for (int i = 0; i < settled.size() && next < outside.size(); i++, next++) {
            Candidate worse = outside.get(next);
            if (worse.badness <= settled.get(i).badness * FACTOR + SECONDS) {
                break;
            }
            chosen.remove(settled.get(i).node);
            chosen.put(worse.node, now);
        }
    }
}
