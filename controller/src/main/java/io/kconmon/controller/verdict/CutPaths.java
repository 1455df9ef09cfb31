package io.kconmon.controller.verdict;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The nodes from which nothing came back to several others for a whole round. The interval before such a round, or after
 * it, may have lost a part of a round to the same cut, and the direction of these packets is not known either: without
 * an answer nobody knows it.
 */
final class CutPaths {

    /** The ends of two reports that follow one another are not further apart; in intervals. */
    private static final double NEXT = 1.7;
    /** A lossy pair loses whole rounds by chance. */
    private static final int SEVERAL = 3;

    private final Map<Integer, Map<Integer, Set<Double>>> cuts = new HashMap<>();
    private final double next;

    /**
     * @param interval
     *            in seconds
     */
    CutPaths(Iterable<Loss> losses, double interval) {
        next = NEXT * interval;
        for (Loss loss : losses) {
            if (loss.unknown() > 0 && loss.forward() + loss.backward() == 0) {
                cuts.computeIfAbsent(loss.destination(), it -> new HashMap<>())
                        .computeIfAbsent(loss.reporter(), it -> new HashSet<>()).add(loss.end());
            }
        }
        cuts.values().removeIf(it -> it.size() < SEVERAL);
    }

    /** The loss, without its direction if a cut next to it has hidden it. */
    Loss told(Loss loss) {
        if (cuts.isEmpty() || loss.forward() + loss.backward() == 0) {
            return loss;
        }
        Set<Double> ends = cuts.getOrDefault(loss.destination(), Map.of()).getOrDefault(loss.reporter(), Set.of());
        return ends.stream().anyMatch(it -> Math.abs(it - loss.end()) < next) ? loss.ofUnknownWay() : loss;
    }
}
