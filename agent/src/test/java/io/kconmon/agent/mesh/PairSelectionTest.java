package io.kconmon.agent.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.mesh.PairSelection.Candidate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairSelectionTest {

    private static final int ROOM = 300;

    private final AtomicLong now = new AtomicLong();
    private final PairSelection selection = new PairSelection(now::get);

    private static Candidate healthy(int number, double seconds) {
        return new Candidate("node-" + number, false, seconds);
    }

    private static Candidate failing(int number, double badness) {
        return new Candidate("node-" + number, true, badness);
    }

    private void passes(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private Set<String> choose(List<Candidate> candidates, int worst) {
        return selection.choose(candidates, worst, ROOM).keySet();
    }

    @Test
    void theWorstAreChosen() {
        List<Candidate> all = IntStream.range(0, 100).mapToObj(i -> healthy(i, i / 1e3)).toList();
        assertEquals(Set.of("node-99", "node-98", "node-97"), choose(all, 3));
    }

    @Test
    void oneOfWhichNothingIsKnownYetIsNotChosen() {
        assertEquals(Set.of("node-1"), choose(List.of(healthy(1, 1e-3), healthy(2, 0)), 3));
    }

    /** Noise of a fifth on a thousand peers, read by two Prometheus, each 15 s. */
    @Test
    void noiseMovesNobody() {
        for (long seed = 1; seed <= 5; seed++) {
            var random = new Random(seed);
            var quiet = new PairSelection(now::get);
            Set<String> first = Set.of();
            for (int scrape = 0; scrape < 480; scrape++) {
                var all = new ArrayList<Candidate>();
                for (int i = 0; i < 1000; i++) {
                    all.add(healthy(i, 0.0005 * (1 + 0.05 * random.nextGaussian())));
                }
                Set<String> chosen = quiet.choose(all, 20, ROOM).keySet();
                first = scrape == 0 ? Set.copyOf(chosen) : first;
                assertEquals(first, chosen, "seed " + seed + ", scrape " + scrape);
                passes(Duration.ofMillis(7500));
            }
        }
    }

    @Test
    void oneThatIsClearlyWorseComesInOnceAnotherHasStayedForTenMinutes() {
        var seconds = new HashMap<Integer, Double>(Map.of(1, 0.001, 2, 0.002, 3, 0.0005));
        assertEquals(Set.of("node-1", "node-2"), choose(of(seconds), 2));
        seconds.put(3, 0.01);
        passes(Duration.ofMinutes(9));
        assertEquals(Set.of("node-1", "node-2"), choose(of(seconds), 2));
        passes(Duration.ofMinutes(2));
        assertEquals(Set.of("node-3", "node-2"), choose(of(seconds), 2));
        seconds.put(1, 0.0022);
        passes(Duration.ofMinutes(20));
        assertEquals(Set.of("node-3", "node-2"), choose(of(seconds), 2), "it is not clearly worse");
    }

    private static List<Candidate> of(Map<Integer, Double> seconds) {
        return seconds.entrySet().stream().map(it -> healthy(it.getKey(), it.getValue())).toList();
    }

    @Test
    void oneThatFailsComesInAtOnceAndStaysForTenMinutesAfterIt() {
        List<Candidate> well = IntStream.range(0, 50).mapToObj(i -> healthy(i, 0.001)).toList();
        var ill = new ArrayList<>(well);
        ill.set(40, failing(40, 0.3));
        choose(well, 5);
        Set<String> before = Set.copyOf(choose(well, 5));
        passes(Duration.ofSeconds(1));
        var expected = new HashSet<>(before);
        expected.add("node-40");
        assertEquals(expected, choose(ill, 5));
        passes(Duration.ofMinutes(9));
        assertEquals(expected, choose(well, 5));
        passes(Duration.ofMinutes(2));
        assertEquals(before, choose(well, 5));
    }

    @Test
    void whereNotAllThatFailFitThoseThatWereThereStay() {
        List<Candidate> first = IntStream.range(0, 10).mapToObj(i -> failing(i, 0.1)).toList();
        Set<String> ten = Set.copyOf(choose(first, 5));
        var all = new ArrayList<>(first);
        IntStream.range(10, 100).forEach(i -> all.add(failing(i, 0.9)));
        passes(Duration.ofMinutes(1));
        Map<String, Integer> chosen = selection.choose(all, 5, ROOM);
        assertTrue(chosen.keySet().containsAll(ten), chosen::toString);
        assertEquals(ROOM / PairSelection.FAILING_SERIES, chosen.values().stream()
                .filter(it -> it == PairSelection.FAILING_SERIES).count());
        assertTrue(chosen.values().stream().mapToInt(it -> it).sum() <= ROOM);
    }

    @Test
    void oneThatHasLeftIsForgotten() {
        assertEquals(Set.of("node-1"), choose(List.of(failing(1, 0.5)), 2));
        assertEquals(Set.of(), choose(List.of(), 2));
        assertEquals(Set.of(), choose(List.of(healthy(1, 0)), 2));
    }

    /** Failures that come and go at random: nobody leaves within ten minutes but for want of room. */
    @Test
    void nobodyComesAndGoes() {
        var random = new Random(7);
        var since = new HashMap<String, Long>();
        for (int scrape = 0; scrape < 1000; scrape++) {
            var all = new ArrayList<Candidate>();
            for (int i = 0; i < 300; i++) {
                boolean ill = i < 5 && random.nextInt(4) == 0;
                all.add(ill ? failing(i, 0.1) : healthy(i, 0.001 * (1 + random.nextDouble())));
            }
            Set<String> chosen = choose(all, 10);
            for (String node : List.copyOf(since.keySet())) {
                if (!chosen.contains(node)) {
                    assertTrue(now.get() - since.remove(node) >= Duration.ofMinutes(10).toNanos(), node);
                }
            }
            chosen.forEach(node -> since.putIfAbsent(node, now.get()));
            passes(Duration.ofSeconds(15));
        }
    }
}
