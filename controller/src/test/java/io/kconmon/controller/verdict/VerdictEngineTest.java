package io.kconmon.controller.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.controller.verdict.Evaluation.Outcome;
import io.kconmon.controller.verdict.Scenario.Type;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A few seeds of each kind; {@link Evaluation} runs many. */
@Timeout(120)
class VerdictEngineTest {

    @ParameterizedTest
    @CsvSource({"DEAD, 6, 12", "DEAD, 30, 10", "TWO_DEAD, 12, 15", "FROM_5, 30, 20", "TO_1, 30, 45", "BOTH_1, 30, 30",
            "ZONES_10, 12, 20", "ZONES_1, 30, 30", "ZONES_01, 30, 70", "ZONES_1_BOTH, 30, 20", "ZONES_85, 30, 20",
            "FROM_80, 12, 20", "ZONES_CUT, 12, 20", "PAIR_50, 12, 30",
            "PAIR_CUT, 12, 20",
            "MESH_2, 12, 30", "NODE_AND_PAIR, 20, 30", "DEAD_AND_ZONES, 20, 50", "STALLED, 12, 15",
            "THREE_DEAD, 12, 20", "RACK_DEAD, 30, 12", "PAIRS_CUT, 30, 25"})
    void aFaultIsNamedOnceAndEnds(Type type, int nodes, double atMost) {
        for (int seed = 100; seed < 102; seed++) {
            Outcome outcome = Evaluation.run(Scenario.of(type, nodes, false, seed), seed);
            String said = "seed %d: %s".formatted(seed, outcome.said());
            assertEquals(outcome.expected(), outcome.found(), said);
            assertEquals(0, outcome.wrong() + outcome.again() + outcome.notEnded(), said);
            assertTrue(outcome.delays().stream().allMatch(it -> it <= atMost), said);
        }
    }

    @ParameterizedTest
    @CsvSource({"BOTH_1_SPARSE, 60", "DEAD, 60", "RACK_DEAD, 60", "PAIR_50, 60", "PAIRS_CUT, 60"})
    void aFaultIsNamedWhereEachNodeIsTestedByAFew(Type type, int nodes) {
        Outcome outcome = Evaluation.run(Scenario.of(type, nodes, true, 7), 7);
        assertEquals(outcome.expected(), outcome.found(), outcome.said().toString());
        assertEquals(0, outcome.wrong(), outcome.said().toString());
    }

    @ParameterizedTest
    @CsvSource({"QUIET, 12", "LATE, 12", "LATE, 20", "DRAIN, 12", "RESTARTS, 12", "STRANGE, 6", "STRANGE, 12",
            "STRANGE_ONE, 12", "BLIPS, 12", "BEGINNING, 12"})
    void conditionsThatAreNotFaultsGetNoVerdict(Type type, int nodes) {
        for (int seed = 100; seed < 102; seed++) {
            Outcome outcome = Evaluation.run(Scenario.of(type, nodes, false, seed), seed);
            assertEquals(0, outcome.wrong(), "seed %d: %s".formatted(seed, outcome.said()));
        }
    }
}
