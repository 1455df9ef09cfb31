package io.kconmon.controller.verdict;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The paths on which nothing came back for a whole round. Just before and after such a round the same cut may have lost
 * a part of a round, and the direction of these packets is not known either: without an answer nobody knows it.
 */
final class CutPaths {

    /** The ends of two reports that follow one another are not further apart; in intervals. */
    private static final double NEXT = 1.7;

    private final Map<Long, List<Loss>> cuts = new HashMap<>();
    private final double next;

    /**
     * @param interval
     *            in seconds
     */
    CutPaths(Iterable<Loss> losses, double interval) {
        next = NEXT * interval;
        for (Loss loss : losses) {
            if (isCut(loss)) {
                cuts.computeIfAbsent(path(loss), it -> new ArrayList<>()).add(loss);
            }
        }
    }

    private static boolean isCut(Loss loss) {
        return loss.unknown() > 0 && loss.forward() + loss.backward() == 0;
    }

    private static long path(Loss loss) {
        return (long) loss.reporter() << 32 | loss.destination();
    }

    /** The loss, without its direction if a cut next to it has hidden it. */
    Loss told(Loss loss) {
        if (cuts.isEmpty() || loss.forward() + loss.backward() == 0) {
            return loss;
        }
        boolean isNext = cuts.getOrDefault(path(loss), List.of()).stream()
                .anyMatch(it -> Math.abs(it.end() - loss.end()) < next);
        return isNext ? loss.ofUnknownWay() : loss;
    }
}
