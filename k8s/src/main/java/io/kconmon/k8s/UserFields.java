package io.kconmon.k8s;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kconmon.shared.config.FilePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A kubeconfig's user: our login, and the user to impersonate. */
record UserFields(Fields user) {

    private static final String CERTIFICATE = "client-certificate";
    private static final String KEY = "client-key";
    private static final String DATA = "-data";
    private static final String TOKEN = "token";
    private static final String TOKEN_FILE = "tokenFile";
    private static final String USERNAME = "username";
    private static final String EXEC = "exec";
    private static final List<String> VERSIONS = List.of("client.authentication.k8s.io/v1",
            "client.authentication.k8s.io/v1beta1");

    /**
     * Starts no plugin and sends no request yet.
     *
     * @param cluster
     *            the cluster's data, for a plugin that asks for it
     */
    Login login(Map<String, String> environment, Supplier<ObjectNode> cluster) {
        if (user.has("auth-provider")) {
            throw user.refuse("auth-provider", "kubectl has taken it no longer since 1.26; exec is its successor");
        }
        boolean hasToken = user.text(TOKEN).isPresent() || user.text(TOKEN_FILE).isPresent();
        if (hasToken && user.text(USERNAME).isPresent()) {
            throw user.refuse(USERNAME, "it is not allowed beside a token");
        }
        Login login;
        if (hasToken) {
            login = token();
        } else if (user.text(USERNAME).isPresent()) {
            String pair = user.need(USERNAME) + ":" + user.text("password").orElse("");
            String basic = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
            login = fixed(new Login.Credential(basic, Optional.empty()));
        } else if (user.has(EXEC)) {
            login = new ExecLogin(plugin(user.part(EXEC), environment, cluster));
        } else {
            login = Login.NONE;
        }
        return certificate().<Login>map(it -> new CertificateLogin(login, it)).orElse(login);
    }

    private static Login fixed(Login.Credential credential) {
        return () -> credential;
    }

    private record CertificateLogin(Login other, Supplier<ClientCertificate> certificate) implements Login {

        @Override
        public Credential now() throws IOException, InterruptedException {
            return new Credential(other.now().authorization(), Optional.of(certificate.get()));
        }
    }

    private Login token() {
        Optional<Path> file = user.file(TOKEN_FILE).filter(it -> Files.isReadable(it) || !user.has(TOKEN));
        try {
            if (file.isPresent()) {
                var login = new TokenFileLogin(file.get());
                login.now();
                return login;
            }
            return fixed(Login.bearer(user.need(TOKEN).strip()));
        } catch (IOException e) {
            throw user.refuse(file.isPresent() ? TOKEN_FILE : TOKEN, String.valueOf(e.getMessage()));
        }
    }

    private Optional<Supplier<ClientCertificate>> certificate() {
        boolean hasCertificate = user.text(CERTIFICATE).or(() -> user.text(CERTIFICATE + DATA)).isPresent();
        boolean hasKey = user.text(KEY).or(() -> user.text(KEY + DATA)).isPresent();
        if (hasCertificate != hasKey) {
            throw user.refuse(hasCertificate ? KEY : CERTIFICATE, "it is missing");
        }
        if (!hasCertificate) {
            return Optional.empty();
        }
        Optional<byte[]> certificate = user.data(CERTIFICATE + DATA);
        Optional<byte[]> key = user.data(KEY + DATA);
        var files = new ArrayList<Path>();
        (certificate.isPresent() ? Optional.<Path>empty() : user.file(CERTIFICATE)).ifPresent(files::add);
        (key.isPresent() ? Optional.<Path>empty() : user.file(KEY)).ifPresent(files::add);
        if (files.isEmpty()) {
            try {
                var pair = ClientCertificate.of(certificate.orElseThrow(), key.orElseThrow());
                return Optional.of(() -> pair);
            } catch (IllegalArgumentException e) {
                throw user.refuse(CERTIFICATE + DATA, String.valueOf(e.getMessage()));
            }
        }
        return Optional.of(FollowedFiles.following("%s: %s".formatted(user.file(), user.at(CERTIFICATE)), files,
                contents -> ClientCertificate.of(certificate.orElseGet(contents::getFirst),
                        key.orElseGet(contents::getLast))));
    }

    private static ExecPlugin plugin(Fields exec, Map<String, String> environment, Supplier<ObjectNode> cluster) {
        String command = exec.need("command");
        String version = exec.need("apiVersion");
        if (!VERSIONS.contains(version)) {
            throw exec.refuse("apiVersion", "\"%s\" is not allowed; allowed: %s".formatted(version,
                    String.join(", ", VERSIONS)));
        }
        if (exec.text("interactiveMode").filter("Always"::equals).isPresent()) {
            throw exec.refuse("interactiveMode", "Always is not allowed, for there is nobody to be asked");
        }
        if (FilePath.of(command).isEmpty()) {
            throw exec.refuse("command", "it must be " + FilePath.ALLOWED);
        }
        Path folder = exec.file().toAbsolutePath().resolveSibling("");
        Path program = ExecPlugin.find(command, folder, environment.getOrDefault("PATH", ""))
                .orElseThrow(() -> exec.refuse("command", "there is no program \"%s\" here".formatted(command)
                        + "; kconmon's image has none: give it a service account, a token or a certificate"));
        if (!ExecPlugin.canStart()) {
            throw exec.refuse("command", "\"%s\" cannot be started, for kconmon's image starts no programs: give it"
                    .formatted(command) + " a service account, a token or a certificate");
        }
        List<String> arguments = exec.texts("args");
        if (arguments.stream().anyMatch(it -> it.indexOf(0) >= 0)) {
            throw exec.refuse("args", "no program can be given a NUL character");
        }
        var variables = new HashMap<String, String>();
        exec.parts("env").forEach(it -> variables.put(variableName(it), variableValue(it)));
        variables.put("KUBERNETES_EXEC_INFO", info(exec, version, cluster));
        return new ExecPlugin(command, program, arguments, variables, version, ExecPlugin.PATIENCE);
    }

    private static String variableName(Fields variable) {
        String name = variable.need("name");
        if (name.indexOf('=') >= 0 || name.indexOf(0) >= 0) {
            throw variable.refuse("name", "it must have neither = nor a NUL character");
        }
        return name;
    }

    private static String variableValue(Fields variable) {
        String value = variable.text("value").orElse("");
        if (value.indexOf(0) >= 0) {
            throw variable.refuse("value", "no program can be given a NUL character");
        }
        return value;
    }

    private static String info(Fields exec, String version, Supplier<ObjectNode> cluster) {
        ObjectNode json = new ObjectMapper().createObjectNode().put("kind", "ExecCredential").put("apiVersion",
                version);
        ObjectNode spec = json.putObject("spec").put("interactive", false);
        if (exec.flag("provideClusterInfo")) {
            spec.set("cluster", cluster.get());
        }
        return json.toString();
    }

    /**
     * The header lines that impersonate a user.
     *
     * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/">User impersonation</a>
     */
    List<String> impersonation() {
        var lines = new ArrayList<String>();
        user.text("as").ifPresent(it -> lines.add(line("as", "Impersonate-User", it)));
        user.text("as-uid").ifPresent(it -> lines.add(line("as-uid", "Impersonate-Uid", it)));
        user.texts("as-groups").forEach(it -> lines.add(line("as-groups", "Impersonate-Group", it)));
        Fields extra = user.part("as-user-extra");
        for (Object key : extra.values().keySet()) {
            extra.texts(String.valueOf(key)).forEach(it -> lines
                    .add(line("as-user-extra", "Impersonate-Extra-" + escape(String.valueOf(key)), it)));
        }
        if (!lines.isEmpty() && user.text("as").isEmpty()) {
            throw user.refuse("as", "it is missing, where a uid, groups or extra fields are acted for");
        }
        return lines;
    }

    private String line(String key, String header, String value) {
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw user.refuse(key, "it must be one line");
        }
        return header + ": " + value;
    }

    /** A header's name has letters, digits and some signs; all else is percent-encoded, as client-go does. */
    private static String escape(String key) {
        var escaped = new StringBuilder();
        for (byte b : key.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8)) {
            boolean plain = (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || "!#$&'*+-.^_`|~".indexOf(b) >= 0;
            escaped.append(plain ? String.valueOf((char) b) : "%%%02X".formatted(b & 0xff));
        }
        return escaped.toString();
    }
}
