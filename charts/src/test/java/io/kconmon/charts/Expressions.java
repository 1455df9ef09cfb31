package io.kconmon.charts;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All PromQL of the dashboards and the alerts. */
record Expressions(String from, String promql) {

    static final Path RULES = Chart.HOME.resolve("files/rules.yaml");

    /** Every panel's, with Grafana's variables filled in. */
    static List<Expressions> ofDashboard(JsonNode dashboard, String rateInterval) {
        var all = new ArrayList<Expressions>();
        dashboard.path("panels").forEach(it -> all.addAll(ofPanel(dashboard, it, rateInterval)));
        return all;
    }

    static List<Expressions> ofPanel(JsonNode dashboard, JsonNode panel, String rateInterval) {
        var all = new ArrayList<Expressions>();
        for (JsonNode target : panel.path("targets")) {
            String expression = target.path("expr").asText().replace("$__rate_interval", rateInterval)
                    .replaceAll("\\$[a-z_]+", ".*");
            all.add(new Expressions("%s, %s, %s".formatted(dashboard.path("uid").asText(),
                    panel.path("title").asText(), target.path("refId").asText()), expression));
        }
        return all;
    }

    static List<Expressions> ofDashboards(String rateInterval) {
        return dashboards().stream().flatMap(it -> ofDashboard(it, rateInterval).stream()).toList();
    }

    static List<Expressions> ofRules() {
        var all = new ArrayList<Expressions>();
        rules().forEach(it -> all.add(new Expressions(it.path("alert").asText(it.path("record").asText()),
                it.path("expr").asText())));
        return all;
    }

    /** JSON of the chart, without the matchers that confine its PromQL to one release. */
    static String ofAnyRelease(String json) {
        String matchers = "(kconmon[_:][a-z0-9_:]+|ALERTS)\\{namespace=~\\\\\"\\|[a-z-]+\\\\\",release=~\\\\\"\\|[a-z-]+\\\\\"";
        return json.replaceAll(matchers + "}", "$1").replaceAll(matchers + ",", "$1{");
    }

    static List<JsonNode> rules() {
        var all = new ArrayList<JsonNode>();
        try {
            for (JsonNode group : Chart.YAML.readTree(RULES.toFile()).path("groups")) {
                group.path("rules").forEach(all::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    static List<JsonNode> dashboards() {
        var all = new ArrayList<JsonNode>();
        try {
            for (Path file : Chart.files(Chart.HOME.resolve("dashboards"), ".json")) {
                all.add(Chart.JSON.readTree(file.toFile()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    @Override
    public String toString() {
        return from + ": " + promql;
    }
}
