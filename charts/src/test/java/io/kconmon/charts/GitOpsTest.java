package io.kconmon.charts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Within a parent chart, and in the hands of Argo CD and Flux. */
class GitOpsTest {

    @TempDir
    private Path parent;

    private List<Manifest> renderWithin(String values) throws IOException {
        Files.writeString(parent.resolve("Chart.yaml"), """
                apiVersion: v2
                name: platform
                version: 1.0.0
                dependencies:
                  - {name: kconmon, version: "*", condition: kconmon.enabled, tags: [monitoring]}
                """);
        Files.writeString(parent.resolve("values.yaml"), values);
        Chart.copy(parent.resolve("charts/kconmon"));
        return Chart.renderWithin(parent);
    }

    @Test
    void aParentChartAddsItsKeysAndItsGlobals() throws IOException {
        List<Manifest> all = renderWithin("""
                tags: {monitoring: true}
                global:
                  imageRegistry: mirror.example.com/hub
                  imagePullSecrets: [mirror, {name: own}]
                  storageClass: fast
                  postgresql: {auth: null, password: hidden}
                  timeout: 30
                kconmon:
                  enabled: true
                  tags: {monitoring: true}
                  x-common: &common {team: network}
                  x-timing: &timing {interval: 4000, timeout: 400}
                  tcp: *timing
                  image: {repository: registry.example.com:5000/kconmon}
                  imagePullSecrets: [{name: own}]
                  commonLabels: *common
                """);
        String settings = Manifest.one(all, "ConfigMap", "kconmon").json().at("/data/kconmon.yaml").asText();
        assertTrue(
                settings.contains("interval: 4000") && !settings.contains("hidden") && !settings.contains("x-timing"),
                settings);
        for (Manifest pods : List.of(Manifest.daemonSet(all), Manifest.deployment(all),
                Manifest.one(all, "Pod", "-test"))) {
            assertEquals("mirror.example.com/hub/kconmon:" + System.getProperty("project.version"),
                    pods.podSpec().at("/containers/0/image").asText());
            assertEquals("[{\"name\":\"mirror\"},{\"name\":\"own\"}]",
                    pods.podSpec().path("imagePullSecrets").toString());
            assertEquals("network", pods.at("/metadata/labels/team").asText());
        }
        assertEquals(List.of(), ApiRules.broken(all));
    }

    @Test
    void aParentChartLeavesItOut() throws IOException {
        assertEquals(List.of(), renderWithin("kconmon: {enabled: false}"));
    }

    /** As a line of values that was emptied and not taken out: {@code affinity:}. */
    @Test
    void blankKeysOfAParentAreIgnored() throws IOException {
        List<Manifest> usual = renderWithin(
                "kconmon: {agent: {resources: {limits: {memory: null}}, nodeSelector: {}}}");
        List<Manifest> blank = renderWithin("""
                global:
                kconmon:
                  enabled:
                  port:
                  auth:
                  commonLabels: {a: }
                  podSecurityContext: {fsGroupChangePolicy: , seLinuxOptions: }
                  imagePullSecrets:
                  agent:
                    affinity: {nodeAffinity: }
                    dnsConfig: {searches: }
                    resources: {limits: {memory: , cpu: }, claims: }
                    updateStrategy: {rollingUpdate: {maxSurge: }}
                    podAnnotations: {a: , linkerd.io/inject: }
                    serviceAccount:
                  controller:
                    podDisruptionBudget: {minAvailable: }
                    affinity:
                  prometheus:
                    enableServiceMonitor:
                    labels: {release: }
                  networkPolicy:
                """);
        assertEquals(List.of(), ApiRules.broken(blank));
        assertEquals(usual.size(), blank.size());
        for (int i = 0; i < usual.size(); i++) {
            assertEquals(withoutChecksum(usual.get(i)), withoutChecksum(blank.get(i)));
        }
    }

    /** As an element of a list that was emptied and not taken out. */
    @Test
    void blankElementsAreIgnored() throws IOException {
        Path values = Files.writeString(parent.resolve("blank.yaml"), """
                agent:
                  affinity:
                    nodeAffinity:
                      requiredDuringSchedulingIgnoredDuringExecution:
                        nodeSelectorTerms:
                          -
                          - matchFields: [{key: metadata.name, operator: In, values: [a, null]}]
                  dnsConfig:
                    nameservers: [192.0.2.1]
                    options:
                      -
                """);
        List<Manifest> all = Chart.render(Chart.CURRENT, values);
        assertEquals(List.of(), ApiRules.broken(all));
        JsonNode agents = Manifest.daemonSet(all).podSpec();
        JsonNode terms = agents.at("/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution")
                .path("nodeSelectorTerms");
        assertEquals(1, terms.size());
        assertEquals("metadata.name", terms.at("/0/matchFields/0/key").asText());
        assertEquals(1, terms.at("/0/matchFields/0/values").size());
        assertEquals(0, agents.at("/dnsConfig/options").size());
    }

    private static String withoutChecksum(Manifest manifest) {
        return manifest.json().toString().replaceAll("\"checksum/config\":\"[0-9a-f]+\"", "");
    }

    @ParameterizedTest
    @CsvSource({"'', kconmon, kconmon", "r.example.com, kconmon, r.example.com/kconmon",
            "r.example.com, team/kconmon, r.example.com/team/kconmon",
            "r.example.com/hub/, docker.io/team/kconmon, r.example.com/hub/team/kconmon",
            "r.example.com:5000, localhost/kconmon, r.example.com:5000/kconmon",
            "localhost, host:5000/kconmon, localhost/kconmon"})
    void aRegistryTakesThePlaceOfTheRepositorys(String registry, String repository, String image) {
        for (String value : List.of("image.registry", "global.imageRegistry")) {
            assertEquals(image + ":v1", Manifest.daemonSet(Chart.render(value + "=" + registry,
                    "image.repository=" + repository, "image.tag=v1")).podSpec().at("/containers/0/image").asText());
        }
        assertEquals("a.example.com/kconmon:v1", Manifest.daemonSet(Chart.render("image.tag=v1",
                "image.registry=b.example.com", "global.imageRegistry=a.example.com")).podSpec()
                .at("/containers/0/image").asText());
    }

    /** Argo CD tracks its objects by that label: app.kubernetes.io/instance is the application's name then. */
    @ParameterizedTest
    @CsvSource({"prometheus.enableServiceMonitor, ''", "prometheus.enablePodMonitor, ''",
            "prometheus.enableServiceMonitor, openshift-monitoring"})
    void argoCdWritesItsNameOverTheInstance(String monitors, String namespace) {
        List<Manifest> all = Chart.render(monitors + "=true", "prometheus.namespace=" + namespace);
        for (Manifest manifest : all) {
            manifest.at("/metadata/labels").<ObjectNode>require().put("app.kubernetes.io/instance", "an-application");
        }
        boolean services = monitors.contains("Service");
        Manifest monitor = Manifest.one(all, services ? "ServiceMonitor" : "PodMonitor", "");
        List<JsonNode> labels = services
                ? all.stream().filter(it -> it.kind().equals("Service")).map(it -> it.at("/metadata/labels")).toList()
                : List.of(Manifest.daemonSet(all).at("/spec/template/metadata/labels"),
                        Manifest.deployment(all).at("/spec/template/metadata/labels"));
        assertEquals(2, labels.size());
        for (JsonNode of : labels) {
            monitor.at("/spec/selector/matchLabels").properties()
                    .forEach(it -> assertEquals(it.getValue(), of.path(it.getKey()), of.toString()));
        }
        assertEquals(namespace.isEmpty() ? "" : "[\"monitoring\"]",
                monitor.at("/spec/namespaceSelector/matchNames").toString());
    }

    /** Server-side apply, which Flux and Argo CD use, refuses duplicates, as strict YAML does. */
    @Test
    void aKeyThatTheUserAndTheChartSetAppearsOnce() {
        String label = "app\\.kubernetes\\.io/part-of=mine";
        List<Manifest> all = Chart.render("commonLabels." + label, "agent.podLabels." + label,
                "agent.podLabels.app\\.kubernetes\\.io/name=mine", "controller.podAnnotations.checksum/config=mine",
                "prometheus.labels." + label, "prometheus.monitorLabels." + label, "prometheus.ruleLabels." + label,
                "prometheus.enableServiceMonitor=true", "prometheus.enableRules=true", "dashboards.labels." + label,
                "agent.extraEnv[0].name=KCONMON_POD_NAME", "agent.extraEnv[0].value=mine",
                "imagePullSecrets[0].name=a", "global.imagePullSecrets[0]=a");
        assertEquals(List.of(), ApiRules.broken(all));
        for (Manifest manifest : all) {
            assertEquals("mine", manifest.at("/metadata/labels/app.kubernetes.io~1part-of").asText(),
                    manifest.toString());
        }
        JsonNode agents = Manifest.daemonSet(all).at("/spec/template");
        assertEquals("kconmon", agents.at("/metadata/labels/app.kubernetes.io~1name").asText());
        assertEquals("mine", agents.at("/spec/containers/0/env/2/value").asText());
        assertNotEquals("mine", Manifest.deployment(all)
                .at("/spec/template/metadata/annotations/checksum~1config").asText());
    }

    @Test
    void monitorsAndRulesHaveLabelsOfTheirOwn() {
        List<Manifest> all = Chart.render("prometheus.labels.both=yes", "prometheus.monitorLabels.release=a",
                "prometheus.ruleLabels.release=b", "prometheus.enableServiceMonitor=true",
                "prometheus.enableRules=true", "prometheus.namespace=monitors");
        for (String kind : List.of("ServiceMonitor", "PrometheusRule")) {
            Manifest one = Manifest.one(all, kind, "net-kconmon-monitoring");
            assertEquals(kind.startsWith("S") ? "a" : "b", one.at("/metadata/labels/release").asText());
            assertTrue(one.at("/metadata/labels").has("both"));
            assertEquals("monitors", one.at("/metadata/namespace").asText());
        }
    }

    /** A release may be called 1, its namespace 2. */
    @Test
    void namesThatLookLikeNumbersAreStrings() {
        assertEquals(List.of(), ApiRules.broken(Chart.renderAs("1", "2", "prometheus.enableServiceMonitor=true",
                "prometheus.enableRules=true", "networkPolicy.enabled=true", "fullnameOverride=1e3")));
    }
}
