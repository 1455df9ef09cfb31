package io.kconmon.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kconmon.shared.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Credential plugins that are real processes. */
@Timeout(60)
class ExecLoginTest {

    private static final Duration WITHIN = Duration.ofSeconds(20);
    private static final String V1 = "client.authentication.k8s.io/v1";
    private static final String HIDDEN = "kconmon-marker-secret";

    @TempDir
    Path dir;
    private RecordingApi api;

    @BeforeEach
    void listen() throws IOException {
        api = new RecordingApi();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private Login plugin(String script, String more) throws IOException {
        Path program = Files.writeString(dir.resolve("plugin"),
                "#!/bin/sh\necho run >> %s/runs\n".formatted(dir) + script);
        program.toFile().setExecutable(true);
        Files.writeString(dir.resolve("kubeconfig"), """
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: u, user: {exec: {apiVersion: %s, command: ./plugin%s}}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(api.port(), V1, more));
        return found().login();
    }

    private ApiServer found() {
        return Credentials.find(
                Settings.of(K8sSettings.ALL, Map.of("kubeconfig", dir.resolve("kubeconfig").toString())),
                Map.of("PATH", "/bin:/usr/bin"), dir, dir).server();
    }

    private static String prints(String status) {
        return "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"%s\",\"status\":{%s}}'\n".formatted(V1, status);
    }

    private long runs() throws IOException {
        Path runs = dir.resolve("runs");
        try {
            return Files.readAllLines(runs).size();
        } finally {
            Files.deleteIfExists(runs);
        }
    }

    private static String failure(Login login) {
        return assertThrows(IOException.class, login::now).getMessage();
    }

    @Test
    void outputOnStandardErrorIsNotAFailure() throws Exception {
        Login login = plugin("echo 'a new version is out' >&2\n" + prints("\"token\":\"" + HIDDEN + "\""), "");
        assertEquals("Bearer " + HIDDEN, login.now().authorization());
        assertEquals("Bearer " + HIDDEN, login.now().authorization());
        assertEquals(1, runs());
    }

    @Test
    void thePluginRunsAgainWhenItsTokenHasExpiredOrIsRefused() throws Exception {
        Login login = plugin(
                prints("\"token\":\"" + HIDDEN + "\",\"expirationTimestamp\":\"2020-01-01T00:00:00Z\""), "");
        login.now();
        login.now();
        assertEquals(2, runs());
        plugin(prints("\"token\":\"" + HIDDEN + "\",\"expirationTimestamp\":\"2999-01-01T00:00:00+01:00\""), "");
        var asking = new Api(found());
        api.status = 401;
        for (int i = 0; i < 2; i++) {
            assertThrows(ApiException.class, () -> asking.get("api", WITHIN, WITHIN));
        }
        assertEquals(2, runs());
        api.status = 200;
        asking.get("api", WITHIN, WITHIN).close();
        asking.get("api", WITHIN, WITHIN).close();
        assertEquals(1, runs());
    }

    @Test
    void thePluginGetsTheClusterInfoThatItAsksFor() throws Exception {
        Login login = plugin(
                """
                        echo "$KUBERNETES_EXEC_INFO" > %s/info
                        echo "{\\"kind\\":\\"ExecCredential\\",\\"apiVersion\\":\\"%s\\",\\"status\\":{\\"token\\":\\"$A-$1-$2\\"}}"
                        """
                        .formatted(dir, V1),
                ", args: [one, two words], env: [{name: A, value: b}], provideClusterInfo: true, interactiveMode: Never");
        assertEquals("credential plugin ./plugin: its token is not one line of ASCII", failure(login));
        JsonNode info = new ObjectMapper().readTree(dir.resolve("info").toFile());
        assertEquals(V1, info.path("apiVersion").asText());
        assertEquals("http://127.0.0.1:" + api.port(), info.at("/spec/cluster/server").asText());
        assertEquals(false, info.at("/spec/interactive").asBoolean(true));
        assertEquals(1, runs());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            echo hidden; echo hidden >&2; exit 3                     | credential plugin ./plugin ended with exit code 3
            kill -9 $$                                               | credential plugin ./plugin ended with exit code 137
            echo hidden                                              | credential plugin ./plugin: it printed no JSON
            echo '{"token":"hidden"}'                                | credential plugin ./plugin: it printed no ExecCredential
            echo '{"kind":"ExecCredential","token":"hidden"}'        | credential plugin ./plugin: it printed an ExecCredential of another version than client.authentication.k8s.io/v1
            true                                                     | credential plugin ./plugin: it printed no ExecCredential
            """)
    void aFailureIsReportedByItsNameAndItsExitCodeAlone(String script, String message) throws IOException {
        assertEquals(message, failure(plugin(script.replace("hidden", HIDDEN), "")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            "x":"hidden"                                                | it printed neither a token nor a certificate with its key
            "token":"hi\\u00e9dden"                                     | its token is not one line of ASCII
            "token":"hidden","clientKeyData":"hidden"                   | it printed a certificate without a key, or a key without one
            "clientCertificateData":"hidden","clientKeyData":"hidden"   | its certificate or key cannot be read
            "token":"hidden","expirationTimestamp":"hidden"             | its expirationTimestamp is no time
            """)
    void anInvalidCredentialIsNotShown(String status, String why) throws IOException {
        assertEquals("credential plugin ./plugin: " + why,
                failure(plugin("cat <<'END'\n" + "{\"kind\":\"ExecCredential\",\"apiVersion\":\"%s\",\"status\":{%s}}"
                        .formatted(V1, status.replace("hidden", HIDDEN)) + "\nEND\n", "")));
    }

    @Test
    void pluginsThatDoNotEndAreEnded() throws Exception {
        Path program = Files.writeString(dir.resolve("slow"), "#!/bin/sh\nsleep 600\n");
        program.toFile().setExecutable(true);
        var slow = new ExecPlugin("slow", program, List.of(), Map.of(), V1, Duration.ofMillis(300));
        assertEquals("credential plugin slow has not ended within 0 s",
                assertThrows(IOException.class, slow::run).getMessage());
        Path gone = dir.resolve("gone");
        assertEquals("credential plugin gone cannot be started", assertThrows(IOException.class,
                () -> new ExecPlugin("gone", gone, List.of(), Map.of(), V1, WITHIN).run()).getMessage());
    }
}
