package io.kconmon.k8s;

import io.fabric8.kubernetes.client.Config;
import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.FilePath;
import io.kconmon.shared.config.Settings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which API server, as whom, and in which namespace.
 *
 * @param from
 *            where that was found, in words
 */
record Credentials(Config config, String namespace, String from) {

    static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    /**
     * In this order: the setting, {@code $KUBECONFIG} (the first of its files), a pod's service account,
     * {@code ~/.kube/config}.
     *
     * @throws BadSettingException
     *             in one line, if there are none or they cannot be used
     */
    static Credentials find(Settings settings, Map<String, String> environment, Path serviceAccount, Path home) {
        String wanted = settings.get(K8sSettings.NAMESPACE);
        Optional<Path> configured = settings.get(K8sSettings.KUBECONFIG);
        if (configured.isPresent()) {
            return kubeconfig(configured.get(), wanted, settings);
        }
        String variable = environment.getOrDefault("KUBECONFIG", "").split(File.pathSeparator, -1)[0];
        if (!variable.isBlank()) {
            Path file = FilePath.of(variable).orElseThrow(() -> settings.refuse(K8sSettings.KUBECONFIG,
                    "%s, which $KUBECONFIG, \"%s\", is not".formatted(FilePath.ALLOWED, variable)));
            return kubeconfig(file, wanted, settings);
        }
        String host = environment.get("KUBERNETES_SERVICE_HOST");
        if (host != null && Files.isReadable(serviceAccount.resolve("token"))) {
            String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
            return inCluster(host, port, serviceAccount, wanted);
        }
        Path usual = home.resolve(".kube/config");
        if (Files.exists(usual)) {
            return kubeconfig(usual, wanted, settings);
        }
        throw settings.refuse(K8sSettings.KUBECONFIG, "a file's path, where there is neither $KUBECONFIG, nor a pod's"
                + " service account in " + serviceAccount + ", nor " + usual);
    }

    private static Credentials inCluster(String host, String port, Path serviceAccount, String wanted) {
        Config config = Config.empty();
        config.setMasterUrl("https://%s:%s".formatted(host.indexOf(':') < 0 ? host : '[' + host + ']', port));
        config.setCaCertFile(serviceAccount.resolve("ca.crt").toString());
        // Read for every request: the kubelet renews the file, about once an hour.
        config.setOauthTokenProvider(() -> read(serviceAccount.resolve("token")).orElse(""));
        String own = read(serviceAccount.resolve("namespace")).orElse("default");
        return new Credentials(config, wanted.isEmpty() ? own : wanted, "service account");
    }

    private static Credentials kubeconfig(Path file, String wanted, Settings settings) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw settings.refuse(K8sSettings.KUBECONFIG, "a file that can be read, which %s is not".formatted(file));
        }
        Config config = parse(file, settings);
        if (config.getCurrentContext() == null || blank(config.getMasterUrl())) {
            throw settings.refuse(K8sSettings.KUBECONFIG,
                    "a file with a current context and its cluster, which %s has not".formatted(file));
        }
        String own = blank(config.getNamespace()) ? "default" : config.getNamespace();
        return new Credentials(config, wanted.isEmpty() ? own : wanted, file.toString());
    }

    private static Config parse(Path file, Settings settings) {
        try {
            return Config.fromKubeconfig(file.toFile());
        } catch (RuntimeException e) { // fabric8's own, its YAML parser's and its JSON parser's
            throw settings.refuse(K8sSettings.KUBECONFIG, "a kubeconfig, which %s is not".formatted(file));
        }
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip()).filter(it -> !it.isEmpty());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean blank(@Nullable String text) {
        return text == null || text.isBlank();
    }
}
