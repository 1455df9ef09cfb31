package io.kconmon.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.roster.RosterBoard;
import io.kconmon.testkit.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {

    private static final String KUBECONFIG = """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "https://%s:6443", insecure-skip-tls-verify: true}}]
            users: [{name: u, user: {token: secret}}]
            contexts: [{name: x, context: {cluster: c, user: u, namespace: from-context}}]
            current-context: x
            """;

    @TempDir
    Path dir;
    Path account;
    Path home;

    @BeforeEach
    void folders() throws IOException {
        account = Files.createDirectory(dir.resolve("account"));
        home = Files.createDirectory(dir.resolve("home"));
    }

    @Test
    void theOrderIsSettingThenVariableThenServiceAccountThenHome() throws IOException {
        String setting = write("setting", KUBECONFIG.formatted("setting"));
        Map<String, String> variable = Map.of("KUBECONFIG",
                write("variable", KUBECONFIG.formatted("variable")) + ":/nowhere", "KUBERNETES_SERVICE_HOST",
                "fd00::1");
        Map<String, String> pod = Map.of("KUBERNETES_SERVICE_HOST", "fd00::1", "KUBERNETES_SERVICE_PORT", "6443");
        Files.writeString(account.resolve("ca.crt"), TestCertificate.make("any", "EC").pem());
        write("account/token", "first-kconmon-marker-secret\n");
        write("account/namespace", "own\n");
        Files.createDirectory(home.resolve(".kube"));
        write("home/.kube/config", KUBECONFIG.formatted("home"));

        assertEquals("https://setting:6443", server(find(Map.of("kubeconfig", setting), variable)));
        assertEquals("https://variable:6443", server(find(Map.of(), variable)));
        Credentials inCluster = find(Map.of(), pod);
        assertEquals("https://[fd00::1]:6443", server(inCluster));
        assertEquals("own", inCluster.namespace());
        assertEquals("https://home:6443", server(find(Map.of(), Map.of())));
        Files.delete(account.resolve("token"));
        assertEquals("https://home:6443", server(find(Map.of(), pod)));
    }

    @Test
    void aRenewedTokenIsUsed() throws Exception {
        Files.writeString(account.resolve("ca.crt"), TestCertificate.make("any", "EC").pem());
        write("account/token", "first-kconmon-marker-secret\n");
        Credentials found = find(Map.of(), Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1"));
        assertEquals("Bearer first-kconmon-marker-secret", found.server().login().now().authorization());
        write("account/token", "second-kconmon-marker-secret\n");
        assertEquals("Bearer second-kconmon-marker-secret", found.server().login().now().authorization());
        assertEquals("default", found.namespace());
    }

    @Test
    void theNamespaceThatIsSetWins() throws IOException {
        String file = write("k", KUBECONFIG.formatted("k"));
        assertEquals("from-context", find(Map.of("kubeconfig", file), Map.of()).namespace());
        assertEquals("other", find(Map.of("kubeconfig", file, "namespace", "other"), Map.of()).namespace());
        String without = write("w", KUBECONFIG.formatted("w").replace(", namespace: from-context", ""));
        assertEquals("default", find(Map.of("kubeconfig", without), Map.of()).namespace());
    }

    @Test
    void badCredentialsAreRefusedInOneLine() throws IOException {
        refused("kubeconfig: \"\" is not allowed (default); allowed: a file's path, where there is neither $KUBECONFIG,"
                + " nor a pod's service account in %s, nor %s/.kube/config".formatted(account, home), Map.of(),
                Map.of());
        assertEquals(assertThrows(BadSettingException.class, () -> find(Map.of(), Map.of())).getMessage(),
                assertThrows(BadSettingException.class, () -> find(Map.of(), Map.of("KUBECONFIG", " :"))).getMessage());
        refused("kubeconfig: \"/no/such\" is not allowed (given);"
                + " allowed: a file that can be read, which /no/such is not", Map.of("kubeconfig", "/no/such"),
                Map.of());
        refused("kubeconfig: \"\" is not allowed (default); allowed: a file that can be read, which /no/such is not",
                Map.of(), Map.of("KUBECONFIG", "/no/such"));
        refused("kubeconfig: \"\" is not allowed (default); allowed: a file's path in the locale's characters,"
                + " which $KUBECONFIG, \"/a\ud800\", is not", Map.of(), Map.of("KUBECONFIG", "/a\ud800"));
        String text = write("text", "clusters: {");
        refused("kubeconfig: \"%1$s\" is not allowed (given); allowed: usable credentials; %1$s: it is neither YAML nor JSON (line 1, column 12)"
                .formatted(text),
                Map.of("kubeconfig", text), Map.of());
        String empty = write("empty", "apiVersion: v1\nkind: Config\n");
        refused("kubeconfig: \"%1$s\" is not allowed (given);"
                .formatted(empty)
                + " allowed: usable credentials; %s: current-context: it is missing".formatted(empty),
                Map.of("kubeconfig", empty), Map.of());
    }

    @Test
    void invalidCertificatesAreRefusedInOneLine() throws IOException {
        String file = write("k", KUBECONFIG.formatted("k").replace("insecure-skip-tls-verify: true",
                "certificate-authority: /no/such.crt"));
        refused("kubeconfig: \"%1$s\" is not allowed (given); allowed: usable credentials; %1$s: clusters[c].cluster"
                .formatted(file)
                + ".certificate-authority: \"/no/such.crt\" is not allowed: /no/such.crt cannot be read: there is no such file",
                Map.of("kubeconfig", file), Map.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://ht tp://x y/", "https://", "https://:6443/", "https://a b:6443/", "https://k:0/",
            "https://k:99999/", "https://k?a=b/", "ftp://k"})
    void anInvalidServerUrlIsRefusedInOneLine(String server) throws IOException {
        String file = write("k", KUBECONFIG.formatted("k").replace("https://k:6443", server));
        refused(("kubeconfig: \"%1$s\" is not allowed (given); allowed: usable credentials; %1$s:"
                + " clusters[c].cluster.server: \"%2$s\" is not allowed; allowed: http://host or http://host:port,"
                + " or https").formatted(file, server), Map.of("kubeconfig", file), Map.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://k", "http://k:8001/", "https://[fd00::1]:65535", "HTTPS://k.example/k8s/c-1",
            "my_api:6443", "k"})
    void aValidServerUrlIsTaken(String server) throws IOException {
        String file = write("k", KUBECONFIG.formatted("k").replace("https://k:6443", server));
        KubernetesRosterSource.create(Settings.of(K8sSettings.ALL, Map.of("kubeconfig", file)), new RosterBoard())
                .close();
    }

    private void refused(String message, Map<String, String> settings, Map<String, String> environment) {
        assertEquals(message,
                assertThrows(BadSettingException.class, () -> find(settings, environment)).getMessage());
    }

    private Credentials find(Map<String, String> settings, Map<String, String> environment) {
        return Credentials.find(Settings.of(K8sSettings.ALL, settings), environment, account, home);
    }

    private static String server(Credentials credentials) {
        return credentials.server().address().toString();
    }

    private String write(String file, String text) throws IOException {
        return Files.writeString(dir.resolve(file), text).toString();
    }
}
