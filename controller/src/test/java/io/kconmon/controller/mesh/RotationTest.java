package io.kconmon.controller.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RotationTest {

    @ParameterizedTest
    @CsvSource({"1, 1", "10, 1", "11, 2", "100, 16", "1000, 128", "5000, 512"})
    void classesAreNoLargerThanThat(int nodes, int classes) {
        assertEquals(classes, Rotation.of(nodes, 10).classes());
        assertEquals(Duration.ofSeconds(30L * classes), Rotation.of(nodes, 10).cycle());
    }

    @ParameterizedTest
    @CsvSource({"1", "12", "300", "1000"})
    void inACycleEachTestsEveryOther(int nodes) {
        List<Member> members = RandomZones.ONE.members(nodes, 3);
        Rotation rotation = Rotation.of(nodes, 10);
        long begin = 1_800_000_000_123L;
        long[] hashes = members.stream().mapToLong(it -> Member.hash(it.node())).toArray();
        int largest = 0;
        for (int source = 0; source < nodes; source++) {
            Set<Integer> tested = new HashSet<>();
            for (int step = 0; step < rotation.classes(); step++) {
                long now = begin + step * Rotation.STEP.toMillis();
                int wanted = rotation.tested(hashes[source], Rotation.step(hashes[source], now));
                List<Integer> some = IntStream.range(0, nodes).filter(it -> rotation.classOf(hashes[it]) == wanted)
                        .boxed().toList();
                tested.addAll(some);
                largest = Math.max(largest, some.size());
            }
            assertEquals(nodes, tested.size());
        }
        assertTrue(largest <= 30, "no node has a hundred to test at once");
    }

    @Test
    void stepsBeginAtDifferentMoments() {
        long[] hashes = RandomZones.ONE.members(1000, 3).stream().mapToLong(it -> Member.hash(it.node())).toArray();
        for (int second = 0; second < 30; second++) {
            long from = 1_800_000_000_000L + second * 1000;
            long begun = IntStream.range(0, hashes.length)
                    .filter(it -> Rotation.step(hashes[it], from) != Rotation.step(hashes[it], from + 1000)).count();
            assertTrue(begun > 10 && begun < 70, () -> begun + " of 1000 in a second of 30");
        }
    }
}
