package io.kconmon.controller.verdict;

import io.kconmon.controller.verdict.Scenario.Type;
import io.kconmon.controller.verdict.VerdictEvent.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Runs many simulated meshes and prints what was found, how soon, and what was said wrongly. Not a test: it takes minutes.
 * Arguments: how many seeds, then types (all if none); {@code -v} before them shows each wrong verdict.
 */
public final class Evaluation {

    private static final int[] SIZES = {6, 12, 30, 60, 200};

    /** What came of one run. */
    record Outcome(int expected, int found, List<Double> delays, List<Double> ends, int wrong, int again, int notEnded,
            List<String> said) {
    }

    private Evaluation() {
    }

    /** Prints a line a kind and size. */
    public static void main(String[] arguments) {
        var words = new ArrayList<>(Arrays.asList(arguments));
        boolean verbose = words.remove("-v");
        int seeds = words.isEmpty() ? 8 : Integer.parseInt(words.removeFirst());
        List<Integer> sizes = new ArrayList<>();
        words.removeIf(it -> it.matches("[0-9]+s?")
                && sizes.add(Integer.parseInt(it.replace("s", "")) * (it.endsWith("s") ? -1 : 1)));
        System.out.printf("%-16s %6s %10s %8s %8s %6s %6s %9s %7s%n", "kind", "nodes", "found", "median s",
                "worst s",
                "wrong", "again", "not ended", "end s");
        for (Type type : Type.values()) {
            if (words.isEmpty() || words.contains(type.name())) {
                if (sizes.isEmpty()) {
                    for (int size : SIZES) {
                        line(type, size, false, seeds, verbose);
                    }
                    line(type, 60, true, seeds, verbose);
                    line(type, 200, true, seeds, verbose);
                } else {
                    for (int size : sizes) {
                        line(type, Math.abs(size), size < 0, seeds, verbose);
                    }
                }
            }
        }
    }

    private static void line(Type type, int size, boolean sparse, int seeds, boolean verbose) {
        int expected = 0;
        int found = 0;
        int wrong = 0;
        int again = 0;
        int notEnded = 0;
        var delays = new ArrayList<Double>();
        var ends = new ArrayList<Double>();
        long began = System.nanoTime();
        for (int seed = 0; seed < seeds; seed++) {
            Scenario scenario = Scenario.of(type, size, sparse, seed);
            Outcome outcome = run(scenario, seed);
            expected += outcome.expected;
            found += outcome.found;
            wrong += outcome.wrong;
            again += outcome.again;
            notEnded += outcome.notEnded;
            delays.addAll(outcome.delays);
            ends.addAll(outcome.ends);
            if (verbose && (outcome.wrong + outcome.again + outcome.notEnded > 0 || outcome.found < outcome.expected)) {
                System.out.println("  seed " + seed + " " + scenario.shape() + " " + scenario.faults());
                outcome.said.forEach(it -> System.out.println("    " + it));
            }
        }
        delays.sort(null);
        ends.sort(null);
        System.out.printf(Locale.ROOT, "%-16s %5d%s %5d/%-4d %8.1f %8.1f %6d %6d %9d %7.0f   %.1f s%n", type.name(),
                size,
                sparse ? "s" : " ", found, expected, at(delays, 0.5), at(delays, 1), wrong, again, notEnded,
                at(ends, 1), (System.nanoTime() - began) / 1e9);
    }

    private static double at(List<Double> sorted, double lossKind) {
        return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.round(lossKind * (sorted.size() - 1)));
    }

    static Outcome run(Scenario scenario, long seed) {
        var engine = new VerdictEngine();
        var events = new ArrayList<VerdictEvent>();
        double[] now = {0};
        new SimulatedMesh(scenario.shape(), scenario.faults(), scenario.oddity(), seed).run(scenario.seconds(),
                line -> {
                    now[0] = Math.max(now[0], line.at());
                    switch (line) {
                        case ReplayJson.RosterLine roster -> engine.roster(roster.at(), roster.nodes());
                        case ReplayJson.ReportLine report -> engine.report(report.report());
                    }
                    events.addAll(engine.advance(now[0]));
                });
        return verdictLoop(scenario, events);
    }

    private static Outcome verdictLoop(Scenario scenario, List<VerdictEvent> events) {
        Set<Fault> found = new HashSet<>();
        var delays = new ArrayList<Double>();
        var ends = new ArrayList<Double>();
        var said = new ArrayList<String>();
        int wrong = 0;
        int again = 0;
        for (VerdictEvent event : events) {
            double at = event.at() - SimulatedMesh.START;
            said.add("%.1f %s".formatted(at, VerdictJson.write(event)));
            Fault fault = scenario.faults().stream().filter(it -> it.matches(event.verdict())).findFirst().orElse(null);
            if (event.change() == Change.ENDS) {
                if (fault != null && at > fault.to()) {
                    ends.add(at - fault.to());
                }
            } else if (fault == null || at < fault.from() || at > fault.to() + 10) {
                wrong++;
            } else if (found.add(fault)) {
                delays.add(at - fault.from());
            } else {
                again++;
            }
        }
        int notEnded = (int) ends.stream().filter(it -> it > 60).count() + Math.max(0, found.size() - ends.size());
        return new Outcome(scenario.faults().size(), found.size(), delays, ends, wrong, again, notEnded, said);
    }
}
