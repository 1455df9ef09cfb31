package io.kconmon.charts;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The alerts, evaluated by promtool over series that a test makes up. Time begins at 0, and a step is {@value #STEP} s,
 * between samples as between evaluations. (promtool takes some thousand series at once, no more.)
 */
final class RuleSimulation {

    static final int STEP = 15;

    private static final Pattern SAMPLE = Pattern.compile("(\\{[^}]*}) ([-+.0-9eE]+)");

    /** A query, and how long after the beginning of time it is asked. */
    record Query(String promql, int seconds) {
    }

    private final ArrayNode tests = Chart.JSON.createArrayNode();
    private final List<Path> rules;

    /** By the file of rules as it is. */
    RuleSimulation() {
        this(List.of(Expressions.RULES));
    }

    RuleSimulation(List<Path> rules) {
        this.rules = rules;
    }

    /** Adds a world of its own, whose queries are all to have no answer. */
    void add(String name, List<SyntheticSeries> series, List<Query> queries) {
        ObjectNode test = tests.addObject().put("name", name).put("interval", STEP + "s");
        ArrayNode input = test.putArray("input_series");
        series.forEach(it -> input.addObject().put("series", it.name()).put("values", it.values()));
        ArrayNode asked = test.putArray("promql_expr_test");
        for (Query query : queries) {
            ObjectNode one = asked.addObject().put("expr", query.promql).put("eval_time", query.seconds + "s");
            one.putArray("exp_samples");
        }
    }

    /** What promtool complains of; nothing if every query had no answer. */
    String run(Path folder) throws IOException, InterruptedException {
        Path file = folder.resolve("simulation.json");
        ObjectNode all = Chart.JSON.createObjectNode().put("evaluation_interval", STEP + "s");
        ArrayNode files = all.putArray("rule_files");
        rules.forEach(it -> files.add(it.toString()));
        all.set("tests", tests);
        Chart.JSON.writeValue(file.toFile(), all);
        Tool tool = Tool.run("promtool", List.of("test", "rules", file.toString()));
        assertTrue(tool.status() == 0 || tool.output().contains("got:"), tool.output());
        return tool.status() == 0 ? "" : tool.output();
    }

    /** All that was answered, by series. */
    Map<String, Double> answers(Path folder) throws IOException, InterruptedException {
        var answers = new HashMap<String, Double>();
        for (Matcher it = SAMPLE.matcher(run(folder)); it.find();) {
            answers.put(it.group(1), Double.parseDouble(it.group(2)));
        }
        return answers;
    }
}
