package io.kconmon.k8s;

import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.FilePath;
import io.kconmon.shared.config.Settings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The API server, the login, and the namespace.
 *
 * @param from
 *            the source of these, in words
 */
record Credentials(ApiServer server, String namespace, String from) {

    static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    /**
     * Looks in this order: the setting, {@code $KUBECONFIG} (all of its existing files), a pod's service account,
     * {@code ~/.kube/config}.
     *
     * @throws BadSettingException
     *             in one line, if there are none or if they cannot be used
     */
    static Credentials find(Settings settings, Map<String, String> environment, Path serviceAccount, Path home) {
        try {
            return search(settings, environment, serviceAccount, home);
        } catch (IllegalArgumentException e) {
            throw settings.refuse(K8sSettings.KUBECONFIG, "usable credentials; " + e.getMessage());
        }
    }

    private static Credentials search(Settings settings, Map<String, String> environment, Path serviceAccount,
            Path home) {
        String wanted = settings.get(K8sSettings.NAMESPACE);
        Optional<Path> configured = settings.get(K8sSettings.KUBECONFIG);
        if (configured.isPresent()) {
            return kubeconfig(List.of(configured.get()), wanted, environment, settings);
        }
        String variable = environment.getOrDefault("KUBECONFIG", "");
        if (!variable.replace(File.pathSeparator, "").isBlank()) {
            return kubeconfig(files(variable, settings), wanted, environment, settings);
        }
        String host = environment.get("KUBERNETES_SERVICE_HOST");
        if (host != null && Files.isReadable(serviceAccount.resolve("token"))) {
            String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
            return inCluster(host, port, serviceAccount, wanted, environment);
        }
        Path usual = home.resolve(".kube/config");
        if (Files.exists(usual)) {
            return kubeconfig(List.of(usual), wanted, environment, settings);
        }
        throw settings.refuse(K8sSettings.KUBECONFIG, "a file's path, where there is neither $KUBECONFIG, nor a pod's"
                + " service account in " + serviceAccount + ", nor " + usual);
    }

    /** A missing file is left out if another one exists. */
    private static List<Path> files(String variable, Settings settings) {
        var files = new ArrayList<Path>();
        for (String name : variable.split(File.pathSeparator, -1)) {
            if (!name.isBlank()) {
                files.add(FilePath.of(name).orElseThrow(() -> settings.refuse(K8sSettings.KUBECONFIG,
                        "%s, which $KUBECONFIG, \"%s\", is not".formatted(FilePath.ALLOWED, name))));
            }
        }
        List<Path> present = files.stream().filter(Files::exists).toList();
        return present.isEmpty() ? files : present;
    }

    private static Credentials inCluster(String host, String port, Path serviceAccount, String wanted,
            Map<String, String> environment) {
        String url = "https://%s:%s".formatted(host.indexOf(':') < 0 ? host : '[' + host + ']', port);
        ServerAddress address = ServerAddress.ofServer(url, true).orElseThrow(() -> new IllegalArgumentException(
                "$KUBERNETES_SERVICE_HOST and $KUBERNETES_SERVICE_PORT: %s is no server".formatted(url)));
        // The kubelet replaces these authorities when the cluster's change.
        var trust = FollowedFiles.following("service account", List.of(serviceAccount.resolve("ca.crt")),
                contents -> ServerTls.authorities(contents.getFirst()));
        var server = new ApiServer(address, ProxyServer.fromEnvironment(environment, address),
                Optional.of(ServerTls.trusting(trust, Optional.empty())),
                new TokenFileLogin(serviceAccount.resolve("token")), List.of(), true);
        String own = read(serviceAccount.resolve("namespace")).orElse("default");
        return new Credentials(server, wanted.isEmpty() ? own : wanted, "service account");
    }

    private static Credentials kubeconfig(List<Path> files, String wanted, Map<String, String> environment,
            Settings settings) {
        for (Path file : files) {
            if (!Files.isReadable(file) || Files.isDirectory(file)) {
                throw settings.refuse(K8sSettings.KUBECONFIG,
                        "a file that can be read, which %s is not".formatted(file));
            }
        }
        Kubeconfig kubeconfig = Kubeconfig.read(files);
        return new Credentials(kubeconfig.server(environment),
                wanted.isEmpty() ? kubeconfig.namespace().orElse("default") : wanted,
                files.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip()).filter(it -> !it.isEmpty());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
