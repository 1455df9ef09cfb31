package io.kconmon.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** 5,000 nodes, each with an agent, from a real API server into a heap of 64 MB. */
class ScaleLabIT {

    private static final int AGENTS = 5000;
    private static final int HEAP_MB = 64;
    private static final int BOUND_KIB = 16 * 1024;

    @Test
    void fiveThousand() throws Exception {
        Lab lab = Lab.up(1);
        try {
            // It would find 5,000 machines dead, and begin to clear away.
            String pid = Files.readString(lab.state().resolve("pid/controller-manager")).split(" ", 2)[0];
            Lab.run(List.of("kill", "-9", pid), "");
            long begin = System.nanoTime();
            parallel(i -> () -> lab.call("POST", "/api/v1/nodes", "application/json", node(i)));
            String pods = "/api/v1/namespaces/" + Lab.NAMESPACE + "/pods";
            parallel(i -> () -> lab.call("POST", pods, "application/json", pod(i)));
            parallel(i -> () -> lab.call("PATCH", pods + "/agent-" + i + "/status", "application/merge-patch+json",
                    podStatus(i)));
            int bytes = lab.call("GET", "/api/v1/nodes/node-17", "application/json", "").length();
            Lab.report("made %d nodes of %d bytes and their agents in %d s".formatted(AGENTS, bytes,
                    (System.nanoTime() - begin) / 1_000_000_000));
            measure(lab);
        } finally {
            lab.down();
        }
    }

    private static void measure(Lab lab) throws Exception {
        Process probe = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP_MB + "m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                ScaleProbe.class.getName(), lab.state().resolve("kubeconfig").toString(), Lab.NAMESPACE,
                String.valueOf(AGENTS)).redirectError(Redirect.INHERIT).start();
        try (var in = probe.getOutputStream();
                var out = new BufferedReader(new InputStreamReader(probe.getInputStream(), StandardCharsets.UTF_8))) {
            Map<String, String> first = figures(out.readLine());
            String rss = Files.readAllLines(Path.of("/proc/" + probe.pid() + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS") || line.startsWith("VmHWM"))
                    .map(line -> line.replaceAll("\\s+", " ")).collect(Collectors.joining(", "));
            Lab.report("5,000 agents within -Xmx%dm: %s; %s".formatted(HEAP_MB, first, rss));
            assertEquals(AGENTS, Integer.parseInt(first.get("agents")));
            int more = Integer.parseInt(first.get("heapKiB")) - Integer.parseInt(first.get("baselineKiB"));
            assertTrue(more < BOUND_KIB, () -> more + " KiB more heap than before");

            long begin = System.nanoTime();
            parallel(i -> () -> lab.call("PATCH", "/api/v1/nodes/node-" + i + "/status",
                    "application/strategic-merge-patch+json", """
                            {"status": {"conditions": [{"type": "Ready", "status": "True",
                              "lastHeartbeatTime": "2026-01-01T00:01:00Z"}]}}"""));
            long seconds = (System.nanoTime() - begin) / 1_000_000_000;
            Map<String, String> before = first;
            Map<String, String> after = asked(in, out);
            while (Long.parseLong(after.get("events")) < AGENTS) {
                after = asked(in, out);
            }
            Lab.report("5,000 heartbeats in %d s: %s; CPU ms before them: %s".formatted(seconds, after,
                    before.get("cpuMillis")));
            assertEquals(first.get("rosters"), after.get("rosters"), "heartbeats make none");
        } finally {
            probe.destroy();
            probe.waitFor();
        }
    }

    private static Map<String, String> asked(OutputStream in, BufferedReader out) throws Exception {
        in.write('\n');
        in.flush();
        return figures(out.readLine());
    }

    private static Map<String, String> figures(String line) {
        return Arrays.stream(line.split(" ", -1)).map(it -> it.split("=", 2))
                .collect(Collectors.toMap(it -> it[0], it -> it[1], (a, b) -> a, LinkedHashMap::new));
    }

    private static void parallel(IntFunction<Callable<String>> calls) throws Exception {
        try (var threads = Executors.newFixedThreadPool(32)) {
            var results = new ArrayList<Future<String>>();
            for (int i = 0; i < AGENTS; i++) {
                results.add(threads.submit(calls.apply(i)));
            }
            for (var result : results) {
                result.get();
            }
        }
    }

    /** As a kubelet makes it, with fifty images. */
    private static String node(int i) {
        String images = IntStream.range(0, 50).mapToObj(image -> """
                {"names": ["registry.example.com/team-%1$d/some-service-%1$d@sha256:%2$064x",
                  "registry.example.com/team-%1$d/some-service-%1$d:v1.%1$d.0"], "sizeBytes": %3$d}"""
                .formatted(image, image * 7919L + i, 100_000_000 + image)).collect(Collectors.joining(","));
        String conditions = List.of("MemoryPressure", "DiskPressure", "PIDPressure", "Ready").stream().map(type -> """
                {"type": "%s", "status": "%s", "reason": "Kubelet", "message": "kubelet says so",
                  "lastHeartbeatTime": "2026-01-01T00:00:10Z", "lastTransitionTime": "2026-01-01T00:00:05Z"}"""
                .formatted(type, type.equals("Ready") ? "True" : "False")).collect(Collectors.joining(","));
        return """
                {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-%1$d", "labels": {
                    "kubernetes.io/hostname": "node-%1$d", "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
                    "node.kubernetes.io/instance-type": "m5.2xlarge", "topology.kubernetes.io/region": "region-1",
                    "topology.kubernetes.io/zone": "zone-%2$d"}},
                  "spec": {"podCIDR": "10.1.2.0/24", "providerID": "cloud:///zone-%2$d/i-%1$017d"},
                  "status": {"conditions": [%3$s], "images": [%4$s],
                    "addresses": [{"type": "InternalIP", "address": "%5$s"}, {"type": "Hostname", "address": "node-%1$d"}],
                    "capacity": {"cpu": "8", "memory": "32Gi", "pods": "110"}}}"""
                .formatted(i, i % 3, conditions, images, ip(i));
    }

    private static String pod(int i) {
        return """
                {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "agent-%1$d", "labels": {
                    "app.kubernetes.io/name": "kconmon", "app.kubernetes.io/component": "agent"}},
                  "spec": {"nodeName": "node-%1$d", "containers": [{"name": "agent", "image": "kconmon:1"}]}}"""
                .formatted(i);
    }

    private static String podStatus(int i) {
        return """
                {"status": {"phase": "Running", "podIP": "%s", "startTime": "2026-01-01T00:00:00Z", "conditions": [
                    {"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:05Z"}]}}"""
                .formatted(ip(i));
    }

    private static String ip(int i) {
        return "10.1.%d.%d".formatted(i / 250, i % 250 + 1);
    }
}
