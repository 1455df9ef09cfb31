package io.kconmon.k8s;

import static io.kconmon.testkit.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.log.JsonLines;
import io.kconmon.shared.roster.RosterBoard;
import io.kconmon.shared.tls.Pem;
import io.kconmon.testkit.CapturedLog;
import io.kconmon.testkit.TestCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against real TLS servers. */
class ServerTlsTest {

    private static final Duration WITHIN = Duration.ofSeconds(10);

    @TempDir
    static Path certificates;
    private static TestCertificate oldAuthority;
    @TempDir
    Path dir;

    @BeforeAll
    static void make() throws Exception {
        oldAuthority = TestCertificate.named("old").asAuthority().make().write(certificates);
        TestCertificate newAuthority = TestCertificate.named("new").asAuthority().make().write(certificates);
        TestCertificate.named("server-old").names("IP:127.0.0.1", "DNS:api.internal").signedBy(oldAuthority).make()
                .write(certificates);
        TestCertificate.named("server-new").names("IP:127.0.0.1").signedBy(newAuthority).make().write(certificates);
    }

    private static SSLContext server(String name, String trusted) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("a", Pem.privateKey(Files.readAllBytes(certificates.resolve(name + ".key"))), new char[0],
                Pem.certificates(Files.readAllBytes(certificates.resolve(name + ".crt")))
                        .toArray(new X509Certificate[0]));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(),
                new TrustManager[]{
                        ServerTls.authorities(Files.readAllBytes(certificates.resolve(trusted + ".crt")))},
                null);
        return context;
    }

    private Credentials kubeconfig(String cluster, String user) throws IOException {
        Path file = Files.writeString(dir.resolve("kubeconfig"), """
                clusters: [{name: c, cluster: {%s}}]
                users: [{name: u, user: {%s}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(cluster, user));
        return Credentials.find(Settings.of(K8sSettings.ALL, Map.of("kubeconfig", file.toString())),
                Map.of("PATH", "/bin"), dir, dir);
    }

    private static String at(RecordingApi api, String more) {
        return "server: \"https://127.0.0.1:%d\", %s".formatted(api.port(), more);
    }

    private static String ca(String name) {
        return "certificate-authority: \"%s\"".formatted(certificates.resolve(name + ".crt"));
    }

    private static RecordingApi.Seen ask(Credentials credentials, RecordingApi api) throws Exception {
        new Api(credentials.server()).get("api/v1/nodes?limit=1", WITHIN, WITHIN).close();
        return api.next();
    }

    private static String failure(Credentials credentials) {
        return assertThrows(IOException.class,
                () -> new Api(credentials.server()).get("api", WITHIN, WITHIN).close()).getMessage();
    }

    @Test
    void aServerIsVerifiedByItsAuthorityAndItsName() throws Exception {
        try (var api = new RecordingApi(server("server-old", "old"))) {
            ask(kubeconfig(at(api, ca("old")), ""), api);
            String data = Base64.getEncoder().encodeToString(Files.readAllBytes(certificates.resolve("old.crt")));
            ask(kubeconfig(at(api, "certificate-authority-data: " + data), ""), api);
            ask(kubeconfig(at(api, "insecure-skip-tls-verify: true"), ""), api);
            ask(kubeconfig(at(api, ca("old") + ", tls-server-name: api.internal"), ""), api);
            assertEquals("TLS: none of the trusted authorities has signed the certificate",
                    failure(kubeconfig(at(api, ca("new")), "")));
            assertEquals("TLS: No subject alternative DNS name matching other.internal found.",
                    failure(kubeconfig(at(api, ca("old") + ", tls-server-name: other.internal"), "")));
        }
    }

    @Test
    void aServerBehindAProxyIsVerifiedToo() throws Exception {
        try (var api = new RecordingApi(server("server-old", "old")); var proxy = new TestProxy(api.port())) {
            String cluster = "server: \"https://api.internal:6443\", %s, proxy-url: \"%s\"";
            String url = "http://%s@127.0.0.1:" + proxy.port();
            ask(kubeconfig(cluster.formatted(ca("old"), url.formatted("me:kconmon-marker-secret")), "token: a"), api);
            assertEquals(List.of("CONNECT api.internal:6443 HTTP/1.1"), proxy.asked);
            assertEquals("TLS: none of the trusted authorities has signed the certificate",
                    failure(kubeconfig(cluster.formatted(ca("new"), url.formatted("me:kconmon-marker-secret")),
                            "token: a")));
            assertEquals("the proxy http://127.0.0.1:%d answered CONNECT with 407".formatted(proxy.port()),
                    failure(kubeconfig(cluster.formatted(ca("old"), url.formatted("me:wrong")), "token: a")));
        }
    }

    /** Every form in which openssl, cert-manager and Go write keys. */
    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519", "RSA as PKCS #1", "EC as SEC 1"})
    void aClientsCertificateIsShown(String kind) throws Exception {
        String algorithm = kind.split(" ", 2)[0];
        String name = "client-" + algorithm;
        TestCertificate client = TestCertificate.named(name).algorithm(algorithm).names("DNS:client")
                .signedBy(oldAuthority).make();
        String pem = switch (kind) {
            case "RSA as PKCS #1" -> client.pkcs1Pem();
            case "EC as SEC 1" -> client.sec1Pem();
            default -> client.keyPem();
        };
        Files.writeString(dir.resolve("client.key"), "Bag Attributes: <none>\n" + pem);
        Files.writeString(dir.resolve("client.crt"), client.pem());
        try (var api = new RecordingApi(server("server-old", "old"))) {
            assertEquals("CN=" + name, ask(kubeconfig(at(api, ca("old")),
                    "client-certificate: client.crt, client-key: client.key"), api).certificate());
            var encoder = Base64.getEncoder();
            String data = encoder.encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
            assertEquals("CN=" + name, ask(kubeconfig(at(api, ca("old")),
                    "client-certificate: client.crt, client-key-data: " + data), api).certificate());
            assertEquals("", ask(kubeconfig(at(api, ca("old")), "token: a"), api).certificate());
        }
    }

    @Test
    void keysThatCannotBeUsedAreRefused() throws Exception {
        TestCertificate.named("client").signedBy(oldAuthority).make().write(dir);
        Files.writeString(dir.resolve("locked"), TestCertificate.pem("ENCRYPTED PRIVATE KEY", new byte[100]));
        Files.writeString(dir.resolve("broken"), TestCertificate.pem("PRIVATE KEY", new byte[100]));
        Map<String, String> reasons = Map.of("locked",
                "the private key's file must hold one in PEM, without a password", "broken",
                "the private key cannot be read", certificates.resolve("server-old.key").toString(),
                "the private key is not the certificate's");
        for (var each : reasons.entrySet()) {
            String user = "client-certificate: \"%s\", client-key: \"%s\""
                    .formatted(dir.resolve("client.crt"), each.getKey());
            String message = assertThrows(BadSettingException.class,
                    () -> kubeconfig("server: \"https://k\", " + ca("old"), user)).getMessage();
            assertTrue(message.contains("users[u].user.client-certificate: ") && message.endsWith(each.getValue()),
                    message);
        }
    }

    /** First the server has a certificate by the new authority, then the kubelet writes that authority into the pod. */
    @Test
    void aPodsAuthorityIsFollowedWhenTheClustersIsRotated() throws Exception {
        Files.writeString(dir.resolve("token"), "t");
        Files.copy(certificates.resolve("old.crt"), dir.resolve("ca.crt"));
        var board = new RosterBoard();
        try (var api = new RecordingApi(server("server-new", "new"))) {
            api.body = seen -> seen.uri().contains("watch=true")
                    ? ""
                    : "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[]}";
            Credentials pod = Credentials.find(Settings.of(K8sSettings.ALL, Map.of()),
                    Map.of("KUBERNETES_SERVICE_HOST", "127.0.0.1", "KUBERNETES_SERVICE_PORT",
                            String.valueOf(api.port())),
                    dir, dir);
            var quick = new Timeouts(Duration.ofMillis(1), WITHIN, WITHIN, WITHIN, WITHIN, Duration.ofMillis(1),
                    Duration.ofMillis(50));
            try (var source = new KubernetesRosterSource(Settings.of(K8sSettings.ALL, Map.of()), pod, board, quick)) {
                source.start();
                eventually(() -> board.trouble().orElse("")
                        .contains("TLS: none of the trusted authorities has signed the certificate"));
                assertTrue(board.roster().isEmpty());
                Path next = Files.copy(certificates.resolve("new.crt"), dir.resolve("next"));
                Files.move(next, dir.resolve("ca.crt"), StandardCopyOption.ATOMIC_MOVE);
                eventually(() -> board.roster().isPresent());
                eventually(() -> board.trouble().isEmpty());
            }
        }
    }

    @Test
    void anAuthorityFileThatBreaksLaterIsIgnored() throws Exception {
        Path ca = Files.copy(certificates.resolve("old.crt"), dir.resolve("ca.crt"));
        try (var api = new RecordingApi(server("server-old", "old"));
                var log = CapturedLog.everything(new JsonLines())) {
            Credentials found = kubeconfig(at(api, "certificate-authority: ca.crt"), "");
            ask(found, api);
            Files.writeString(ca, "none");
            while (log.lines().stream().noneMatch(it -> it.contains("what was read before stays in force"))) {
                ask(found, api);
            }
            ask(found, api);
        }
    }
}
