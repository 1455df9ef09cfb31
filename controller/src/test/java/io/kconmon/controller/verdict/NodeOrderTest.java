package io.kconmon.controller.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.controller.verdict.ReplayJson.ReportLine;
import io.kconmon.controller.verdict.ReplayJson.RosterLine;
import io.kconmon.controller.verdict.Scenario.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two replicas number the nodes as they see them, and decide alike from the same reports. */
@Timeout(120)
class NodeOrderTest {

    private static final Pattern PAIR = Pattern
            .compile("\"source\":\"node-(\\d+)\",\"destination\":\"node-(\\d+)\",\"direction\":\"both\"");

    private static List<String> decide(Type type, int nodes, boolean sparse, long seed,
            Consumer<List<RosterNode>> order) {
        Scenario scenario = Scenario.of(type, nodes, sparse, seed);
        var engine = new VerdictEngine();
        var said = new ArrayList<String>();
        new SimulatedMesh(scenario.shape(), scenario.faults(), scenario.oddity(), seed).run(scenario.seconds(),
                line -> {
                    switch (line) {
                        case RosterLine roster -> {
                            var ordered = new ArrayList<>(roster.nodes());
                            order.accept(ordered);
                            engine.roster(roster.at(), ordered);
                        }
                        case ReportLine report -> engine.report(report.report());
                    }
                    engine.advance(line.at()).forEach(it -> said.add(VerdictJson.write(it)));
                    said.addAll(engine.current().stream().map(VerdictJson::write).toList());
                });
        return said.stream().distinct().toList();
    }

    @ParameterizedTest
    @CsvSource({"PAIR_CUT, 12, false", "PAIR_50_BOTH, 12, false", "PAIR_50_BOTH, 60, true", "ZONES_CUT, 12, false",
            "ZONES_1, 20, false", "TWO_DEAD, 12, false", "NODE_AND_PAIR, 12, false", "BOTH_20, 12, false",
            "STALLED, 12, false", "MESH_2, 12, false", "THREE_DEAD, 12, false", "RACK_DEAD, 30, false"})
    void theNodesOrderDecidesNothing(Type type, int nodes, boolean sparse) {
        for (int seed = 1; seed < 4; seed++) {
            List<String> said = decide(type, nodes, sparse, seed, it -> {
            });
            assertFalse(said.isEmpty());
            assertEquals(said, decide(type, nodes, sparse, seed, Collections::reverse));
            var random = new Random(seed);
            assertEquals(said, decide(type, nodes, sparse, seed, it -> Collections.shuffle(it, random)));
        }
    }

    @Test
    void bothWaysOfAPairAreInTheOrderOfNames() {
        for (int seed = 1; seed < 9; seed++) {
            for (String said : decide(Type.PAIR_CUT, 12, false, seed, Collections::reverse)) {
                Matcher names = PAIR.matcher(said);
                assertTrue(names.find(), said);
                assertTrue(Integer.parseInt(names.group(1)) < Integer.parseInt(names.group(2)), said);
            }
        }
    }

    @Test
    void numbersInNamesAreInTheOrderOfTheirValues() {
        List<String> ordered = List.of("", "node", "node-", "node-01", "node-1", "node-1a", "node-2", "node-10",
                "node-10-2", "node-10-11", "node-99999999999999999998", "node-99999999999999999999", "nodes");
        var names = new ArrayList<>(ordered);
        for (int seed = 0; seed < 20; seed++) {
            Collections.shuffle(names, new Random(seed));
            names.sort(new NaturalOrder());
            assertEquals(ordered, names);
        }
    }
}
