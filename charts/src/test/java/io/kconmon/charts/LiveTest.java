package io.kconmon.charts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kconmon.testkit.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Dashboards and alerts against the pages of real agents, and a Prometheus that scrapes them. */
@Timeout(120)
class LiveTest {

    private static final Pattern METRIC = Pattern.compile("\\bkconmon_[a-z0-9_]+");

    /** They come with faults, with TLS, or where not every pair is shown, which this mesh has not. */
    private static final Set<String> OF_FAULTS = Set.of("kconmon_tcp_retransmits_total", "kconmon_udp_flow_loss",
            "kconmon_verdict", "kconmon:stalled:ratio3m", "kconmon:stalled:ratio1m", "kconmon:local_failures:rate5m",
            "kconmon_tls_certificate_expiry_seconds", "kconmon_zone_peers", "kconmon_zone_failing_peers",
            "kconmon_zone_tcp_retransmits_total", "kconmon:zone_failure:ratio3m", "kconmon:zone_failure:ratio1m",
            "kconmon:dns_server_failure:ratio3m", "kconmon:dns_server_failure:ratio1m", "kconmon:dns_server_failing");

    @TempDir
    private Path folder;

    @Test
    void everyMetricIsOnSomePage() throws Exception {
        try (var mesh = new TestMesh(folder)) {
            mesh.awaitResults();
            var known = new TreeSet<String>();
            for (String page : mesh.pages()) {
                page.lines().filter(it -> !it.startsWith("#")).forEach(it -> known.add(it.replaceAll("[{ ].*", "")));
            }
            var asked = new TreeSet<String>();
            for (String text : List.of(Chart.read(Expressions.RULES), Expressions.ofDashboards("5m").toString())) {
                for (Matcher it = METRIC.matcher(text); it.find();) {
                    asked.add(it.group());
                }
            }
            asked.removeAll(known);
            asked.removeAll(OF_FAULTS);
            assertEquals(Set.of(), asked);
        }
    }

    /** As docs/sizing.md counts them. */
    @Test
    void anAgentsSeriesAreAsManyAsTheDocumentsSay() throws Exception {
        try (var mesh = new TestMesh(folder)) {
            mesh.awaitResults();
            List<String> series = mesh.pages().get(1).lines()
                    .filter(it -> !it.startsWith("#")
                            && !it.matches(".*_(failures|lost_packets|retransmits)_total\\{.*")
                            && !it.matches(".*outcome=\"(late|duplicate)\".*"))
                    .toList();
            assertEquals(Sizing.PAIR, series.stream()
                    .filter(it -> it.matches("kconmon_(tcp|udp)_.*destination=\"node-1\".*")).count());
            assertEquals(Sizing.NAME, series.stream().filter(it -> it.contains("host=\"example.com\"")).count());
            String zone = series.stream().filter(it -> it.startsWith("kconmon_zone_")).findFirst().orElseThrow()
                    .replaceAll(".*(destination_zone=\"[^\"]*\").*", "$1");
            assertEquals(Sizing.ZONE, series.stream()
                    .filter(it -> it.contains(zone) && !it.contains("destination=")).count());
            // The controller in this process has meters, too, which are on every page. A collector of garbage has two
            // series of these once it has had something to do.
            long own = series.stream().filter(it -> !it.contains("source=\"node-") && !it.contains("method=")
                    && !it.matches("kconmon_(stream|mesh|reports|roster_file)_.*")).count();
            assertTrue(own == Sizing.OWN - 4 || own == Sizing.OWN - 2 || own == Sizing.OWN,
                    () -> own + "\n" + String.join("\n", series));
        }
    }

    /** What Prometheus would have discovered is given to it as a file, for Debian's knows no Kubernetes. */
    @Test
    void aPlainPrometheusScrapesAllByTheDocumentsConfigurationOverTls() throws Exception {
        var configuration = DocsTest.scrapeConfiguration();
        configuration.remove("rule_files");
        var job = (ObjectNode) configuration.at("/scrape_configs/0");
        ObjectNode tls = DocsTest.tlsConfiguration();
        Path certificate = folder.resolve("tls.crt");
        Path key = folder.resolve("tls.key");
        TestCertificate.named("controller").names("IP:127.0.0.1", "DNS:" + tls.path("server_name").asText()).make()
                .write(certificate, key);
        job.set("tls_config", tls.put("ca_file", certificate.toString()));
        job.remove("kubernetes_sd_configs");
        job.put("scrape_interval", "1s");
        Path targets = folder.resolve("targets.json");
        job.putArray("file_sd_configs").addObject().putArray("files").add(targets.toString());
        Path token = Files.writeString(folder.resolve("token"), "kconmon-marker-secret");
        try (var mesh = new TestMesh(folder,
                Map.of("token-file", token.toString(), "tls-certificate", certificate.toString(),
                        "tls-private-key", key.toString(), "tls-ca",
                        certificate.toString()))) {
            ArrayNode found = Chart.JSON.createArrayNode();
            List<Manifest> chart = Chart.render("tls.existingSecret=x", "auth.existingSecret=x");
            for (String address : mesh.addresses()) {
                Manifest pods = found.isEmpty() ? Manifest.deployment(chart) : Manifest.daemonSet(chart);
                ObjectNode target = found.addObject();
                target.putArray("targets").add(address);
                ObjectNode labels = target.putObject("labels").put("__meta_kubernetes_pod_container_port_name",
                        pods.podSpec().at("/containers/0/ports/0/name").asText());
                pods.at("/spec/template/metadata/labels").properties()
                        .forEach(it -> labels.put(
                                "__meta_kubernetes_pod_label_" + it.getKey().replaceAll("[^A-Za-z0-9_]", "_"),
                                it.getValue().asText()));
            }
            Chart.JSON.writeValue(targets.toFile(), found);
            try (var prometheus = new Prometheus(folder, configuration)) {
                prometheus.await(new Expressions("docs", "count(up{job=\"kconmon\"} == 1) == 4"));
                prometheus.await(new Expressions("docs", "count(kconmon_roster_agents{state=\"active\"} == 3) == 3"));
            }
        }
    }

    @Test
    void withoutPairsEveryPanelHasDataThatNeedsNone() throws Exception {
        try (var mesh = new TestMesh(folder, Map.of("pair-metrics", "none"));
                var prometheus = new Prometheus(folder, mesh.addresses())) {
            for (JsonNode dashboard : Expressions.dashboards()) {
                for (JsonNode panel : dashboard.path("panels")) {
                    if (!panel.path("description").asText().contains(". Needs pairs")
                            && !panel.path("description").asText().startsWith("Needs pairs")
                            && !panel.path("description").asText().contains("The longest needs pairs")) {
                        for (Expressions one : Expressions.ofPanel(dashboard, panel, "1m")) {
                            prometheus.await(one);
                        }
                    }
                }
            }
            for (String record : List.of("kconmon:zone_failure:ratio3m{test=\"udp\"}", "kconmon:pairs:tested",
                    "kconmon:pairs:failing", "kconmon:zones_round_trip")) {
                prometheus.await(new Expressions("rules", record));
            }
        }
    }

    @Test
    void everyPanelHasData() throws Exception {
        try (var mesh = new TestMesh(folder); var prometheus = new Prometheus(folder, mesh.addresses())) {
            for (Expressions expression : Expressions.ofDashboards("1m")) {
                prometheus.await(expression);
            }
            // The recording rules below the alerts; the alerts themselves need not fire in these seconds.
            for (Expressions rule : Expressions.ofRules()) {
                if (rule.from().startsWith("kconmon:") && !OF_FAULTS.contains(rule.from())
                        && !rule.from().endsWith(":usual")) { // after five minutes
                    prometheus.await(new Expressions(rule.from(), rule.from()));
                }
                assertTrue(prometheus.accepts(rule), rule.toString());
            }
        }
    }
}
