package io.kconmon.agent.probe.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowDifferenceTest {

    /** One packet a flow. */
    private static boolean round(FlowDifference difference, int flows, IntPredicate loses) {
        for (int flow = 0; flow < flows; flow++) {
            difference.add(flow, loses.test(flow));
        }
        return difference.differs();
    }

    /** How many rounds it takes until they differ. */
    private static int found(int goodRounds, int flows, int dead) {
        var difference = new FlowDifference(flows);
        for (int i = 0; i < goodRounds; i++) {
            assertFalse(round(difference, flows, flow -> false));
        }
        int rounds = 1;
        while (!round(difference, flows, flow -> flow < dead)) {
            rounds++;
            assertTrue(rounds < 1000, "never found");
        }
        return rounds;
    }

    /** After a long time without loss, and from the start. */
    @ParameterizedTest
    @CsvSource({"1000, 5, 1, 9", "0, 5, 1, 8", "1000, 5, 2, 8", "0, 5, 2, 6", "1000, 5, 4, 13", "1000, 2, 1, 15",
            "1000, 64, 1, 10", "0, 64, 1, 9", "1000, 64, 32, 2", "1000, 16, 1, 8"})
    void deadFlowsAreFoundSoon(int goodRounds, int flows, int dead, int within) {
        int rounds = found(goodRounds, flows, dead);
        assertTrue(rounds <= within, rounds + " rounds");
        assertTrue(rounds > 1, "one round says nothing");
    }

    /** Where each packet takes another flow, a round of five is a part of all 64. */
    @Test
    void aFlowOfSixtyFourIsFoundThoughARoundHasFivePackets() {
        var difference = new FlowDifference(64);
        int sent = 0;
        boolean differs = false;
        while (!differs) {
            for (int i = 0; i < 5; i++) {
                difference.add(sent % 64, sent % 64 == 17);
                sent++;
            }
            differs = difference.differs();
            assertTrue(sent <= 12 * 64, "not found");
        }
        List<Double> loss = difference.lossPercent();
        assertEquals(100.0, loss.get(17));
        assertEquals(100.0, loss.stream().mapToDouble(it -> it).sum());
    }

    /** A link that drops half of its packets, among four good ones. */
    @Test
    void aFlowThatLosesHalfIsFound() {
        var difference = new FlowDifference(5);
        int rounds = 1;
        while (!round(difference, 5, alternately(rounds))) {
            rounds++;
        }
        assertTrue(rounds <= FlowDifference.WINDOW, rounds + " rounds");
    }

    private static IntPredicate alternately(int round) {
        return flow -> flow == 3 && round % 2 == 0;
    }

    @Test
    void lossIsMeasuredOverTheLastPackets() {
        var difference = new FlowDifference(2);
        assertEquals(List.of(0.0, 0.0), difference.lossPercent());
        difference.add(0, true);
        difference.add(0, false);
        difference.add(0, false);
        difference.add(0, true);
        assertEquals(List.of(50.0, 0.0), difference.lossPercent());
        for (int i = 0; i < FlowDifference.WINDOW - 3; i++) {
            difference.add(0, false);
        }
        assertEquals(100.0 / FlowDifference.WINDOW, difference.lossPercent().getFirst(), 1e-9);
        difference.add(0, false);
        difference.add(0, false);
        difference.add(0, false);
        assertEquals(List.of(0.0, 0.0), difference.lossPercent());
    }

    @Test
    void lossOnAllFlowsIsNotADifference() {
        var difference = new FlowDifference(5);
        for (int i = 0; i < 100; i++) {
            assertFalse(round(difference, 5, flow -> true));
        }
        assertEquals(Collections.nCopies(5, 100.0), difference.lossPercent());
        for (int i = 0; i < 100; i++) {
            assertFalse(round(difference, 5, flow -> false));
        }
    }

    /** A peer that is away for a while: all flows lose the same rounds. */
    @Test
    void anOutageOfThePeerIsNotADifference() {
        var difference = new FlowDifference(5);
        for (int i = 0; i < 1000; i++) {
            boolean away = i % 40 > 25;
            assertFalse(round(difference, 5, flow -> away));
        }
    }

    @ParameterizedTest
    @CsvSource({"5, 0.3, 400000", "5, 0.01, 100000", "5, 0.5, 100000", "5, 0.9, 100000", "2, 0.3, 150000",
            "16, 0.3, 100000", "64, 0.3, 50000"})
    void randomLossIsNotADifference(int flows, double loss, int rounds) {
        var difference = new FlowDifference(flows);
        var random = new SplittableRandom(20_260_101);
        for (int i = 0; i < rounds; i++) {
            assertFalse(round(difference, flows, flow -> random.nextDouble() < loss), "round " + i);
        }
    }

    @Test
    void aDifferenceEndsOnceAfterTheRepair() {
        for (int dead = 1; dead <= 4; dead++) {
            int those = dead;
            var difference = new FlowDifference(5);
            for (int i = 0; i < 30; i++) {
                round(difference, 5, flow -> flow < those);
            }
            int good = 1;
            while (round(difference, 5, flow -> false)) {
                good++;
            }
            assertTrue(good > 5 && good <= FlowDifference.WINDOW, good + " rounds");
            for (int i = 0; i < 100; i++) {
                assertFalse(round(difference, 5, flow -> false));
            }
        }
    }

    /** With the same last packets, a difference that has begun goes on, and none begins. */
    @Test
    void aDifferenceGoesOnAtEvidenceThatWouldNotBeginOne() {
        var began = new FlowDifference(5);
        var never = new FlowDifference(5);
        for (int i = 0; i < 8; i++) {
            round(began, 5, flow -> flow == 0);
        }
        assertTrue(began.differs());
        for (FlowDifference one : List.of(began, never)) {
            for (int i = 0; i < FlowDifference.WINDOW; i++) {
                boolean loses = i < 5;
                round(one, 5, flow -> flow == 0 && loses);
            }
        }
        assertEquals(began.lossPercent(), never.lossPercent());
        assertTrue(began.differs());
        assertFalse(never.differs());
    }
}
