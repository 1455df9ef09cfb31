package io.kconmon.charts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The documents, held against the code. */
class DocsTest {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]*)(#[^)]*)?\\)");
    private static final Pattern VALUE = Pattern
            .compile(
                    "`((?:agent|auth|controller|dashboards|dns|image|networkPolicy|prometheus|rbac|tcp|tls|udp)\\.[A-Za-z.]+)`");

    /** The first tool's, and keys of a Secret. */
    private static final Set<String> NO_VALUES = Set.of("prometheus.prometheusMatchLabels", "tls.crt", "tls.key");

    @TempDir
    private Path folder;

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        var all = new ArrayList<>(documents());
        all.addAll(Chart.files(Chart.DOCS.resolveSibling(""), ".md"));
        all.addAll(Chart.files(Chart.HOME, ".md"));
        for (Path document : all) {
            for (Matcher it = LINK.matcher(Chart.read(document)); it.find();) {
                String target = it.group(1);
                if (!target.isEmpty() && !target.startsWith("http")) {
                    assertTrue(Files.exists(document.resolveSibling(target).normalize()), document + ": " + target);
                }
            }
        }
    }

    @Test
    void everyValueInTheDocumentsExists() throws IOException {
        JsonNode values = Chart.YAML.readTree(Chart.HOME.resolve("values.yaml").toFile());
        for (Path document : documents()) {
            for (Matcher it = VALUE.matcher(Chart.read(document)); it.find();) {
                String pointer = "/" + it.group(1).replace('.', '/');
                assertFalse(!NO_VALUES.contains(it.group(1)) && values.at(pointer).isMissingNode(),
                        document + ": " + it.group(1));
            }
        }
    }

    /** Some builds of promtool, Debian's for one, know no Kubernetes: all but the discovery is checked by it. */
    @Test
    void prometheusTakesTheScrapeConfiguration() throws Exception {
        ObjectNode configuration = scrapeConfiguration();
        var job = (ObjectNode) configuration.at("/scrape_configs/0");
        assertEquals("[{\"role\":\"pod\",\"namespaces\":{\"names\":[\"kconmon\"]}}]",
                job.remove("kubernetes_sd_configs").toString());
        job.set("tls_config", tlsConfiguration());
        Path file = folder.resolve("prometheus.json");
        Chart.JSON.writeValue(file.toFile(), configuration);
        Files.copy(Expressions.RULES, folder.resolve("rules.yaml"));
        Tool check = Tool.run("promtool", List.of("check", "config", file.toString()));
        assertEquals(0, check.status(), check.output());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "certificate"})
    void theScrapeConfigurationFindsTheChartsPods(String secret) throws IOException {
        JsonNode relabelings = scrapeConfiguration().at("/scrape_configs/0/relabel_configs");
        assertEquals("""
                ["__meta_kubernetes_pod_label_app_kubernetes_io_name",\
                "__meta_kubernetes_pod_label_app_kubernetes_io_component"]""",
                relabelings.at("/0/source_labels").toString());
        List<Manifest> all = Chart.render("tls.existingSecret=" + secret);
        for (Manifest pods : List.of(Manifest.daemonSet(all), Manifest.deployment(all))) {
            JsonNode labels = pods.at("/spec/template/metadata/labels");
            String joined = labels.path("app.kubernetes.io/name").asText() + ";"
                    + labels.path("app.kubernetes.io/component").asText();
            assertTrue(joined.matches(relabelings.at("/0/regex").asText()), joined);
            String port = pods.podSpec().at("/containers/0/ports/0/name").asText();
            assertTrue(port.matches(relabelings.at("/1/regex").asText()), port);
        }
    }

    static ObjectNode scrapeConfiguration() throws IOException {
        return block("prometheus.md", "scrape_configs:");
    }

    /** The job's TLS part, where the controllers serve HTTPS. */
    static ObjectNode tlsConfiguration() throws IOException {
        return (ObjectNode) block("prometheus.md", "    tls_config:").path("tls_config");
    }

    private static ObjectNode block(String document, String begins) throws IOException {
        String text = Chart.read(Chart.DOCS.resolve(document));
        int begin = text.indexOf("```yaml\n" + begins) + 8;
        return (ObjectNode) Chart.YAML.readTree(text.substring(begin, text.indexOf("```", begin)));
    }

    @Test
    void theNameInTheDocumentsIsTheCharts() throws IOException {
        List<Manifest> all = Chart.render("tls.existingSecret=x", "fullnameOverride=kconmon");
        String settings = Manifest.one(all, "ConfigMap", "kconmon").at("/data/kconmon.yaml").asText();
        String name = tlsConfiguration().path("server_name").asText();
        assertTrue(settings.contains("https://%s:8080\n".formatted(name.replace(".kconmon.", ".monitoring."))),
                settings);
        JsonNode certificate = Chart.parse(certificates()).getLast().at("/spec");
        assertEquals(name, certificate.at("/dnsNames/0").asText());
        String security = Chart.read(Chart.DOCS.resolve("security.md"));
        assertTrue(security.contains("tls.existingSecret=" + certificate.path("secretName").asText()));
    }

    /** Their values are the chart's, and the objects that they name exist. */
    @Test
    void theArgoCdAndFluxExamplesAreRight() throws IOException {
        String text = Chart.read(Chart.DOCS.resolve("install.md"));
        JsonNode argo = Chart.parse(yaml(text, "apiVersion: argoproj.io/v1alpha1")).getFirst().at("/spec/source");
        List<Manifest> flux = Chart.parse(yaml(text, "apiVersion: source.toolkit.fluxcd.io/v1"));
        JsonNode release = flux.getLast().at("/spec");
        assertEquals(flux.getFirst().name(), release.at("/chart/spec/sourceRef/name").asText());
        Path root = Chart.DOCS.resolveSibling("");
        assertTrue(Files.isSameFile(Chart.HOME, root.resolve(argo.path("path").asText())));
        assertTrue(Files.isSameFile(Chart.HOME, root.resolve(release.at("/chart/spec/chart").asText())));
        release.at("/chart/spec/valuesFiles").forEach(it -> assertTrue(Files.exists(root.resolve(it.asText()))));
        for (JsonNode values : List.of(argo.at("/helm/valuesObject"), release.path("values"))) {
            Path file = folder.resolve("values.yaml");
            Chart.JSON.writeValue(file.toFile(), values);
            assertEquals("registry.example.com/kconmon:0.1.0", Manifest.daemonSet(Chart.render(Chart.CURRENT, file))
                    .podSpec().at("/containers/0/image").asText());
        }
        for (Matcher it = Pattern.compile("values-[a-z-]+\\.yaml").matcher(text); it.find();) {
            assertTrue(Files.exists(Chart.HOME.resolve(it.group())), it.group());
        }
    }

    private static String yaml(String text, String begins) {
        int begin = text.indexOf("```yaml\n" + begins) + 8;
        return text.substring(begin, text.indexOf("```", begin));
    }

    private static String certificates() {
        return yaml(Chart.read(Chart.DOCS.resolve("security.md")), "apiVersion: cert-manager.io/v1");
    }

    @Test
    void everyAlertIsListedAsDefined() {
        String text = Chart.read(Chart.DOCS.resolve("prometheus.md"));
        for (JsonNode rule : Expressions.rules()) {
            if (rule.has("alert")) {
                String row = "| [%1$s](runbooks/%1$s.md) | %2$s | %3$s |".formatted(rule.path("alert").asText(),
                        rule.path("for").asText().replace("m", " m"), rule.at("/labels/severity").asText());
                assertTrue(text.contains(row), row);
            }
        }
    }

    /** A warning that keeps a critical alert quiet would keep the pager quiet. */
    @Test
    void theInhibitRulesNameAlertsAndNoCriticalOneIsInhibitedByAWarning() throws IOException {
        for (JsonNode rule : block("prometheus.md", "inhibit_rules:").path("inhibit_rules")) {
            List<JsonNode> sources = matched(rule.at("/source_matchers/0").asText());
            List<JsonNode> targets = matched(rule.at("/target_matchers/0").asText());
            assertFalse(sources.isEmpty(), rule.toString());
            assertFalse(targets.isEmpty(), rule.toString());
            assertFalse(rule.path("equal").isEmpty(), rule.toString());
            assertTrue(targets.stream().noneMatch(DocsTest::critical) || sources.stream().allMatch(DocsTest::critical),
                    rule.toString());
        }
    }

    private static boolean critical(JsonNode rule) {
        return rule.at("/labels/severity").asText().equals("critical");
    }

    private static List<JsonNode> matched(String matcher) {
        String name = matcher.replaceAll("alertname=~?\"(.*)\"", "$1");
        return Expressions.rules().stream().filter(it -> it.path("alert").asText().matches(name)).toList();
    }

    @Test
    void seriesAreCountedRight() {
        String text = Chart.read(Chart.DOCS.resolve("sizing.md"));
        for (int nodes : new int[]{3, 75, 100, 200, 1000, 5000}) {
            String row = String.format(Locale.ROOT, "| %,d | %,d | %,d | %,d | %,d | %,d | %,d |", nodes,
                    (long) nodes * (nodes - 1), Sizing.agents(nodes, Sizing.Mode.ALL),
                    nodes * Sizing.boundedAgent(nodes, Sizing.Mode.ALL), Sizing.agents(nodes, Sizing.Mode.WORST),
                    Sizing.agents(nodes, Sizing.Mode.NONE), Sizing.agent(nodes, Sizing.Mode.WORST));
            assertTrue(text.contains(row), row);
        }
        for (String count : List.of("zone of destinations | " + Sizing.ZONE, "each other node | " + Sizing.PAIR,
                "of itself | " + Sizing.OWN)) {
            assertTrue(text.contains(count), count);
        }
    }

    /** Why the mesh is full up to so many nodes. */
    @Test
    void theDefaultMeshIsExplainedByTheSameFigures() throws IOException {
        String text = Chart.read(Chart.DOCS.resolve("sizing.md"));
        int upTo = Chart.YAML.readTree(Chart.HOME.resolve("values.yaml").toFile()).path("meshFullUpTo").asInt();
        for (String wanted : List.of(
                String.format(Locale.ROOT, "full mesh up to %d nodes", upTo),
                String.format(Locale.ROOT, "%,d ordered pairs, %,d series with `all`, and %s UDP packets",
                        (long) upTo * (upTo - 1), Sizing.agents(upTo, Sizing.Mode.ALL),
                        rounded(Sizing.packetsPerSecond(upTo))),
                String.format(Locale.ROOT, "would be %,d pairs and %,d series", 200 * 199,
                        Sizing.agents(200, Sizing.Mode.ALL)),
                String.format(Locale.ROOT, "has %,d pairs and %,d series", 200 * Sizing.boundedPeers(200),
                        200 * Sizing.boundedAgent(200, Sizing.Mode.ALL)),
                String.format(Locale.ROOT, "%d series", Sizing.boundedAgent(upTo, Sizing.Mode.ALL)))) {
            assertTrue(text.contains(wanted), wanted);
        }
    }

    @Test
    void packetsAndConnectionsAreCountedRight() {
        String text = Chart.read(Chart.DOCS.resolve("sizing.md"));
        for (int nodes : new int[]{10, 75, 100, 1000}) {
            String row = "| %d | %s | %s |".formatted(nodes, rounded(Sizing.packetsPerSecond(nodes)),
                    rounded(Sizing.connectionsPerSecond(nodes)));
            assertTrue(text.contains(row), row);
        }
    }

    /** The heap that docs/performance.md has measured to be enough, as the image's share of the limit. */
    @Test
    void theControllersLimitForManyNodesHasRoomForTheMeasuredHeap() {
        String flags = Chart.read(Path.of("../jlink/src/image/flags/controller"));
        int percent = Integer.parseInt(flags.replaceAll("(?s).*-XX:MaxRAMPercentage=(\\d+)\n.*", "$1"));
        Matcher measured = Pattern.compile("\\| both, heap of (\\d+) MB \\| (\\d+) MiB")
                .matcher(Chart.read(Chart.DOCS.resolve("performance.md")));
        assertTrue(measured.find());
        int heap = Integer.parseInt(measured.group(1));
        String text = Chart.read(Chart.DOCS.resolve("sizing.md"));
        for (String wanted : List.of("with these it is %s MiB. A heap of %d MiB".formatted(measured.group(2), heap),
                "is %d %% of the memory limit".formatted(percent),
                "`controller.resources.limits.memory` to %dMi for 5,000".formatted(heap * 100 / percent))) {
            assertTrue(text.contains(wanted), wanted);
        }
    }

    private static String rounded(double figure) {
        var digits = new BigDecimal(figure).round(new MathContext(2));
        return figure < 10 ? digits.toPlainString() : String.format(Locale.ROOT, "%,d", digits.longValueExact());
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> files = Files.walk(Chart.DOCS)) {
            return files.filter(it -> it.toString().endsWith(".md")).sorted().toList();
        }
    }
}
