package io.kconmon.charts;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts: whole, known to promtool, and as the chart makes them. */
class RulesTest {

    @TempDir
    private Path folder;

    @Test
    void promtoolKnowsTheRules() throws Exception {
        Tool check = Tool.run("promtool", List.of("check", "rules", Expressions.RULES.toString()));
        assertEquals(0, check.status(), check.output());
    }

    @Test
    void alertsFireOnlyWhenTheyShould() throws Exception {
        Tool test = Tool.run("promtool", List.of("test", "rules",
                "src/test/promtool/rules.test.yaml", "src/test/promtool/more-rules.test.yaml",
                "src/test/promtool/name-servers.test.yaml", "src/test/promtool/pair-metrics.test.yaml"));
        assertEquals(0, test.status(), test.output());
    }

    @Test
    void everyAlertHasARunbook() {
        for (JsonNode rule : Expressions.rules()) {
            String name = rule.path("alert").asText();
            if (!name.isEmpty()) {
                assertTrue(rule.path("for").asText().matches("\\d+m"), name);
                assertTrue(rule.at("/labels/severity").asText().matches("info|warning|critical"), name);
                assertFalse(rule.at("/annotations/summary").asText().isBlank(), name);
                assertFalse(rule.at("/annotations/description").asText().isBlank(), name);
                assertEquals("https://github.com/kconmon/kconmon/blob/main/docs/runbooks/%s.md".formatted(name),
                        rule.at("/annotations/runbook_url").asText());
                assertTrue(Files.exists(Chart.DOCS.resolve("runbooks/%s.md".formatted(name))),
                        "there is no runbook for " + name);
            }
        }
    }

    @Test
    void everyRunbookBelongsToAnAlert() {
        Set<String> alerts = Expressions.rules().stream().map(it -> it.path("alert").asText())
                .filter(it -> !it.isEmpty()).collect(toSet());
        Set<String> runbooks = Chart.files(Chart.DOCS.resolve("runbooks"), ".md").stream()
                .map(it -> String.valueOf(it.getFileName()).replace(".md", "")).collect(toSet());
        assertEquals(alerts, runbooks);
    }

    @Test
    void theChartsRulesAreTheFile() throws IOException {
        JsonNode spec = Manifest.one(Chart.render("prometheus.enableRules=true"), "PrometheusRule", "").at("/spec");
        for (JsonNode rule : spec.at("/groups/0/rules")) {
            var labels = (ObjectNode) rule.path("labels");
            assertEquals("monitoring", labels.remove("namespace").asText(), rule.toString());
            assertEquals("net-kconmon", labels.remove("release").asText(), rule.toString());
            if (labels.isEmpty()) {
                ((ObjectNode) rule).remove("labels");
            }
        }
        assertEquals(Chart.YAML.readTree(Expressions.RULES.toFile()),
                Chart.JSON.readTree(Expressions.ofAnyRelease(spec.toString())));
    }

    @Test
    void rulesFollowThePrefixAndTheRunbooks() throws Exception {
        JsonNode spec = Manifest.one(Chart.render(Chart.CURRENT, Path.of("src/test/values/all-on.yaml")),
                "PrometheusRule", "").at("/spec");
        assertFalse(spec.toString().contains("kconmon_"), spec.toString());
        assertFalse(spec.toString().contains("kconmon:"), spec.toString());
        assertTrue(spec.toString().contains("mesh_udp_packets_total"));
        assertTrue(spec.toString().contains("https://wiki.example.com/kconmon/KconmonPairFailing.md"));
        Path file = Files.writeString(folder.resolve("rules.json"), spec.toString());
        Tool check = Tool.run("promtool", List.of("check", "rules", file.toString()));
        assertEquals(0, check.status(), check.output());
    }
}
