package io.kconmon.controller.verdict;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells an agent that does not answer from a network that loses packets. If the kernel acknowledges or refuses requests
 * that its agent does not answer, lost UDP packets are not the network's fault either.
 */
final class AgentFaultDetector {

    /** An agent that stands still shows it to TCP tests and to UDP at different times; in intervals. */
    private static final double AROUND = 2;
    private static final double RUN = 2.5;
    /** From the first sign; in intervals. */
    private static final double PATIENCE = 1.2;
    private static final double MOST = 0.7;

    /** A stalled agent, the time since when, and how many of how many nodes report it. */
    record Stalled(int node, double since, int sources, int of) {
    }

    private final ReportWindows log;
    private final Map<Integer, List<Loss>> absences = new HashMap<>();

    AgentFaultDetector(ReportWindows log, List<Loss> losses) {
        this.log = log;
        for (Loss loss : losses) {
            if (loss.absent() > 0) {
                absences.computeIfAbsent(loss.destination(), it -> new ArrayList<>()).add(loss);
            }
        }
        for (Loss loss : losses) {
            if (loss.absent() == 0 && loss.tcp() > 0 && absences.containsKey(loss.destination())) {
                absences.getOrDefault(loss.destination(), List.of()).add(loss);
            }
        }
    }

    /** Whether the destination's agent explains the losses there, unless their direction is known. */
    boolean explains(Loss loss) {
        List<Loss> around = absences.getOrDefault(loss.destination(), List.of());
        if (around.isEmpty()) {
            return false;
        }
        if (loss.absent() > 0 && loss.tcp() == 0) {
            return true;
        }
        Set<Integer> sources = new HashSet<>();
        int absent = 0;
        int tcp = 0;
        for (Loss other : around) {
            if (Math.abs(other.end() - loss.end()) <= AROUND * log.interval()) {
                if (other.absent() > 0) {
                    sources.add(other.reporter());
                }
                absent += other.absent();
                tcp += other.tcp();
            }
        }
        return sources.size() > 1 && absent >= tcp;
    }

    /** Agents that do not answer although their kernel does, by the reports of several others. */
    List<Stalled> stalled(double now) {
        var all = new ArrayList<Stalled>();
        absences.forEach((node, losses) -> {
            List<Loss> stalled = losses.stream().filter(it -> it.stalled() > 0)
                    .sorted((one, other) -> Double.compare(one.end(), other.end())).toList();
            if (stalled.isEmpty() || now - stalled.getLast().end() > AROUND * log.interval()) {
                return;
            }
            double first = stalled.getLast().end();
            for (int i = stalled.size() - 1; i >= 0 && first - stalled.get(i).end() <= RUN * log.interval(); i--) {
                first = stalled.get(i).end();
            }
            if (now >= first + PATIENCE * log.interval()) {
                confirm(node, first, all);
            }
        });
        return all;
    }

    private void confirm(int node, double first, List<Stalled> all) {
        Set<Integer> say = new HashSet<>();
        Set<Integer> asked = new HashSet<>();
        int whole = 0;
        int lossy = 0;
        for (ReportSummary report : log.reports()) {
            if (report.end() >= first && report.tests(node)) {
                asked.add(report.source());
                boolean says = report.losses().stream()
                        .anyMatch(it -> it.destination() == node && it.stalled() > 0);
                if (says) {
                    say.add(report.source());
                }
                if (report.start() >= first - 1e-3) {
                    whole++;
                    lossy += says ? 1 : 0;
                }
            }
        }
        if (say.size() > 1 && 2 * say.size() >= asked.size() && whole > 0 && lossy >= MOST * whole) {
            all.add(new Stalled(node, first - log.interval() / 2, say.size(), asked.size()));
        }
    }

    /** The time when an agent was last reported as stalled; minus infinity if never. */
    double lastStalled(int node) {
        return absences.getOrDefault(node, List.of()).stream().filter(it -> it.stalled() > 0)
                .mapToDouble(Loss::end).max().orElse(Double.NEGATIVE_INFINITY);
    }
}
