package io.kconmon.charts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clusters of one kind or another want of pods. */
class PlatformsTest {

    private static List<Manifest> platform(String name) {
        return Chart.render(Chart.CURRENT, Chart.HOME.resolve("values-" + name + ".yaml"));
    }

    private static List<Manifest> pods(List<Manifest> all) {
        return List.of(Manifest.daemonSet(all), Manifest.deployment(all), Manifest.one(all, "Pod", "-test"));
    }

    @Test
    void thereAreThreePlatforms() {
        assertEquals(List.of("values-eks-fargate.yaml", "values-gke-autopilot.yaml", "values-openshift.yaml"),
                Chart.platforms().stream().map(it -> String.valueOf(it.getFileName())).toList());
    }

    /** It gives each namespace a range of its own, and refuses every other number. */
    @Test
    void onOpenShiftNoPodSetsItsUserId() {
        for (Manifest pod : pods(platform("openshift"))) {
            assertEquals("{\"runAsNonRoot\":true,\"seccompProfile\":{\"type\":\"RuntimeDefault\"}}",
                    pod.podSpec().path("securityContext").toString(), pod.toString());
            assertEquals("[\"ALL\"]", pod.podSpec().at("/containers/0/securityContext/capabilities/drop").toString());
            assertFalse(pod.podSpec().at("/containers/0/securityContext").has("runAsUser"));
        }
    }

    @Test
    void onEksNothingIsMeantForFargate() {
        for (Manifest pod : pods(platform("eks-fargate"))) {
            JsonNode term = pod.podSpec().at("/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution"
                    + "/nodeSelectorTerms/0/matchExpressions/0");
            assertEquals("eks.amazonaws.com/compute-type NotIn [\"fargate\"]", "%s %s %s".formatted(
                    term.path("key").asText(), term.path("operator").asText(), term.path("values")), pod.toString());
        }
    }

    @Test
    void onAutopilotNothingIsRefusedAndNoLimitIsLowered() {
        for (Manifest pod : pods(platform("gke-autopilot"))) {
            assertTrue(pod.podSpec().path("affinity").isMissingNode(), pod.toString());
            assertTrue(pod.podSpec().path("hostNetwork").isMissingNode());
            assertTrue(pod.podSpec().path("initContainers").isMissingNode());
            JsonNode resources = pod.podSpec().at("/containers/0/resources");
            assertEquals(resources.at("/limits/memory"), resources.at("/requests/memory"), pod.toString());
        }
    }

    @Test
    void helmTestRunsWhereAgentsDo() {
        List<Manifest> all = Chart.render("agent.nodeSelector.pool=a");
        for (String field : List.of("tolerations", "affinity", "nodeSelector")) {
            assertEquals(Manifest.daemonSet(all).podSpec().path(field),
                    Manifest.one(all, "Pod", "-test").podSpec().path(field));
        }
        List<Manifest> elsewhere = Chart.render("test.nodeSelector.pool=b", "test.tolerations[0].key=c");
        assertEquals("{\"pool\":\"b\"}", Manifest.one(elsewhere, "Pod", "-test").podSpec().path("nodeSelector")
                .toString());
        assertEquals("[{\"key\":\"c\"}]", Manifest.one(elsewhere, "Pod", "-test").podSpec().path("tolerations")
                .toString());
    }

    /** Where the namespace denies all by default, it must be allowed to ask, and they to answer. */
    @Test
    void helmTestRunsUnderDefaultDeny() {
        List<Manifest> all = Chart.render("networkPolicy.enabled=true");
        Manifest policy = Manifest.one(all, "NetworkPolicy", "-test");
        policy.at("/spec/podSelector/matchLabels").properties().forEach(it -> assertEquals(it.getValue(),
                Manifest.one(all, "Pod", "-test").at("/metadata/labels").path(it.getKey())));
        assertEquals(List.of("agent", "controller"), policy.at("/spec/egress/0/to")
                .findValuesAsText("app.kubernetes.io/component"));
        assertEquals("[{\"port\":8080,\"protocol\":\"TCP\"}]", policy.at("/spec/egress/0/ports").toString());
        assertEquals(53, policy.at("/spec/egress/1/ports/0/port").asInt());
        for (String of : List.of("-agent", "-controller")) {
            assertTrue(Manifest.one(all, "NetworkPolicy", of).at("/spec/ingress")
                    .findValuesAsText("app.kubernetes.io/component").contains("test"), of);
        }
    }

    @ParameterizedTest
    @CsvSource({"maxSurge=1, '{\"maxSurge\":1,\"maxUnavailable\":0}'",
            "maxSurge=25%, '{\"maxSurge\":\"25%\",\"maxUnavailable\":0}'",
            "maxSurge=0, '{\"maxSurge\":0,\"maxUnavailable\":\"10%\"}'",
            "maxUnavailable=2, '{\"maxUnavailable\":2}'"})
    void aSurgeTakesThePlaceOfUnavailableAgents(String value, String update) {
        assertEquals(update, Manifest.daemonSet(Chart.render("agent.updateStrategy.rollingUpdate." + value))
                .at("/spec/updateStrategy/rollingUpdate").toString());
    }

    @ParameterizedTest
    @CsvSource({"minAvailable=1, '{\"minAvailable\":1}'", "minAvailable=50%, '{\"minAvailable\":\"50%\"}'",
            "minAvailable=0, '{\"minAvailable\":0}'", "maxUnavailable=2, '{\"maxUnavailable\":2}'"})
    void minAvailableTakesThePlaceOfMaxUnavailable(String value, String budget) {
        ObjectNode spec = Manifest.one(Chart.render("controller.podDisruptionBudget." + value), "PodDisruptionBudget",
                "").at("/spec").<ObjectNode>require().without("selector");
        assertEquals(budget, spec.toString());
    }

    @Test
    void aNullBudgetIsNoBudget() {
        assertTrue(Chart.render("controller.podDisruptionBudget=null").stream()
                .noneMatch(it -> it.kind().equals("PodDisruptionBudget")));
    }

    /** A Java agent that an operator injects keeps the programs from starting. */
    @Test
    void nothingIsInjectedIntoAnyPodUnlessTheUserWantsIt() {
        var annotations = Map.of("instrumentation.opentelemetry.io/inject-java", "false",
                "instrumentation.opentelemetry.io/inject-sdk", "false", "sidecar.opentelemetry.io/inject", "false",
                "dynatrace.com/inject", "false", "oneagent.dynatrace.com/inject", "false",
                "instrumentation.newrelic.com/inject-java", "false", "consul.hashicorp.com/connect-inject", "false",
                "appmesh.k8s.aws/sidecarInjectorWebhook", "disabled", "kuma.io/sidecar-injection", "disabled");
        var labels = Map.of("admission.datadoghq.com/enabled", "false", "instana-autotrace", "false",
                "kuma.io/sidecar-injection", "disabled", "istio.io/dataplane-mode", "none");
        for (Manifest manifest : pods(Chart.render())) {
            JsonNode pod = manifest.kind().equals("Pod") ? manifest.json() : manifest.at("/spec/template");
            annotations.forEach((key, value) -> assertEquals(value,
                    pod.at("/metadata/annotations").path(key).asText(), manifest + " " + key));
            labels.forEach((key, value) -> assertEquals(value, pod.at("/metadata/labels").path(key).asText(),
                    manifest + " " + key));
        }
        JsonNode wanted = Manifest.daemonSet(Chart.render("agent.podLabels.istio\\.io/dataplane-mode=ambient"))
                .at("/spec/template/metadata/labels");
        assertEquals("ambient", wanted.path("istio.io/dataplane-mode").asText());
    }
}
