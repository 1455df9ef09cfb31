package io.kconmon.charts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboards as Grafana reads them. */
class DashboardsTest {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([a-z_]+)");
    private static final Pattern LINK = Pattern.compile("\"/d/([^?\"]+)");
    /** Families that have a destination, which is not so of histograms and sums by zone. */
    private static final Pattern OF_PAIRS = Pattern.compile("kconmon_(udp|tcp)_(?!\\w*_seconds)\\w+");
    private static final Set<String> GRAFANAS = Set.of("__rate_interval");

    @TempDir
    private Path folder;

    @Test
    void thereAreFourDashboards() {
        assertEquals(List.of("kconmon-dns", "kconmon-node", "kconmon-overview", "kconmon-zones"),
                Expressions.dashboards().stream().map(it -> it.path("uid").asText()).toList());
    }

    @Test
    void everyPanelUsesTheChosenDataSource() {
        for (JsonNode dashboard : Expressions.dashboards()) {
            assertEquals("datasource", dashboard.at("/templating/list/0/type").asText());
            for (JsonNode panel : dashboard.path("panels")) {
                if (!panel.path("type").asText().equals("row")) {
                    assertEquals("${datasource}", panel.at("/datasource/uid").asText());
                    assertFalse(panel.path("targets").isEmpty(), panel.path("title").asText());
                    panel.path("targets").forEach(it -> assertEquals("${datasource}",
                            it.at("/datasource/uid").asText()));
                }
            }
        }
    }

    @Test
    void panelsHaveIdsOfTheirOwnAndDoNotOverlap() {
        for (JsonNode dashboard : Expressions.dashboards()) {
            var ids = new HashSet<Integer>();
            var cells = new HashSet<String>();
            for (JsonNode panel : dashboard.path("panels")) {
                assertTrue(ids.add(panel.path("id").asInt()), panel.path("title").asText());
                JsonNode at = panel.path("gridPos");
                for (int x = 0; x < at.path("w").asInt(); x++) {
                    for (int y = 0; y < at.path("h").asInt(); y++) {
                        assertTrue(at.path("x").asInt() + x < 24, panel.path("title").asText());
                        assertTrue(cells.add((at.path("x").asInt() + x) + "," + (at.path("y").asInt() + y)),
                                dashboard.path("uid").asText() + ": " + panel.path("title").asText());
                    }
                }
            }
        }
    }

    @Test
    void everyVariableIsDeclared() {
        for (JsonNode dashboard : Expressions.dashboards()) {
            var declared = new HashSet<>(GRAFANAS);
            dashboard.at("/templating/list").forEach(it -> declared.add(it.path("name").asText()));
            for (JsonNode panel : dashboard.path("panels")) {
                var texts = new ArrayList<String>(List.of(panel.path("title").asText()));
                panel.path("targets").forEach(it -> texts.add(it.path("expr").asText()));
                for (String text : texts) {
                    for (Matcher it = VARIABLE.matcher(text); it.find();) {
                        assertTrue(declared.contains(it.group(1)), text);
                    }
                }
            }
        }
    }

    @Test
    void aPanelThatNeedsPairsSaysSo() {
        for (JsonNode dashboard : Expressions.dashboards()) {
            for (JsonNode panel : dashboard.path("panels")) {
                boolean needs = panel.path("targets").valueStream()
                        .anyMatch(it -> OF_PAIRS.matcher(it.path("expr").asText()).find());
                assertEquals(needs, panel.path("description").asText().contains("pairMetrics"),
                        panel.path("title").asText());
            }
        }
    }

    /** What a user compares with docs/sizing.md and docs/mesh.md. */
    @Test
    void theOverviewShowsHowTheMeshGrows() {
        String overview = Manifest.one(Chart.render(), "ConfigMap", "-dashboard-overview").at("/data").toString();
        for (String growth : List.of("max(kconmon_series{", "min(kconmon_incoming_peers{",
                "max(kconmon_mesh_cycle_seconds{")) {
            assertTrue(overview.contains(growth), growth);
        }
    }

    @Test
    void everyExpressionIsPromql() throws Exception {
        var rules = new ArrayList<Map<String, String>>();
        for (Expressions expression : Expressions.ofDashboards("5m")) {
            rules.add(Map.of("record", "panel:number" + rules.size(), "expr", expression.promql()));
        }
        Path file = folder.resolve("panels.json");
        Chart.JSON.writeValue(file.toFile(), Map.of("groups", List.of(Map.of("name", "panels", "rules", rules))));
        Tool check = Tool.run("promtool", List.of("check", "rules", file.toString()));
        assertEquals(0, check.status(), check.output());
    }

    @Test
    void theChartsDashboardsAreTheFiles() throws IOException {
        List<Manifest> all = Chart.renderAs("kconmon", "kconmon");
        for (Path file : Chart.files(Chart.HOME.resolve("dashboards"), ".json")) {
            String name = String.valueOf(file.getFileName());
            Manifest map = Manifest.one(all, "ConfigMap", "-dashboard-" + name.replace(".json", ""));
            assertEquals("1", map.at("/metadata/labels/grafana_dashboard").asText());
            assertEquals(Chart.JSON.readTree(Files.readString(file)),
                    Chart.JSON.readTree(Expressions.ofAnyRelease(map.at("/data/kconmon-" + name).asText())));
        }
    }

    /** Grafana's side-car has one folder for all files, and Grafana one dashboard of a UID, and of a title in a folder. */
    @Test
    void dashboardsOfTwoReleasesAreApart() throws IOException {
        var all = new ArrayList<Manifest>();
        for (List<String> release : List.of(List.of("kconmon", "kconmon"), List.of("kconmon", "edge"),
                List.of("mesh", "kconmon"), List.of("mesh", "edge"))) {
            List<Manifest> made = Chart.renderAs(release.getFirst(), release.getLast(), "dashboards.namespace=grafana",
                    "prometheus.namespace=grafana", "prometheus.enableRules=true");
            all.addAll(made.stream().filter(it -> it.at("/metadata/namespace").asText().equals("grafana")).toList());
        }
        assertEquals(4 * 5, new HashSet<>(all.stream().map(Manifest::toString).toList()).size());
        var files = new HashSet<String>();
        var ids = new HashSet<String>();
        var titles = new HashSet<String>();
        for (Manifest map : all) {
            for (Map.Entry<String, JsonNode> file : map.at("/data").properties()) {
                JsonNode dashboard = Chart.JSON.readTree(file.getValue().asText());
                String id = dashboard.path("uid").asText();
                assertTrue(id.length() <= 40, id);
                files.add(file.getKey());
                ids.add(id);
                titles.add(dashboard.path("title").asText());
                String suffix = id.replaceAll("kconmon-[a-z]+", "");
                for (Matcher link = LINK.matcher(file.getValue().asText()); link.find();) {
                    assertEquals("kconmon-node" + suffix, link.group(1));
                }
            }
        }
        assertEquals(List.of(16, 16, 16), List.of(files.size(), ids.size(), titles.size()));
        assertTrue(titles.contains("kconmon / Zones") && titles.contains("kconmon / Zones (edge/mesh-kconmon)"),
                titles.toString());
    }

    @Test
    void dashboardsFollowThePrefix() {
        for (Manifest map : Chart.render("metricsPrefix=mesh")) {
            if (map.name().contains("-dashboard-")) {
                String text = map.at("/data").toString();
                assertFalse(text.contains("kconmon_"), text);
                assertTrue(text.contains("mesh_"), text);
            }
        }
    }
}
