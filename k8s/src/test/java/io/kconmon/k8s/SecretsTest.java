package io.kconmon.k8s;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.log.JsonLines;
import io.kconmon.shared.roster.RosterBoard;
import io.kconmon.testkit.CapturedLog;
import io.kconmon.testkit.TestCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A secret is in no log line and in no message, whatever goes wrong, at whatever log level. */
@Timeout(60)
class SecretsTest {

    private static final String SECRET = "kconmon-marker-secret";
    /** As a request says it with the user "me". */
    private static final String BASIC = Base64.getEncoder()
            .encodeToString(("me:" + SECRET).getBytes(StandardCharsets.UTF_8));
    private static final String BASE64 = Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.UTF_8));
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Timeouts QUICK = new Timeouts(Duration.ofMillis(1), Duration.ofSeconds(1), LONG, LONG, LONG,
            Duration.ofMillis(1), Duration.ofMillis(20));

    @TempDir
    Path dir;
    private RecordingApi api;
    private final CapturedLog log = CapturedLog.everything(new JsonLines());

    @BeforeEach
    void listen() throws IOException {
        api = new RecordingApi();
    }

    @AfterEach
    void stop() {
        log.close();
        api.close();
    }

    private String run(String cluster, String user) throws IOException {
        Files.writeString(dir.resolve("kubeconfig"), """
                clusters: [{name: c, cluster: {%s}}]
                users: [{name: u, user: {%s}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(cluster, user));
        return run();
    }

    /** All log lines until the second report of trouble. */
    private String run() {
        var board = new RosterBoard();
        Settings settings = Settings.of(K8sSettings.ALL,
                Map.of("kubeconfig", dir.resolve("kubeconfig").toString()));
        try (var source = new KubernetesRosterSource(settings,
                Credentials.find(settings, Map.of("PATH", "/bin"), dir, dir), board, QUICK)) {
            source.start();
            NodeEvents events = source.nodeEvents();
            events.start();
            events.post(new NodeEvent("n", true, "R", "m", java.time.Instant.EPOCH, "c"));
            long end = System.nanoTime() + LONG.toNanos();
            while (source.troubles() < 2) {
                assertTrue(System.nanoTime() < end, "no trouble came");
                LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
            }
            return board.trouble() + String.join("", log.lines());
        } catch (BadSettingException e) {
            return e.getMessage() + String.join("", log.lines());
        }
    }

    private String plain() {
        return "server: \"http://127.0.0.1:%d\"".formatted(api.port());
    }

    private static void assertNoSecret(String said) {
        assertTrue(!said.isEmpty(), "nothing was said");
        assertFalse(said.contains(SECRET) || said.contains(BASE64) || said.contains(BASIC), said);
    }

    /** A server, or a proxy before it, may quote the request. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            401 | {"message":"token %s is not known"}
            403 | {"message":"token %s is forbidden"}
            500 | {"message":"%s %s"}
            500 | <html>%s</html>
            200 | %s
            200 | {"kind":"%s"}
            302 | %s
            """)
    void aTokenQuotedByAServerIsNotShown(int status, String body) throws Exception {
        api.status = status;
        Function<RecordingApi.Seen, String> quoting = seen -> body.replace("%s",
                String.valueOf(seen.header("Authorization")).replaceFirst("(Bearer|Basic) ", ""));
        api.body = quoting;
        assertNoSecret(run(plain(), "token: " + SECRET));
        assertTrue(api.next().headers().getFirst("Authorization").contains(SECRET));
        assertNoSecret(run(plain(), "username: me, password: " + SECRET));
        Files.writeString(dir.resolve("token"), SECRET);
        assertNoSecret(run(plain(), "tokenFile: token"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"server: \"http://127.0.0.1:1\"", "server: \"http://no-such-host.invalid\"",
            "server: \"https://127.0.0.1:PORT\", insecure-skip-tls-verify: true",
            "server: \"http://127.0.0.1:PORT\", proxy-url: \"http://me:SECRET@127.0.0.1:1\"",
            "server: \"http://127.0.0.1:PORT\", proxy-url: \"socks5://me:SECRET@127.0.0.1:PORT\"",
            "server: \"http://127.0.0.1:PORT\", proxy-url: \"ftp://me:SECRET@127.0.0.1:1\"",
            "server: \"http://127.0.0.1:PORT\", proxy-url: \"http://me:SECRET@ x\"",
            "server: \"https://k\", certificate-authority-data: BASE64", "server: \"http://me:SECRET@k\"",
            "server: [SECRET]", "server: \"http://k\", proxy-url: {SECRET: SECRET}"})
    void unreachableServersAreReportedWithoutTheToken(String cluster) throws IOException {
        assertNoSecret(run(cluster.replace("PORT", String.valueOf(api.port())).replace("SECRET", SECRET)
                .replace("BASE64", BASE64), "token: " + SECRET));
    }

    @ParameterizedTest
    @ValueSource(strings = {"token: [SECRET]", "token: {a: SECRET}", "token: \"SECRET\\nSECRET\"",
            "token: \"SECRET\u00e9\"", "token: SECRET, username: SECRET, password: SECRET", "tokenFile: SECRET/none",
            "client-certificate-data: BASE64, client-key-data: BASE64", "client-key-data: \"!SECRET\"",
            "client-certificate-data: \"!SECRET\", client-key-data: BASE64", "password: {a: SECRET}",
            "exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/sh, env: [{name: A, value: \"SECRET\\0\"}]}",
            "exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/sh, args: [\"SECRET\\0\"]}",
            "as: \"SECRET\\n\", token: SECRET", "auth-provider: {name: SECRET}, token: SECRET"})
    void unusableUsersAreReportedWithoutTheToken(String user) throws IOException {
        String said = run("server: \"http://127.0.0.1:1\"", user.replace("SECRET", SECRET).replace("BASE64", BASE64));
        assertNoSecret(said.replace(SECRET + "/none", "a path"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"users: [{name: u, user: {token: \"SECRET}}]", "users: {SECRET", "SECRET", "- SECRET",
            "users: [{name: u, user: {token: *SECRET}}]", "users: [SECRET]", "users: SECRET",
            "token: !!java/SECRET x", "a: SECRET\na: SECRET", "users: [{user: {token: SECRET}}]", "a: SECRET: SECRET"})
    void filesThatAreNotAKubeconfigAreReportedWithoutTheToken(String content) throws IOException {
        Files.writeString(dir.resolve("kubeconfig"), content.replace("SECRET", SECRET));
        assertNoSecret(run());
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo SECRET; echo SECRET >&2; exit 1", "echo SECRET", "echo '{\"token\":SECRET}'",
            "echo SECRET >&2; echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"SECRET\"}}'",
            "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"SECRET\\u0000\"}}'",
            "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"SECRET\",\"status\":{\"token\":\"SECRET\"}}'",
            "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"clientKeyData\":\"SECRET\",\"clientCertificateData\":\"SECRET\"}}'",
            "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":\"SECRET\"}'"})
    void failedPluginsAreReportedWithoutTheToken(String script) throws IOException {
        Path program = Files.writeString(dir.resolve("plugin"),
                "#!/bin/sh\n" + script.replace("SECRET", SECRET) + "\n");
        program.toFile().setExecutable(true);
        api.status = 401;
        api.body = seen -> "{\"message\":\"who is " + seen.header("Authorization") + "\"}";
        assertNoSecret(run(plain(),
                "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, env: [{name: A, value: %s}]}"
                        .formatted(SECRET)));
    }

    @Test
    void theTokenOfAPodIsNotShown() throws IOException {
        Files.writeString(dir.resolve("token"), SECRET + "\n" + SECRET);
        Files.writeString(dir.resolve("ca.crt"), TestCertificate.make("any", "EC").pem());
        Settings settings = Settings.of(K8sSettings.ALL, Map.of());
        var board = new RosterBoard();
        Credentials pod = Credentials.find(settings, Map.of("KUBERNETES_SERVICE_HOST", "127.0.0.1"), dir, dir);
        try (var source = new KubernetesRosterSource(settings, pod, board, QUICK)) {
            source.start();
            while (source.troubles() < 2) {
                LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
            }
        }
        assertNoSecret(board.trouble() + String.join("", log.lines()) + pod + pod.server());
    }
}
