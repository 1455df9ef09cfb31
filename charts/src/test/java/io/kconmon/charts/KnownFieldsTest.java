package io.kconmon.charts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The API server takes a misspelt field without a word. */
class KnownFieldsTest {

    private static final Map<String, Class<? extends KubernetesResource>> TYPES = Map.ofEntries(
            Map.entry("v1/ConfigMap", ConfigMap.class), Map.entry("v1/Service", Service.class),
            Map.entry("v1/ServiceAccount", ServiceAccount.class), Map.entry("v1/Pod", Pod.class),
            Map.entry("apps/v1/DaemonSet", DaemonSet.class), Map.entry("apps/v1/Deployment", Deployment.class),
            Map.entry("rbac.authorization.k8s.io/v1/ClusterRole", ClusterRole.class),
            Map.entry("rbac.authorization.k8s.io/v1/ClusterRoleBinding", ClusterRoleBinding.class),
            Map.entry("rbac.authorization.k8s.io/v1/Role", Role.class),
            Map.entry("rbac.authorization.k8s.io/v1/RoleBinding", RoleBinding.class),
            Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
            Map.entry("policy/v1/PodDisruptionBudget",
                    io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget.class),
            Map.entry("policy/v1beta1/PodDisruptionBudget",
                    io.fabric8.kubernetes.api.model.policy.v1beta1.PodDisruptionBudget.class));

    /** The fields of the Prometheus operator that the chart uses; a list's elements have [] in their path. */
    private static final Map<String, Set<String>> OPERATOR = Map.of("ServiceMonitor",
            Set.of(".namespaceSelector.matchNames[]", ".selector.matchLabels.*", ".selector.matchExpressions[].key",
                    ".selector.matchExpressions[].operator", ".selector.matchExpressions[].values[]",
                    ".endpoints[].port", ".endpoints[].path", ".endpoints[].interval", ".endpoints[].scrapeTimeout",
                    ".endpoints[].relabelings[].sourceLabels[]", ".endpoints[].relabelings[].targetLabel",
                    ".endpoints[].relabelings[].replacement", ".endpoints[].relabelings[].regex",
                    ".endpoints[].relabelings[].action",
                    ".endpoints[].metricRelabelings[].sourceLabels[]", ".endpoints[].metricRelabelings[].regex",
                    ".endpoints[].metricRelabelings[].action", ".endpoints[].scheme",
                    ".endpoints[].tlsConfig.ca.secret.name", ".endpoints[].tlsConfig.ca.secret.key",
                    ".endpoints[].tlsConfig.serverName"),
            "PodMonitor",
            Set.of(".namespaceSelector.matchNames[]", ".selector.matchLabels.*", ".selector.matchExpressions[].key",
                    ".selector.matchExpressions[].operator", ".selector.matchExpressions[].values[]",
                    ".podMetricsEndpoints[].port", ".podMetricsEndpoints[].path", ".podMetricsEndpoints[].interval",
                    ".podMetricsEndpoints[].scrapeTimeout", ".podMetricsEndpoints[].relabelings[].sourceLabels[]",
                    ".podMetricsEndpoints[].relabelings[].targetLabel", ".podMetricsEndpoints[].scheme",
                    ".podMetricsEndpoints[].relabelings[].replacement", ".podMetricsEndpoints[].relabelings[].regex",
                    ".podMetricsEndpoints[].relabelings[].action",
                    ".podMetricsEndpoints[].metricRelabelings[].sourceLabels[]",
                    ".podMetricsEndpoints[].metricRelabelings[].regex",
                    ".podMetricsEndpoints[].metricRelabelings[].action",
                    ".podMetricsEndpoints[].tlsConfig.ca.secret.name", ".podMetricsEndpoints[].tlsConfig.ca.secret.key",
                    ".podMetricsEndpoints[].tlsConfig.serverName"),
            "PrometheusRule", Set.of(".groups[].name", ".groups[].rules[].record", ".groups[].rules[].alert",
                    ".groups[].rules[].expr", ".groups[].rules[].for", ".groups[].rules[].labels.*",
                    ".groups[].rules[].annotations.*"));

    static List<Path> values() {
        return Chart.valuesFiles();
    }

    @ParameterizedTest
    @MethodSource("values")
    void everyFieldIsKnownToTheOldestKubernetes(Path values) {
        check(Chart.render(Chart.OLDEST, values));
    }

    @ParameterizedTest
    @MethodSource("values")
    void everyFieldIsKnownToTheCurrentKubernetes(Path values) {
        check(Chart.render(Chart.CURRENT, values));
    }

    @Test
    void everyFieldOfTheDefaultsIsKnown() {
        check(Chart.render());
    }

    @Test
    void anUnknownFieldIsDetected() {
        Manifest daemonSet = Chart.parse("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: x}
                spec:
                  template:
                    spec:
                      containers: [{name: a, livenessProbe: {httpGet: {prot: 1}}}]
                """).getFirst();
        assertEquals(List.of("DaemonSet x: [prot]"), unknown(daemonSet));
    }

    private static void check(List<Manifest> manifests) {
        assertEquals(List.of(), manifests.stream().flatMap(it -> unknown(it).stream()).toList());
        assertEquals(List.of(), ApiRules.broken(manifests));
    }

    static List<String> unknown(Manifest manifest) {
        var found = new ArrayList<String>();
        String apiVersion = manifest.at("/apiVersion").asText();
        Set<String> fields = OPERATOR.get(manifest.kind());
        if (fields != null) {
            assertEquals("monitoring.coreos.com/v1", apiVersion);
            paths("", manifest.at("/spec"), found);
            found.removeIf(path -> fields.contains(path)
                    || fields.contains(path.replaceFirst("(labels|annotations|matchLabels)\\..*", "$1.*")));
            found.replaceAll(path -> manifest + ": " + path);
            return found;
        }
        Class<? extends KubernetesResource> type = TYPES.get(apiVersion + "/" + manifest.kind());
        if (type == null) {
            return List.of(manifest + ": no such type in " + apiVersion);
        }
        additional(manifest.toString(), Chart.JSON.convertValue(manifest.json(), type), found);
        return found;
    }

    private static void paths(String path, JsonNode node, List<String> into) {
        if (node.isObject()) {
            node.properties().forEach(it -> paths(path + "." + it.getKey(), it.getValue(), into));
        } else if (node.isArray()) {
            node.forEach(it -> paths(path + "[]", it, into));
        } else {
            into.add(path);
        }
    }

    /** fabric8's model keeps unknown fields in additionalProperties, at every level. */
    private static void additional(String where, Object object, List<String> into) {
        switch (object) {
            case Collection<?> all -> all.forEach(it -> additional(where, it, into));
            case Map<?, ?> all -> all.values().forEach(it -> additional(where, it, into));
            default -> {
                if (object.getClass().getPackageName().startsWith("io.fabric8.")) {
                    for (Method method : object.getClass().getMethods()) {
                        if (method.getName().startsWith("get") && method.getParameterCount() == 0) {
                            additional(where, method, object, into);
                        }
                    }
                }
            }
        }
    }

    private static void additional(String where, Method getter, Object object, List<String> into) {
        try {
            Object value = getter.invoke(object);
            if (getter.getName().equals("getAdditionalProperties") && value instanceof Map<?, ?> map) {
                if (!map.isEmpty()) {
                    into.add(where + ": " + map.keySet());
                }
            } else if (value != null && getter.getReturnType() != Class.class) {
                additional(where, value, into);
            }
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(getter.toString(), e);
        }
    }
}
