package io.kconmon.k8s;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.X509TrustManager;

/** A kubeconfig's cluster, and its user. */
record ClusterFields(Fields cluster, Fields user) {

    private static final String SERVER = "server";
    private static final String AUTHORITY = "certificate-authority";
    private static final String AUTHORITY_DATA = "certificate-authority-data";
    private static final String INSECURE = "insecure-skip-tls-verify";
    private static final String SERVER_NAME = "tls-server-name";
    private static final String UNCOMPRESSED = "disable-compression";
    private static final String PROXY = "proxy-url";
    private static final String EXEC_EXTENSION = "client.authentication.k8s.io/exec";

    /** @throws IllegalArgumentException in one line that names the file and the field */
    ApiServer server(Map<String, String> environment) {
        boolean configured = cluster.has(AUTHORITY) || cluster.has(AUTHORITY_DATA) || cluster.flag(INSECURE)
                || user.has("client-certificate") || user.has("client-certificate-data");
        String url = cluster.need(SERVER);
        ServerAddress address = ServerAddress.ofServer(url, configured).orElseThrow(() -> cluster.refuse(SERVER,
                "\"%s\" is not allowed; allowed: %s".formatted(shown(url), ServerAddress.ALLOWED)));
        Optional<ProxyServer> proxy = proxy(environment, address);
        boolean speaksTls = address.secure() || proxy.filter(it -> it.address().secure()).isPresent();
        var fields = new UserFields(user);
        return new ApiServer(address, proxy, speaksTls ? Optional.of(tls()) : Optional.empty(),
                fields.login(environment, this::execInfo), fields.impersonation(), !cluster.flag(UNCOMPRESSED));
    }

    /** A password in it must not be shown. */
    private static String shown(String url) {
        return url.replaceFirst("//[^/@]*@", "//…@");
    }

    private Optional<ProxyServer> proxy(Map<String, String> environment, ServerAddress address) {
        Optional<String> url = cluster.text(PROXY);
        return url.isEmpty()
                ? ProxyServer.fromEnvironment(environment, address)
                : Optional.of(ProxyServer.of(url.get()).orElseThrow(
                        () -> cluster.refuse(PROXY, "it names no proxy; allowed: " + ProxyServer.ALLOWED)));
    }

    private ServerTls tls() {
        Optional<String> name = cluster.text(SERVER_NAME);
        boolean hasAuthority = cluster.text(AUTHORITY).isPresent() || cluster.text(AUTHORITY_DATA).isPresent();
        if (cluster.flag(INSECURE)) {
            if (hasAuthority) {
                throw cluster.refuse(INSECURE, "it is not allowed beside a certificate authority");
            }
            return ServerTls.trustingAnybody(name);
        }
        return ServerTls.trusting(trust(), name);
    }

    private Supplier<X509TrustManager> trust() {
        Optional<byte[]> data = cluster.data(AUTHORITY_DATA);
        if (data.isPresent()) {
            return fixed(AUTHORITY_DATA, () -> ServerTls.authorities(data.get()));
        }
        Optional<Path> file = cluster.file(AUTHORITY);
        return file.isPresent()
                ? FollowedFiles.following("%s: %s".formatted(cluster.file(), cluster.at(AUTHORITY)),
                        List.of(file.get()),
                        contents -> ServerTls.authorities(contents.getFirst()))
                : fixed(AUTHORITY, ServerTls::usualAuthorities);
    }

    private Supplier<X509TrustManager> fixed(String key, Supplier<X509TrustManager> made) {
        try {
            X509TrustManager manager = made.get();
            return () -> manager;
        } catch (IllegalArgumentException e) {
            throw cluster.refuse(key, String.valueOf(e.getMessage()));
        }
    }

    /** The cluster's data for a plugin that asks for it. */
    private ObjectNode execInfo() {
        ObjectNode json = new ObjectMapper().createObjectNode();
        for (String key : List.of(SERVER, SERVER_NAME, PROXY, AUTHORITY_DATA)) {
            cluster.text(key).ifPresent(it -> json.put(key, it));
        }
        for (String flag : List.of(INSECURE, UNCOMPRESSED)) {
            if (cluster.flag(flag)) {
                json.put(flag, true);
            }
        }
        if (!json.has(AUTHORITY_DATA)) {
            cluster.file(AUTHORITY).ifPresent(it -> json.put(AUTHORITY_DATA, base64(it)));
        }
        cluster.parts("extensions").stream()
                .filter(it -> it.text("name").filter(EXEC_EXTENSION::equals).isPresent()).findFirst()
                .ifPresent(it -> json.set("config", new ObjectMapper().valueToTree(it.part("extension").values())));
        return json;
    }

    private String base64(Path file) {
        try {
            return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
        } catch (IOException e) {
            throw cluster.refuse(AUTHORITY, "%s cannot be read".formatted(file));
        }
    }
}
