package io.kconmon.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.config.BadSettingException;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever kubectl takes works, or is refused in one line that names the field. */
class KubeconfigTest {

    private static final Duration WITHIN = Duration.ofSeconds(10);

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

    private String write(String name, String cluster, String user) throws IOException {
        return Files.writeString(dir.resolve(name), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {%s}}]
                users: [{name: u, user: {%s}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(cluster, user)).toString();
    }

    private String plain() {
        return "server: \"http://127.0.0.1:%d\"".formatted(api.port());
    }

    private Credentials find(String variable, Map<String, String> environment) {
        var all = new java.util.HashMap<>(environment);
        all.put("KUBECONFIG", variable);
        return Credentials.find(Settings.of(K8sSettings.ALL, Map.of()), all, dir, dir);
    }

    private RecordingApi.Seen ask(Credentials credentials) throws Exception {
        new Api(credentials.server()).get("api/v1/nodes?limit=1", WITHIN, WITHIN).close();
        return api.next();
    }

    private RecordingApi.Seen ask(String user) throws Exception {
        return ask(find(write("k", plain(), user), Map.of()));
    }

    private void refused(String field, String why, String cluster, String user) throws IOException {
        String file = write("k", cluster, user);
        String message = assertThrows(BadSettingException.class, () -> find(file, Map.of())).getMessage();
        assertEquals("kubeconfig: \"\" is not allowed (default); allowed: usable credentials; %s: %s: %s"
                .formatted(file, field, why), message);
    }

    @Test
    void aTokenIsTaken() throws Exception {
        assertEquals("Bearer kconmon-marker-secret", ask("token: kconmon-marker-secret").header("Authorization"));
        assertNull(ask("").header("Authorization"));
        assertEquals("Basic bWU6a2Nvbm1vbi1tYXJrZXItc2VjcmV0",
                ask("username: me, password: kconmon-marker-secret").header("Authorization"));
    }

    @Test
    void aTokenFileIsFollowedAndOverridesTheToken() throws Exception {
        Files.writeString(dir.resolve("token"), "first\n");
        Credentials found = find(write("k", plain(), "token: old, tokenFile: token"), Map.of());
        assertEquals("Bearer first", ask(found).header("Authorization"));
        Files.writeString(dir.resolve("token"), "second\n");
        assertEquals("Bearer second", ask(found).header("Authorization"));
        assertEquals("Bearer old", ask("token: old, tokenFile: none").header("Authorization"));
        refused("users[u].user.tokenFile",
                "the token's file %s/none cannot be read: there is no such file".formatted(dir), plain(),
                "tokenFile: none");
    }

    @Test
    void requestsImpersonateTheConfiguredUser() throws Exception {
        RecordingApi.Seen seen = ask("token: kconmon-marker-secret, as: jane, as-uid: '7', as-groups: [dev, ops],"
                + " as-user-extra: {scopes: [view, edit], 'example.com/Ünit': [x]}");
        assertEquals("jane", seen.header("Impersonate-User"));
        assertEquals("7", seen.header("Impersonate-Uid"));
        assertEquals(List.of("dev", "ops"), seen.headers().get("Impersonate-Group"));
        assertEquals(List.of("view", "edit"), seen.headers().get("Impersonate-Extra-scopes"));
        assertEquals("x", seen.header("Impersonate-Extra-example.com%2F%C3%BCnit"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            token: 17                                 | token           | it must be a text
            token: "a\\nb"                            | token           | no request can be made with these credentials: the token is not one line of ASCII
            token: a, username: b                     | username        | it is not allowed beside a token
            as-groups: [a]                            | as              | it is missing, where a uid, groups or extra fields are acted for
            as: "a\\nb"                               | as              | it must be one line
            as: a, as-groups: b                       | as-groups       | it must be a list
            as: a, as-user-extra: [b]                 | as-user-extra   | it must be an object
            auth-provider: {name: gcp}                | auth-provider   | kubectl has taken it no longer since 1.26; exec is its successor
            client-certificate-data: QUJD             | client-key      | it is missing
            client-key: a.key                         | client-certificate | it is missing
            client-key-data: "!", client-certificate-data: QUJD | client-key-data | it must be base64
            client-key-data: QUJD, client-certificate-data: QUJD | client-certificate-data | it must hold certificates in PEM
            exec: {apiVersion: client.authentication.k8s.io/v1}  | exec.command | it is missing
            exec: {command: sh}                       | exec.apiVersion | it is missing
            exec: {command: sh, apiVersion: client.authentication.k8s.io/v1alpha1} | exec.apiVersion | "client.authentication.k8s.io/v1alpha1" is not allowed; allowed: client.authentication.k8s.io/v1, client.authentication.k8s.io/v1beta1
            exec: {command: sh, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always} | exec.interactiveMode | Always is not allowed, for there is nobody to be asked
            exec: {command: "a\\0b", apiVersion: client.authentication.k8s.io/v1} | exec.command | it must be a file's path in the locale's characters
            exec: {command: /bin/sh, apiVersion: client.authentication.k8s.io/v1, args: ["a\\0b"]} | exec.args | no program can be given a NUL character
            exec: {command: /bin/sh, apiVersion: client.authentication.k8s.io/v1, env: [{name: "A=B"}]} | exec.env[A=B].name | it must have neither = nor a NUL character
            exec: {command: /bin/sh, apiVersion: client.authentication.k8s.io/v1, env: [{name: A, value: "a\\0b"}]} | exec.env[A].value | no program can be given a NUL character
            tokenFile: "a\\0b"                         | tokenFile       | it must be a file's path in the locale's characters
            exec: {command: no-such-plugin, apiVersion: client.authentication.k8s.io/v1} | exec.command | there is no program "no-such-plugin" here; kconmon's image has none: give it a service account, a token or a certificate
            """)
    void aUserThatCannotBeUsedIsRefused(String user, String field, String why) throws IOException {
        refused("users[u].user." + field, why, plain(), user);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            proxy-url: "ftp://p"                      | server          | it is missing
            server: "http://k", proxy-url: "ftp://p"  | proxy-url       | it names no proxy; allowed: http://host:port, https or socks5
            server: "https://k", insecure-skip-tls-verify: yes please | insecure-skip-tls-verify | it must be true or false
            server: "https://k", insecure-skip-tls-verify: true, certificate-authority: ca.crt | insecure-skip-tls-verify | it is not allowed beside a certificate authority
            server: "https://k", certificate-authority-data: QUJD | certificate-authority-data | it must hold certificates in PEM
            server: "https://u:hidden@k"              | server          | "https://…@k" is not allowed; allowed: http://host or http://host:port, or https
            """)
    void aClusterThatCannotBeUsedIsRefused(String cluster, String field, String why) throws IOException {
        refused("clusters[c].cluster." + field, why, cluster, "");
    }

    @Test
    void answersAreCompressedUnlessTheyAreNotToBe() throws Exception {
        assertEquals(List.of("gzip"), ask("").headers().get("Accept-Encoding"));
        assertNull(ask(find(write("k", plain() + ", disable-compression: true", ""), Map.of())).headers()
                .get("Accept-Encoding"));
    }

    @Test
    void aContextWithoutAUserIsRefused() throws IOException {
        String file = write("k", plain(), "");
        String text = Files.readString(Path.of(file));
        for (var each : Map.of(": c, user: u", "contexts[x].context.cluster: there is no cluster \"z\"",
                "-context: x", "current-context: there is no context \"z\"", "kind: Config", "kind: it must be Config")
                .entrySet()) {
            Files.writeString(Path.of(file), text.replace(each.getKey(),
                    each.getKey().replaceFirst(" (c|x|Config)", " z")));
            String message = assertThrows(BadSettingException.class, () -> find(file, Map.of())).getMessage();
            assertTrue(message.endsWith(file + ": " + each.getValue()), message);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"'a/b?c'", "\"a\\r\\nb\"", "Upper", "a.b"})
    void aContextsNamespaceIsANamespace(String namespace) throws IOException {
        String file = write("k", plain(), "");
        Files.writeString(Path.of(file), Files.readString(Path.of(file)).replace("user: u}", "user: u, namespace: "
                + namespace + "}"));
        String message = assertThrows(BadSettingException.class, () -> find(file, Map.of())).getMessage();
        assertTrue(message.endsWith(": contexts[x].context.namespace: it must be a namespace's name, or empty"),
                message);
    }

    /** As kubectl reads them: a date, or a number to the base of 60, is a text. */
    @ParameterizedTest
    @ValueSource(strings = {"2026-01-31", "2026-01-31T10:00:00Z", "12:30:45", "12:30.5"})
    void wordsThatLookLikeDatesAreTexts(String word) throws Exception {
        String file = write("k", plain(), "token: " + word);
        Files.writeString(Path.of(file), Files.readString(Path.of(file)).replace("name: x", "name: " + word)
                .replace("current-context: x", "current-context: " + word));
        assertEquals("Bearer " + word, ask(find(file, Map.of())).header("Authorization"));
    }

    @Test
    void theFirstOfSeveralFilesWins() throws Exception {
        Files.createDirectory(dir.resolve("sub"));
        Files.writeString(dir.resolve("sub/token"), "of-the-folder");
        write("one", plain(), "token: first");
        write("sub/two", "server: \"http://127.0.0.1:1\"", "tokenFile: token");
        Files.writeString(dir.resolve("three"), "current-context: y\ncontexts: [{name: y, context: {cluster: c,"
                + " user: other, namespace: n}}]\nusers: [{name: other, user: {tokenFile: sub/token}}]\n");
        assertEquals("Bearer first",
                ask(find(dir + "/none:" + dir + "/one:" + dir + "/sub/two", Map.of())).header("Authorization"));
        Credentials merged = find(dir + "/three:" + dir + "/one", Map.of());
        assertEquals("Bearer of-the-folder", ask(merged).header("Authorization"));
        assertEquals("n", merged.namespace());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "socks5"})
    void aProxyIsNotBypassed(String scheme) throws Exception {
        try (var proxy = new TestProxy(api.port())) {
            String url = "%s://me:kconmon-marker-secret@127.0.0.1:%d".formatted(scheme, proxy.port());
            RecordingApi.Seen seen = ask(find(write("k",
                    "server: \"http://api.example:6443/base\", proxy-url: \"%s\"".formatted(url), "token: a"),
                    Map.of()));
            assertEquals("Bearer a", seen.header("Authorization"));
            assertEquals("api.example:6443", seen.header("Host"));
            assertEquals(List.of(scheme.equals("http")
                    ? "GET http://api.example:6443/base/api/v1/nodes?limit=1 HTTP/1.1"
                    : "SOCKS api.example:6443"), proxy.asked);
        }
    }

    @ParameterizedTest
    @CsvSource({"'', true", "api.example, false", "example, false", "other.example, true", "'x, .example', false",
            "*, false", "api.example:443, true", "api.example:6443, false"})
    void theEnvironmentsProxyIsTakenUnlessItIsExempted(String exceptions, boolean proxied) throws IOException {
        String file = write("k", "server: \"http://api.example:6443\"", "");
        assertEquals(proxied, find(file, Map.of("HTTP_PROXY", "http://p:3128", "NO_PROXY", exceptions)).server()
                .proxy().isPresent());
        assertEquals(proxied, find(file, Map.of("http_proxy", "p:3128", "no_proxy", exceptions)).server().proxy()
                .isPresent());
    }

    @Test
    void networksAreExemptedByTheirPrefix() {
        ServerAddress server = ServerAddress.ofServer("https://10.96.0.1", true).orElseThrow();
        for (var each : Map.of("10.96.0.0/12", false, "10.0.0.0/16", true, "10.96.0.1", false, "fd00::/8", true)
                .entrySet()) {
            assertEquals(each.getValue(), ProxyServer.fromEnvironment(
                    Map.of("HTTPS_PROXY", "http://p", "NO_PROXY", each.getKey()), server).isPresent(), each::getKey);
        }
        assertFalse(ProxyServer.fromEnvironment(Map.of("HTTPS_PROXY", "http://p"),
                ServerAddress.ofServer("https://127.0.0.1:6443", true).orElseThrow()).isPresent());
        var bad = assertThrows(IllegalArgumentException.class,
                () -> ProxyServer.fromEnvironment(Map.of("HTTPS_PROXY", "ftp://me:kconmon-marker-secret@p"), server));
        assertEquals("$HTTPS_PROXY: it names no proxy; allowed: http://host:port, https or socks5", bad.getMessage());
    }
}
