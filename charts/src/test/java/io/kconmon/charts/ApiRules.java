package io.kconmon.charts;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Rules by which an API server or server-side apply refuses objects although all fields are known. */
final class ApiRules {

    /** Their values are texts; a number or a word that YAML takes for a boolean is refused. */
    private static final Set<String> OF_TEXTS = Set.of("labels", "annotations", "matchLabels", "nodeSelector");
    /** Lists with a key, by which server-side apply merges them: it refuses the same key twice. */
    private static final Map<String, String> KEYS = Map.of("env", "name", "volumes", "name", "volumeMounts",
            "mountPath", "imagePullSecrets", "name", "containers", "name", "hostAliases", "ip");

    private ApiRules() {
    }

    static List<String> broken(List<Manifest> all) {
        var broken = new ArrayList<String>();
        var names = new HashSet<String>();
        for (Manifest manifest : all) {
            String where = manifest.toString();
            if (!names.add(where + " " + manifest.at("/metadata/namespace").asText())) {
                broken.add(where + " is there twice");
            }
            texts(where, manifest.json(), broken);
            switch (manifest.kind()) {
                case "PodDisruptionBudget" -> {
                    if (manifest.at("/spec").has("minAvailable") == manifest.at("/spec").has("maxUnavailable")) {
                        broken.add(where + ": either minAvailable or maxUnavailable");
                    }
                }
                case "DaemonSet" -> {
                    JsonNode update = manifest.at("/spec/updateStrategy/rollingUpdate");
                    if (some(update.path("maxSurge")) && some(update.path("maxUnavailable"))) {
                        broken.add(where + ": both maxSurge and maxUnavailable");
                    }
                    selected(manifest, broken);
                }
                case "Deployment" -> selected(manifest, broken);
                default -> {
                }
            }
        }
        return broken;
    }

    private static boolean some(JsonNode number) {
        return !number.isMissingNode() && !Set.of("0", "0%").contains(number.asText());
    }

    private static void selected(Manifest manifest, List<String> broken) {
        manifest.at("/spec/selector/matchLabels").properties().forEach(it -> {
            if (!it.getValue().equals(manifest.at("/spec/template/metadata/labels").path(it.getKey()))) {
                broken.add(manifest + " does not select its own pods: " + it);
            }
        });
    }

    private static void texts(String where, JsonNode node, List<String> broken) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String key = field.getKey();
            JsonNode value = field.getValue();
            String path = where + "." + key;
            if (value.isNull()) {
                broken.add(path + " is null");
            }
            if (value.isFloatingPointNumber() && !path.contains(".resources.")) {
                broken.add(path + " is no whole number: " + value);
            }
            if (Set.of("name", "namespace", "serviceAccountName", "secretName", "image", "value").contains(key)
                    && !value.isTextual()) {
                broken.add(path + ": " + value);
            }
            if (OF_TEXTS.contains(key)) {
                value.properties().stream().filter(it -> !it.getValue().isTextual())
                        .forEach(it -> broken.add(path + "." + it));
            }
            if (KEYS.containsKey(key)) {
                var once = new HashSet<String>();
                value.forEach(it -> {
                    String name = it.path(KEYS.getOrDefault(key, "")).asText();
                    if (!once.add(name)) {
                        broken.add(path + ": " + name + " is there twice");
                    }
                });
            }
            texts(path, value, broken);
        }
        if (node.isArray()) {
            node.forEach(it -> texts(where + "[]", it, broken));
        }
    }
}
