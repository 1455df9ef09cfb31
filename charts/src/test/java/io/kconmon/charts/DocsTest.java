package io.kconmon.charts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documents say, where it can be checked. */
class DocsTest {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]*)(#[^)]*)?\\)");
    private static final Pattern VALUE = Pattern
            .compile(
                    "`((?:agent|controller|dashboards|dns|image|networkPolicy|prometheus|rbac|tcp|udp)\\.[A-Za-z.]+)`");

    private static final String FIRST_TOOLS = "prometheus.prometheusMatchLabels";

    @TempDir
    private Path folder;

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        for (Path document : documents()) {
            for (Matcher it = LINK.matcher(Chart.read(document)); it.find();) {
                String target = it.group(1);
                if (!target.isEmpty() && !target.startsWith("http")) {
                    assertTrue(Files.exists(document.resolveSibling(target).normalize()), document + ": " + target);
                }
            }
        }
    }

    @Test
    void everyValueIsOne() throws IOException {
        JsonNode values = Chart.YAML.readTree(Chart.HOME.resolve("values.yaml").toFile());
        for (Path document : documents()) {
            for (Matcher it = VALUE.matcher(Chart.read(document)); it.find();) {
                String pointer = "/" + it.group(1).replace('.', '/');
                assertFalse(!it.group(1).equals(FIRST_TOOLS) && values.at(pointer).isMissingNode(),
                        document + ": " + it.group(1));
            }
        }
    }

    /** Some builds of promtool, Debian's for one, know no Kubernetes: all but the discovery is checked by it. */
    @Test
    void prometheusTakesTheScrapeConfiguration() throws Exception {
        var configuration = (ObjectNode) scrapeConfiguration();
        var job = (ObjectNode) configuration.at("/scrape_configs/0");
        assertEquals("[{\"role\":\"pod\",\"namespaces\":{\"names\":[\"kconmon\"]}}]",
                job.remove("kubernetes_sd_configs").toString());
        Path file = folder.resolve("prometheus.json");
        Chart.JSON.writeValue(file.toFile(), configuration);
        Files.copy(Expressions.RULES, folder.resolve("rules.yaml"));
        Tool check = Tool.run("promtool", List.of("check", "config", file.toString()));
        assertEquals(0, check.status(), check.output());
    }

    @Test
    void theScrapeConfigurationFindsTheChartsPods() throws IOException {
        JsonNode relabelings = scrapeConfiguration().at("/scrape_configs/0/relabel_configs");
        assertEquals("""
                ["__meta_kubernetes_pod_label_app_kubernetes_io_name",\
                "__meta_kubernetes_pod_label_app_kubernetes_io_component"]""",
                relabelings.at("/0/source_labels").toString());
        List<Manifest> all = Chart.render();
        for (Manifest pods : List.of(Manifest.daemonSet(all), Manifest.deployment(all))) {
            JsonNode labels = pods.at("/spec/template/metadata/labels");
            String joined = labels.path("app.kubernetes.io/name").asText() + ";"
                    + labels.path("app.kubernetes.io/component").asText();
            assertTrue(joined.matches(relabelings.at("/0/regex").asText()), joined);
            assertEquals(relabelings.at("/1/regex").asText(),
                    pods.podSpec().at("/containers/0/ports/0/name").asText());
        }
    }

    private static JsonNode scrapeConfiguration() throws IOException {
        String text = Chart.read(Chart.DOCS.resolve("prometheus.md"));
        int begin = text.indexOf("```yaml\nscrape_configs:") + 8;
        return Chart.YAML.readTree(text.substring(begin, text.indexOf("```", begin)));
    }

    @Test
    void everyAlertIsListedAsItIs() {
        String text = Chart.read(Chart.DOCS.resolve("prometheus.md"));
        for (JsonNode rule : Expressions.rules()) {
            if (rule.has("alert")) {
                String row = "| [%1$s](runbooks/%1$s.md) | %2$s | %3$s |".formatted(rule.path("alert").asText(),
                        rule.path("for").asText().replace("m", " m"), rule.at("/labels/severity").asText());
                assertTrue(text.contains(row), row);
            }
        }
    }

    @Test
    void seriesAreCountedRight() {
        String text = Chart.read(Chart.DOCS.resolve("sizing.md"));
        for (long nodes : new long[]{3, 10, 75, 200, 1000}) {
            long pairs = nodes * (nodes - 1);
            long series = 32 * nodes + 14 * pairs + 3 * 2 * nodes;
            long all = series + 2 * pairs + 2 * nodes;
            String row = String.format(Locale.ROOT, "| %d | %,d | %,d | %,d | %,d |", nodes, pairs, series, all,
                    Math.round(all / 15.0));
            assertTrue(text.contains(row), row);
        }
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> files = Files.walk(Chart.DOCS)) {
            return files.filter(it -> it.toString().endsWith(".md")).sorted().toList();
        }
    }
}
