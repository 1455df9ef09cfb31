package io.kconmon.charts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fields of the manifests that matter. */
class ManifestsTest {

    private static final Path ALL_ON = Path.of("src/test/values/all-on.yaml");
    private static final Path ALL_OFF = Path.of("src/test/values/all-off.yaml");
    private static final Path HOST_NETWORK = Path.of("src/test/values/host-network.yaml");

    @Test
    void selectorsAreNameInstanceAndComponentAlone() {
        for (Manifest manifest : Chart.render(Chart.CURRENT, ALL_ON)) {
            JsonNode selector = switch (manifest.kind()) {
                case "DaemonSet", "Deployment" -> manifest.at("/spec/selector/matchLabels");
                case "Service" -> manifest.at("/spec/selector");
                default -> Chart.JSON.createObjectNode();
            };
            if (!selector.isEmpty()) {
                var keys = new ArrayList<String>();
                selector.fieldNames().forEachRemaining(keys::add);
                assertEquals(List.of("app.kubernetes.io/name", "app.kubernetes.io/instance",
                        "app.kubernetes.io/component"), keys, manifest.toString());
            }
        }
    }

    @Test
    void podsMeetTheRestrictedStandard() {
        for (Manifest manifest : Chart.render()) {
            JsonNode pod = manifest.podSpec();
            if (!pod.isMissingNode()) {
                assertTrue(pod.at("/securityContext/runAsNonRoot").asBoolean(), manifest.toString());
                assertEquals("RuntimeDefault", pod.at("/securityContext/seccompProfile/type").asText());
                assertTrue(pod.path("hostNetwork").isMissingNode());
                assertTrue(pod.path("initContainers").isMissingNode());
                for (JsonNode container : pod.path("containers")) {
                    JsonNode security = container.path("securityContext");
                    assertFalse(security.path("allowPrivilegeEscalation").asBoolean(true), manifest.toString());
                    assertTrue(security.path("readOnlyRootFilesystem").asBoolean());
                    assertEquals("[\"ALL\"]", security.at("/capabilities/drop").toString());
                }
                for (JsonNode volume : pod.path("volumes")) {
                    assertTrue(volume.has("configMap"), volume.toString());
                }
            }
        }
    }

    @Test
    void theTweakIsOnePrivilegedInitContainer() {
        JsonNode containers = Manifest.daemonSet(Chart.render("enableTcpTweaks=true")).podSpec()
                .path("initContainers");
        assertEquals(1, containers.size());
        assertTrue(containers.at("/0/securityContext/privileged").asBoolean());
        assertEquals("""
                ["sysctl","net.core.somaxconn=4096","net.ipv4.ip_local_port_range=10000 65535",\
                "net.ipv4.tcp_fin_timeout=15","net.ipv4.tcp_max_syn_backlog=4096","net.ipv4.tcp_tw_reuse=1"]""",
                containers.at("/0/args").toString());
        assertEquals("net.ipv4.tcp_max_syn_backlog=3240000", Manifest.daemonSet(Chart.render(Chart.CURRENT, ALL_ON))
                .podSpec().at("/initContainers/0/args/3").asText());
    }

    @Test
    void onlyTheControllerHasAToken() {
        List<Manifest> all = Chart.render();
        assertFalse(Manifest.daemonSet(all).podSpec().path("automountServiceAccountToken").asBoolean(true));
        assertTrue(Manifest.deployment(all).podSpec().path("automountServiceAccountToken").asBoolean());
        for (Manifest manifest : all) {
            if (manifest.kind().equals("ServiceAccount")) {
                assertFalse(manifest.at("/automountServiceAccountToken").asBoolean(true), manifest.toString());
            }
        }
    }

    @Test
    void theControllerMayReadNodesAndItsNamespacesPods() {
        List<Manifest> all = Chart.render();
        assertEquals("[{\"apiGroups\":[\"\"],\"resources\":[\"nodes\"],\"verbs\":[\"get\",\"list\",\"watch\"]}]",
                Manifest.one(all, "ClusterRole", "").at("/rules").toString());
        assertEquals("[{\"apiGroups\":[\"\"],\"resources\":[\"pods\"],\"verbs\":[\"get\",\"list\",\"watch\"]}]",
                Manifest.one(all, "Role", "-controller").at("/rules").toString());
        assertEquals("monitoring", Manifest.one(all, "Role", "-controller").at("/metadata/namespace").asText());
    }

    @Test
    void theControllerMayCreateNodeEventsIfTheyAreEnabled() {
        Manifest role = Manifest.one(Chart.render(), "Role", "-events");
        assertEquals("[{\"apiGroups\":[\"\"],\"resources\":[\"events\"],\"verbs\":[\"create\"]}]",
                role.at("/rules").toString());
        assertEquals("default", role.at("/metadata/namespace").asText());
        for (String off : List.of("events.enabled=false", "reports.enabled=false")) {
            assertTrue(Chart.render(off).stream().noneMatch(it -> it.name().endsWith("-events")), off);
        }
    }

    @ParameterizedTest
    @CsvSource({"1.20.0, policy/v1beta1", "1.21.0, policy/v1", "1.24.3-gke.100, policy/v1", "1.34.1, policy/v1"})
    void theDisruptionBudgetIsOfAVersionThatTheClusterHas(String kubernetes, String apiVersion) {
        Manifest budget = Manifest.one(Chart.render(kubernetes, List.of()), "PodDisruptionBudget", "-controller");
        assertEquals(apiVersion, budget.at("/apiVersion").asText());
        assertEquals("1", budget.at("/spec/maxUnavailable").asText());
    }

    @Test
    void aNodeIsAvoidedForAnyOneOfItsLabels() {
        JsonNode terms = terms(Chart.render(Chart.CURRENT, ALL_ON));
        String avoid = terms(Chart.render()).at("/0/matchExpressions").toString().replaceAll("^\\[|]$", "") + """
                ,{"key":"airflow","operator":"NotIn","values":["true"]},\
                {"key":"example.com/role","operator":"NotIn","values":["batch"]}""";
        assertEquals("""
                [{"matchExpressions":[{"key":"pool","operator":"In","values":["a"]},%s]},\
                {"matchExpressions":[{"key":"pool","operator":"In","values":["b"]},%s]}]""".formatted(avoid, avoid),
                terms.toString());
        assertEquals("[{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"NotIn\",\"values\":[\"b\"]}]}]",
                terms(Chart.render("agent.nodeMatchExpressions=null", "nodeAntiAffinity[0].key=a",
                        "nodeAntiAffinity[0].value=b")).toString());
    }

    /** What clouds call the nodes that take a DaemonSet's pods and never run them. */
    @Test
    void agentsAvoidNodesThatRunNoDaemonSets() {
        List<String> keys = terms(Chart.render()).at("/0/matchExpressions").valueStream()
                .map(it -> it.path("key").asText() + " " + it.path("operator").asText() + " " + it.path("values"))
                .toList();
        assertEquals(List.of("eks.amazonaws.com/compute-type NotIn [\"fargate\"]",
                "type NotIn [\"virtual-kubelet\",\"kwok\"]", "virtualization NotIn [\"virtualnode2\"]",
                "node-role.kubernetes.io/virtual-node DoesNotExist ",
                "node.kubernetes.io/instance-type NotIn [\"eklet\"]", "liqo.io/type NotIn [\"virtual-node\"]"), keys);
        assertEquals(terms(Chart.render()), terms(Manifest.one(Chart.render(), "Pod", "-test")));
        assertTrue(Manifest.daemonSet(Chart.render("agent.nodeMatchExpressions=null")).podSpec().path("affinity")
                .isMissingNode());
    }

    /** It refuses affinity to labels that it does not know; "v1" stands for its API group, for this Helm takes no others. */
    @Test
    void onGkeAutopilotThereIsNoAffinityByDefault(@TempDir Path folder) throws IOException {
        Chart.copy(folder);
        Path helpers = folder.resolve("templates/_helpers.tpl");
        Files.writeString(helpers, Chart.read(helpers).replace("\"auto.gke.io/v1\"", "\"v1\""));
        assertTrue(Manifest.daemonSet(Chart.renderWithin(folder)).podSpec().path("affinity").isMissingNode());
    }

    /** "v1" stands for its API group here, too. */
    @Test
    void theNotesNameOpenShiftsNeeds(@TempDir Path folder) throws IOException {
        String wanted = "This is OpenShift, which refuses pods that say their user or group";
        assertFalse(Chart.notes().contains(wanted));
        Chart.copy(folder);
        Path notes = folder.resolve("templates/NOTES.txt");
        Files.writeString(notes, Chart.read(notes).replace("\"security.openshift.io/v1\"", "\"v1\""));
        assertTrue(Chart.notes(folder).contains(wanted));
        assertFalse(Chart.notes(folder, "podSecurityContext.runAsUser=null").contains(wanted));
    }

    private static JsonNode terms(List<Manifest> all) {
        return terms(Manifest.daemonSet(all));
    }

    private static JsonNode terms(Manifest manifest) {
        return manifest.podSpec()
                .at("/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms");
    }

    @Test
    void agentsTolerateEveryTaint() {
        assertEquals("""
                [{"effect":"NoSchedule","operator":"Exists"},{"effect":"NoExecute","operator":"Exists"}]""",
                Manifest.daemonSet(Chart.render()).podSpec().path("tolerations").toString());
    }

    @Test
    void namesAreLookedUpWithoutSearchDomains() {
        JsonNode pod = Manifest.daemonSet(Chart.render()).podSpec();
        assertEquals("ClusterFirst", pod.path("dnsPolicy").asText());
        assertEquals("""
                {"options":[{"name":"ndots","value":"1"}],\
                "searches":["monitoring.svc.cluster.local","svc.cluster.local","cluster.local"]}""",
                pod.path("dnsConfig").toString());
        assertEquals("""
                {"options":[{"name":"ndots","value":"2"}]}""",
                Manifest.daemonSet(Chart.render(Chart.CURRENT, ALL_ON)).podSpec().path("dnsConfig").toString());
    }

    @Test
    void hostNetworkKeepsTheIdentity() {
        List<Manifest> all = Chart.render(Chart.CURRENT, HOST_NETWORK);
        JsonNode pod = Manifest.daemonSet(all).podSpec();
        assertTrue(pod.path("hostNetwork").asBoolean());
        assertEquals("ClusterFirstWithHostNet", pod.path("dnsPolicy").asText());
        assertEquals("""
                {"name":"KCONMON_BIND_ADDRESS","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}}""",
                pod.at("/containers/0/env/3").toString());
        assertEquals("mesh-agent", Manifest.daemonSet(all).name());
        assertEquals(List.of("mesh-controller", "mesh-test"),
                all.stream().filter(it -> it.kind().equals("NetworkPolicy")).map(Manifest::name).sorted().toList());
        assertTrue(Manifest.one(all, "NetworkPolicy", "-controller").at("/spec/ingress/0/from").isMissingNode());
        assertTrue(Manifest.one(all, "NetworkPolicy", "-test").at("/spec/egress/0/to").isMissingNode());
    }

    @Test
    void aStopIsGivenTimeToDrain() {
        assertEquals(18, grace(Chart.render()));
        assertEquals(10, grace(Chart.render("drain=0")));
        assertEquals(31, grace(Chart.render("drain=20001")));
        assertEquals(60, grace(Chart.render("agent.terminationGracePeriodSeconds=60")));
    }

    private static int grace(List<Manifest> all) {
        return Manifest.daemonSet(all).podSpec().path("terminationGracePeriodSeconds").asInt();
    }

    @Test
    void onlyAChangedSettingRollsBoth() {
        String before = checksum(Manifest.daemonSet(Chart.render()));
        assertEquals(before, checksum(Manifest.deployment(Chart.render())));
        assertEquals(before, checksum(Manifest.daemonSet(Chart.render("controller.replicas=3"))));
        assertNotEquals(before, checksum(Manifest.daemonSet(Chart.render("udp.packets=6"))));
        assertNotEquals(before, checksum(Manifest.deployment(Chart.render("udp.packets=6"))));
        assertNotEquals(before, checksum(Manifest.daemonSet(Chart.render("auth.existingSecret=x"))));
        assertNotEquals(before, checksum(Manifest.daemonSet(Chart.render("tls.existingSecret=x"))));
    }

    private static String checksum(Manifest manifest) {
        return manifest.at("/spec/template/metadata/annotations/checksum~1config").asText();
    }

    @Test
    void noServiceMeshIsInjectedByDefault() {
        for (Manifest manifest : List.of(Manifest.daemonSet(Chart.render()), Manifest.deployment(Chart.render()))) {
            JsonNode pod = manifest.at("/spec/template/metadata");
            assertEquals("false", pod.at("/annotations/sidecar.istio.io~1inject").asText());
            assertEquals("false", pod.at("/labels/sidecar.istio.io~1inject").asText());
            assertEquals("disabled", pod.at("/annotations/linkerd.io~1inject").asText());
            assertFalse(manifest.podSpec().path("enableServiceLinks").asBoolean(true));
        }
        assertEquals("enabled", Manifest.daemonSet(Chart.render(Chart.CURRENT, ALL_ON))
                .at("/spec/template/metadata/annotations/linkerd.io~1inject").asText());
    }

    @Test
    void theImageHasATagOrADigest() {
        assertEquals("kconmon:" + System.getProperty("project.version"), image(Chart.render()));
        assertEquals("r.example.com/k:1.2", image(Chart.render("image.repository=r.example.com/k", "image.tag=1.2")));
        assertEquals("registry.example.com/kconmon@sha256:" + "0123456789abcdef".repeat(4),
                image(Chart.render(Chart.CURRENT, ALL_ON)));
    }

    private static String image(List<Manifest> all) {
        return Manifest.daemonSet(all).podSpec().at("/containers/0/image").asText();
    }

    @Test
    void disabledFeaturesRenderNothing() {
        assertEquals(List.of("ConfigMap", "DaemonSet", "Deployment", "Pod", "PodDisruptionBudget", "Service", "Service",
                "ServiceAccount"), Chart.render(Chart.CURRENT, ALL_OFF).stream().map(Manifest::kind).sorted().toList());
    }

    @Test
    void monitorsFindBothServices() {
        List<Manifest> all = Chart.render(Chart.CURRENT, ALL_ON);
        Manifest monitor = Manifest.one(all, "ServiceMonitor", "");
        assertEquals("kube-prometheus-stack", monitor.at("/metadata/labels/release").asText());
        assertEquals("30s", monitor.at("/spec/endpoints/0/interval").asText());
        assertEquals(3, monitor.at("/spec/endpoints/0/relabelings").size());
        for (Manifest service : all) {
            if (service.kind().equals("Service")) {
                monitor.at("/spec/selector/matchLabels").properties().forEach(it -> assertEquals(it.getValue(),
                        service.at("/metadata/labels").path(it.getKey()), service.toString()));
                assertTrue(Set.of("agent", "controller").contains(
                        service.at("/metadata/labels/app.kubernetes.io~1component").asText()), service.toString());
                assertTrue(monitor.at("/spec/endpoints").findValuesAsText("port")
                        .contains(service.at("/spec/ports/0/name").asText()), service.toString());
            }
        }
    }

    /** From the namespace's Secrets, because the operator reads no others; verified, because an impostor could answer. */
    @Test
    void controllersAreScrapedOverTlsAsTheirPortSays() {
        for (String values : List.of("prometheus.enableServiceMonitor=true", "prometheus.enablePodMonitor=true")) {
            boolean services = values.contains("Service");
            List<Manifest> all = Chart.render(values, "tls.existingSecret=certificate");
            JsonNode endpoints = Manifest.one(all, services ? "ServiceMonitor" : "PodMonitor", "")
                    .at(services ? "/spec/endpoints" : "/spec/podMetricsEndpoints");
            assertEquals(2, endpoints.size());
            assertEquals(port(Manifest.daemonSet(all)), endpoints.at("/0/port").asText());
            assertFalse(endpoints.path(0).has("scheme"), endpoints.toString());
            assertEquals(port(Manifest.deployment(all)), endpoints.at("/1/port").asText());
            assertEquals("https", endpoints.at("/1/scheme").asText());
            assertEquals("""
                    {"ca":{"secret":{"name":"certificate","key":"ca.crt"}},\
                    "serverName":"net-kconmon-controller.monitoring.svc.cluster.local"}""",
                    endpoints.at("/1/tlsConfig").toString());
            assertEquals(endpoints.at("/0/relabelings"), endpoints.at("/1/relabelings"));
        }
        assertEquals(1, Manifest.one(Chart.render("prometheus.enableServiceMonitor=true"), "ServiceMonitor", "")
                .at("/spec/endpoints").size());
    }

    private static String port(Manifest pods) {
        return pods.podSpec().at("/containers/0/ports/0/name").asText();
    }

    @Test
    void clientsOfTheControllersUseTheirScheme() {
        for (String scheme : List.of("http", "https")) {
            List<Manifest> all = Chart.render("tls.existingSecret=" + (scheme.equals("https") ? "x" : ""));
            Manifest controllers = Manifest.deployment(all);
            assertEquals(scheme, port(controllers));
            assertEquals("http", port(Manifest.daemonSet(all)));
            JsonNode service = Manifest.one(all, "Service", "-controller").at("/spec/ports/0");
            assertEquals(scheme, service.path("name").asText());
            assertEquals(scheme, service.path("targetPort").asText());
            for (String probe : List.of("startup", "liveness", "readiness")) {
                JsonNode get = controllers.podSpec().at("/containers/0/" + probe + "Probe/httpGet");
                assertEquals(scheme, get.path("port").asText());
                assertEquals(scheme.toUpperCase(Locale.ROOT), get.path("scheme").asText());
                assertFalse(Manifest.daemonSet(all).podSpec().at("/containers/0/" + probe + "Probe/httpGet")
                        .has("scheme"));
            }
        }
    }

    /** A probe before a JVM can have started would be a warning in the events of every pod. */
    @Test
    void theFirstProbeComesWhenAJvmHasStarted() {
        List<Manifest> all = Chart.render();
        for (Manifest pods : List.of(Manifest.daemonSet(all), Manifest.deployment(all))) {
            assertEquals(3, pods.podSpec().at("/containers/0/startupProbe/initialDelaySeconds").asInt());
        }
    }

    @Test
    void secretsAreReadByThePodsGroupAndChangeWithTheirSecrets() {
        List<Manifest> all = Chart.render(Chart.CURRENT, ALL_ON);
        for (Manifest pods : List.of(Manifest.daemonSet(all), Manifest.deployment(all),
                Manifest.one(all, "Pod", "-test"))) {
            assertEquals(65532, pods.podSpec().at("/securityContext/fsGroup").asInt());
            assertEquals(List.of("mesh-token", pods.kind().equals("Deployment") ? "mesh-tls" : "mesh-ca"),
                    pods.podSpec().path("volumes").valueStream().filter(it -> it.has("secret"))
                            .map(it -> it.at("/secret/secretName").asText()).toList());
            for (JsonNode volume : pods.podSpec().path("volumes")) {
                assertEquals(volume.has("secret") ? 0440 : 0, volume.at("/secret/defaultMode").asInt());
            }
            for (JsonNode mount : pods.podSpec().at("/containers/0/volumeMounts")) {
                assertTrue(mount.path("readOnly").asBoolean(), mount.toString());
                assertFalse(mount.has("subPath"), mount.toString());
            }
            assertEquals("bearer", pods.podSpec().path("volumes").valueStream()
                    .filter(it -> it.path("name").asText().equals("auth")).findFirst().orElseThrow()
                    .at("/secret/items/0/key").asText());
        }
    }

    @Test
    void onlyControllersHaveTheKey() {
        for (Manifest manifest : Chart.render("tls.existingSecret=x", "auth.existingSecret=y",
                "prometheus.enableServiceMonitor=true")) {
            boolean has = manifest.json().findValuesAsText("key").contains("tls.key");
            manifest.podSpec().path("volumes").findValues("secret")
                    .forEach(it -> assertFalse(it.path("items").isEmpty(), "all of the Secret: " + manifest));
            assertEquals(manifest.kind().equals("Deployment"), has, manifest.toString());
        }
    }

    @Test
    void theOperatorsObjectsAreNotMadeWhereThereIsNoOperator() {
        assertEquals(List.of(), Chart.render().stream()
                .filter(it -> it.at("/apiVersion").asText().startsWith("monitoring.coreos.com/")).toList());
    }

    @Test
    void theNetworkPolicyAllowsTheNeededTraffic() {
        List<Manifest> all = Chart.render(Chart.CURRENT, ALL_ON);
        Manifest agents = Manifest.one(all, "NetworkPolicy", "-agent");
        assertEquals("""
                [{"port":9090,"protocol":"TCP"},{"port":9090,"protocol":"UDP"}]""",
                agents.at("/spec/ingress/0/ports").toString());
        assertEquals("""
                [{"port":53,"protocol":"UDP"},{"port":53,"protocol":"TCP"},{"port":5353,"protocol":"UDP"},\
                {"port":5353,"protocol":"TCP"}]""", agents.at("/spec/egress/2/ports").toString());
        Manifest controllers = Manifest.one(all, "NetworkPolicy", "-controller");
        assertEquals(3, controllers.at("/spec/ingress/0/from").size());
        assertEquals("[{\"port\":443,\"protocol\":\"TCP\"},{\"port\":6443,\"protocol\":\"TCP\"}]",
                controllers.at("/spec/egress/0/ports").toString());
    }

    @Test
    void controllersReachAgentsForTheirReports() {
        List<Manifest> all = Chart.render("networkPolicy.enabled=true");
        JsonNode from = Manifest.one(all, "NetworkPolicy", "-agent").at("/spec/ingress/1");
        assertEquals("controller", from.at("/from/0/podSelector/matchLabels/app.kubernetes.io~1component").asText());
        assertEquals("[{\"port\":8080,\"protocol\":\"TCP\"}]", from.path("ports").toString());
        JsonNode to = Manifest.one(all, "NetworkPolicy", "-controller").at("/spec/egress/0");
        assertEquals("agent", to.at("/to/0/podSelector/matchLabels/app.kubernetes.io~1component").asText());
        assertEquals("[{\"port\":8080,\"protocol\":\"TCP\"}]", to.path("ports").toString());
    }

    @Test
    void theChartsTestAsksForExistingPaths() {
        List<Manifest> all = Chart.render("port=9999");
        JsonNode args = Manifest.one(all, "Pod", "-test").at("/spec/containers/0/args");
        assertEquals("check", args.path(0).asText());
        for (int i = 2; i < args.size(); i++) {
            URI url = URI.create(args.path(i).asText());
            assertEquals(9999, url.getPort());
            Manifest.one(all, "Service", url.getHost());
        }
        assertEquals(6, args.size());
    }

    /** Over plain HTTP, the token is sent only where it is asked for. */
    @Test
    void theChartsTestHasTheTokenAndTheAuthorityOfTheControllers() {
        assertEquals("""
                ["check","--within=60","--tls-ca=/etc/kconmon-tls/ca.crt",\
                "https://net-kconmon-controller.monitoring.svc.cluster.local:8080/readiness",\
                "http://net-kconmon-agent:8080/readiness","http://net-kconmon-agent:8080/metrics",\
                "--token-file=/etc/kconmon-auth/token",\
                "https://net-kconmon-controller.monitoring.svc.cluster.local:8080/agents"]""",
                Manifest.one(Chart.render("tls.existingSecret=x", "auth.existingSecret=y"), "Pod", "-test")
                        .at("/spec/containers/0/args").toString());
    }

    @Test
    void namesStayWithinTheirLimit() {
        String longest = "a".repeat(52);
        assertEquals(longest + "-controller",
                Manifest.deployment(Chart.render("fullnameOverride=" + longest)).name());
    }

    @Test
    void theNotesSayWhoTestsWhom() {
        String full = Chart.notes("mesh=full");
        assertTrue(full.contains("tests every other node over TCP and UDP, and DNS.\n\n1. "), full);
        String some = "tests other nodes over TCP and UDP, and DNS.\n";
        String bounded = Chart.notes("mesh=bounded", "meshPeers=30");
        assertTrue(bounded.contains(some + "30 others test each node all the time, and the rest do in turn"), bounded);
        assertFalse(bounded.contains("every other"), bounded);
        String wanted = some
                + "Up to %d nodes, each tests every other. In a larger cluster 20 others test each node all"
                + " the time, and the rest do in turn (docs/mesh.md).\n\n1. ";
        assertTrue(Chart.notes().contains(wanted.formatted(100)), Chart.notes());
        assertTrue(Chart.notes("mesh=", "meshFullUpTo=50").contains(wanted.formatted(50)));
    }

    @Test
    void theNotesNameTheNextSteps() {
        String plain = Chart.notes();
        assertTrue(plain.contains("kubectl -n monitoring rollout status daemonset/net-kconmon-agent"), plain);
        assertTrue(plain.contains("helm -n monitoring test net"), plain);
        assertTrue(plain.contains("docs/prometheus.md has a configuration for a plain"), plain);
        String all = Chart.notes("prometheus.enableServiceMonitor=true", "prometheus.enableRules=true",
                "enableTcpTweaks=true");
        assertTrue(all.contains("The ServiceMonitor net-kconmon does that"), all);
        assertTrue(all.contains("The alerts are in the PrometheusRule net-kconmon."), all);
        assertTrue(all.contains("is privileged"), all);
        assertFalse(plain.contains("Secret"), plain);
        String secured = Chart.notes("tls.existingSecret=certificate", "auth.existingSecret=shared", "auth.key=bearer");
        assertTrue(secured.contains("as net-kconmon-controller.monitoring.svc.cluster.local: the"), secured);
        assertTrue(secured.contains("get secret shared -o go-template='{{ index .data \"bearer\" | base64decode }}')"),
                secured);
    }
}
