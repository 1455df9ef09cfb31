package io.kconmon.charts;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import io.kconmon.k8s.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The release {@code kconmon} on a real cluster, as an operator sees it: pods, and their metrics. */
final class Installed {

    static final String RELEASE = "kconmon";
    private static final int PORT = 8080;
    private static final int TIMEOUT = 180; // s

    private final Lab lab;
    private final Path kubeconfig;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /** A pod that runs. */
    record Pod(String name, String uid, String node, String zone, String ip, JsonNode json) {

        @Override
        public String toString() {
            return name + " on " + node;
        }
    }

    Installed(Lab lab) {
        this.lab = lab;
        this.kubeconfig = lab.state().resolve("kubeconfig");
    }

    void install(String... values) {
        var command = new Helm(Chart.HOME).install().withName(RELEASE).withNamespace(Lab.NAMESPACE)
                .withKubeConfig(kubeconfig).waitReady().withTimeout(TIMEOUT);
        Arrays.stream(values).map(it -> it.split("=", 2)).forEach(it -> command.set(it[0], it[1]));
        command.call();
    }

    /** Until both are rolled. */
    void upgrade(String... values) throws IOException, InterruptedException {
        var command = new Helm(Chart.HOME).upgrade().withName(RELEASE).withNamespace(Lab.NAMESPACE)
                .withKubeConfig(kubeconfig).resetThenReuseValues().waitReady().withTimeout(TIMEOUT);
        Arrays.stream(values).map(it -> it.split("=", 2)).forEach(it -> command.set(it[0], it[1]));
        command.call();
        for (String kind : List.of("daemonset/kconmon-agent", "deployment/kconmon-controller")) {
            lab.kubectl("rollout", "status", kind, "-n", Lab.NAMESPACE, "--timeout=180s");
        }
    }

    /** The chart's own test. */
    void test() {
        Helm.test(RELEASE).withNamespace(Lab.NAMESPACE).withKubeConfig(kubeconfig).withTimeout(TIMEOUT).call();
    }

    void uninstall() {
        Helm.uninstall(RELEASE).withNamespace(Lab.NAMESPACE).withKubeConfig(kubeconfig).call();
    }

    List<Pod> agents() throws IOException, InterruptedException {
        return pods("agent");
    }

    /** Those that are not being deleted, on nodes that there are. */
    List<Pod> pods(String component) throws IOException, InterruptedException {
        var zones = new TreeMap<String, String>();
        JsonNode nodes = Chart.JSON.readTree(lab.kubectl("get", "nodes", "-o", "json")).path("items");
        nodes.forEach(it -> zones.put(it.at("/metadata/name").asText(),
                it.at("/metadata/labels/topology.kubernetes.io~1zone").asText()));
        JsonNode pods = Chart.JSON.readTree(lab.kubectl("get", "pods", "-n", Lab.NAMESPACE, "-o", "json", "-l",
                "app.kubernetes.io/component=" + component)).path("items");
        return pods.valueStream().filter(it -> !it.path("metadata").has("deletionTimestamp"))
                .filter(it -> zones.containsKey(it.at("/spec/nodeName").asText()))
                .map(it -> new Pod(it.at("/metadata/name").asText(), it.at("/metadata/uid").asText(),
                        it.at("/spec/nodeName").asText(), zones.getOrDefault(it.at("/spec/nodeName").asText(), ""),
                        it.at("/status/podIP").asText(), it))
                .toList();
    }

    /** Empty if it does not answer. */
    String page(Pod pod) throws InterruptedException {
        try {
            return http.send(HttpRequest.newBuilder(URI.create("http://%s:%d/metrics".formatted(pod.ip(), PORT)))
                    .timeout(Duration.ofSeconds(5)).build(), BodyHandlers.ofString()).body();
        } catch (IOException e) {
            return "";
        }
    }

    /** Until each agent has passed that many more tests of every kind with each other one, and knows no others. */
    void awaitRounds(int rounds) throws IOException, InterruptedException {
        List<Pod> agents = agents();
        var begin = new TreeMap<String, Double>();
        for (Pod agent : agents) {
            passes(agent, agents, page(agent)).forEach((series, value) -> begin.put(series, value));
        }
        for (Pod agent : agents) {
            await("%d rounds of %s".formatted(rounds, agent), page -> {
                TreeMap<String, Double> now = passes(agent, agents, page);
                return now.size() == 2 * (agents.size() - 1) && destinations(page) == agents.size() - 1
                        && now.entrySet().stream()
                                .allMatch(it -> it.getValue() >= begin.getOrDefault(it.getKey(), 0.0) + rounds);
            }, agent);
        }
    }

    /** With the nodes and zones of both ends, or they do not count. */
    private static TreeMap<String, Double> passes(Pod source, List<Pod> agents, String page) {
        var values = new TreeMap<String, Double>();
        for (Pod to : agents) {
            for (String kind : List.of("tcp", "udp")) {
                String series = ("kconmon_%s_results_total{destination=\"%s\",destination_zone=\"%s\",result=\"pass\","
                        + "source=\"%s\",source_zone=\"%s\"}")
                        .formatted(kind, to.node(), to.zone(), source.node(), source.zone());
                page.lines().filter(it -> it.startsWith(series + " "))
                        .forEach(it -> values.put(series, Double.valueOf(it.substring(series.length() + 1))));
            }
        }
        return values;
    }

    private static int destinations(String page) {
        var names = new TreeSet<String>();
        page.lines().filter(it -> it.startsWith("kconmon_tcp_results_total{"))
                .forEach(it -> names.add(it.replaceAll(".*destination=\"([^\"]*)\".*", "$1")));
        return names.size();
    }

    void await(String what, Predicate<String> page, Pod pod) {
        Lab.eventually(Duration.ofSeconds(90), () -> "not seen: " + what, () -> {
            try {
                return page.test(page(pod));
            } catch (InterruptedException e) {
                throw new UncheckedIOException(new IOException(e));
            }
        });
    }
}
