package io.kconmon.k8s;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kconmon.shared.config.Settings;
import io.kconmon.testkit.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** A real Kubernetes cluster on this machine, made by the script that {@code KCONMON_LAB} names; taken down at the end. */
public final class Lab {

    public static final String NAMESPACE = "monitoring";

    private final String script;
    private final Path kubeconfig;
    private final String server;

    private Lab(String script, Path kubeconfig) {
        this.script = script;
        this.kubeconfig = kubeconfig;
        this.server = admin().server().address().toString();
    }

    public static Lab up(int nodes) throws IOException, InterruptedException {
        String script = System.getenv().getOrDefault("KCONMON_LAB", System.getProperty("kconmon.lab", ""));
        assumeTrue(Files.isExecutable(Path.of(script)),
                () -> "skipped: there is no lab at \"" + script + "\"; KCONMON_LAB names its script");
        Path kubeconfig = Path.of(run(List.of(script, "up", String.valueOf(nodes)), "").strip());
        var lab = new Lab(script, kubeconfig);
        // A bridge has the lowest of its ports' hardware addresses, so a node that joins may change that of the control
        // plane, and its DNS is out of the others' reach until they have asked for it anew. One that is set stays.
        lab.cluster("exec", "control", "sh", "-c",
                "ip link set br0 address $(ip -o link show br0 | sed 's/.*ether \\([^ ]*\\).*/\\1/')");
        lab.kubectl("create", "namespace", NAMESPACE);
        eventually(Duration.ofSeconds(30), () -> "no service account", () -> {
            try {
                return !lab.kubectl("get", "serviceaccount", "-n", NAMESPACE, "-o", "name").isBlank();
            } catch (IOException | InterruptedException e) {
                return false;
            }
        });
        return lab;
    }

    public Path state() {
        return kubeconfig.resolveSibling("");
    }

    String server() {
        return server;
    }

    Credentials admin() {
        return Credentials.find(
                Settings.of(K8sSettings.ALL, Map.of("kubeconfig", kubeconfig.toString(), "namespace", NAMESPACE)),
                Map.of(), kubeconfig, kubeconfig);
    }

    public String cluster(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(script));
        command.addAll(List.of(arguments));
        return run(command, "");
    }

    public String kubectl(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(script, "kubectl"));
        command.addAll(List.of(arguments));
        return run(command, "");
    }

    void apply(String yaml) throws IOException, InterruptedException {
        run(List.of(script, "kubectl", "apply", "-f", "-"), "---\n" + yaml); // what begins with { would be JSON
    }

    /**
     * Makes etcd forget every revision before the present one: whoever asks to watch on from an older one gets 410 Gone.
     *
     * @return the revision
     */
    public String compact() throws IOException, InterruptedException {
        var revision = Pattern.compile("\"revision\":\"([0-9]+)\"").matcher(etcd("range", "{\"key\":\"AA==\"}"));
        assertTrue(revision.find(), "etcd told no revision");
        etcd("compaction", "{\"revision\":\"%s\",\"physical\":true}".formatted(revision.group(1)));
        return revision.group(1);
    }

    private String etcd(String call, String body) throws IOException, InterruptedException {
        return cluster("exec", "control", "curl", "-sSf", "-d", body, "http://127.0.0.1:2379/v3/kv/" + call);
    }

    /** @return the answer's body */
    String call(String method, String path, String contentType, String body) throws Exception {
        var within = Duration.ofSeconds(60);
        try (var answer = new Api(admin().server()).ask(method, path.substring(1), contentType,
                body.getBytes(StandardCharsets.UTF_8), within, within)) {
            return new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    public static String run(List<String> command, String input) throws IOException, InterruptedException {
        Path out = Files.createTempFile("lab", ".out");
        Path err = Files.createTempFile("lab", ".err");
        try {
            // Files and no pipes: processes that the script leaves running would keep a pipe open.
            Process process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile())
                    .start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException(command + " does not end");
            }
            if (process.exitValue() != 0) {
                throw new IOException(command + ": " + Files.readString(err).strip());
            }
            return Files.readString(out);
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    public static void eventually(Duration within, Supplier<String> otherwise, BooleanSupplier condition) {
        Eventually.eventually(otherwise, within, condition::getAsBoolean);
    }

    public static void report(String line) {
        System.out.println("[lab] " + line);
    }

    public void down() throws Exception {
        cluster("down");
    }
}
