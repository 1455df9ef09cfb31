package io.kconmon.k8s;

import io.kconmon.shared.config.YamlText;
import io.kconmon.shared.file.BoundedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The current context of a kubeconfig, which may be several files: of two clusters, users or contexts of one name the
 * first file's counts, as a whole.
 *
 * @param user
 *            an empty part if the context names none
 * @see <a href="https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/">Organizing
 *      cluster access using kubeconfig files</a>
 */
record Kubeconfig(Fields cluster, Fields user, Optional<String> namespace) {

    private static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** @throws IllegalArgumentException in one line that names the file and the field */
    static Kubeconfig read(List<Path> files) {
        var clusters = new HashMap<String, Fields>();
        var users = new HashMap<String, Fields>();
        var contexts = new HashMap<String, Fields>();
        Optional<String> current = Optional.empty();
        for (Path file : files) {
            Fields root = load(file);
            if (root.has("kind") && !root.need("kind").equals("Config")) {
                throw root.refuse("kind", "it must be Config");
            }
            collect(root, "clusters", clusters);
            collect(root, "users", users);
            collect(root, "contexts", contexts);
            current = current.or(() -> root.text("current-context"));
        }
        Path first = files.getFirst();
        String name = current.orElseThrow(() -> bad(first, "current-context: it is missing"));
        Fields context = Optional.ofNullable(contexts.get(name))
                .orElseThrow(() -> bad(first, "current-context: there is no context \"%s\"".formatted(name)))
                .part("context");
        return new Kubeconfig(find(clusters, context, "cluster").orElseThrow(() -> context.refuse("cluster",
                "it is missing")), find(users, context, "user").orElse(new Fields(first, "user", Map.of())),
                namespace(context));
    }

    private static Optional<String> namespace(Fields context) {
        Optional<String> name = context.text("namespace");
        if (name.isPresent() && K8sSettings.NAMESPACE.parse().apply(name.get()).isEmpty()) {
            throw context.refuse("namespace", "it must be " + K8sSettings.NAMESPACE.allowed());
        }
        return name;
    }

    private static Fields load(Path file) {
        try {
            byte[] content = BoundedFile.ofAnyKind(file, MAX_BYTES, PATIENCE).read();
            Object root = YamlText.loadAsKubectl(content);
            if (root != null && !(root instanceof Map)) {
                throw bad(file, "it is no object");
            }
            return new Fields(file, "", root instanceof Map<?, ?> map ? map : Map.of());
        } catch (IOException e) {
            throw bad(file, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage()); // the place of the error, never the content
            throw message.startsWith(file + ": ") ? e : bad(file, "it is neither YAML nor JSON" + place(message));
        }
    }

    private static String place(String message) {
        int at = message.lastIndexOf(" (line ");
        return at < 0 ? "" : message.substring(at);
    }

    private static IllegalArgumentException bad(Path file, String why) {
        return new IllegalArgumentException("%s: %s".formatted(file, why));
    }

    private static void collect(Fields root, String key, Map<String, Fields> all) {
        var own = new HashSet<String>();
        for (Fields part : root.parts(key)) {
            String name = part.need("name");
            if (!own.add(name)) {
                throw root.refuse(key, "\"%s\" is there twice".formatted(name));
            }
            all.putIfAbsent(name, part);
        }
    }

    /** The names in a context. */
    private static Optional<Fields> find(Map<String, Fields> all, Fields context, String key) {
        Optional<String> name = context.text(key);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        Fields named = all.get(name.get());
        if (named == null) {
            throw context.refuse(key, "there is no %s \"%s\"".formatted(key, name.get()));
        }
        return Optional.of(named.part(key));
    }

    /** @throws IllegalArgumentException in one line that names the file and the field */
    ApiServer server(Map<String, String> environment) {
        return new ClusterFields(cluster, user).server(environment);
    }
}
