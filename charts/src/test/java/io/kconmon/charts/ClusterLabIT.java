package io.kconmon.charts;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kconmon.charts.Installed.Pod;
import io.kconmon.k8s.Lab;
import io.kconmon.testkit.TestCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The image and the chart on a real cluster: installed, scraped, changed, hurt, and removed. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterLabIT {

    private static final Path IMAGE = Path.of(System.getProperty("kconmon.image", "")).toAbsolutePath();
    /** How often nodes come and go; 20 by hand. */
    private static final int NODE_ROUNDS = Integer.getInteger("kconmon.lab.nodeRounds", 2);
    /** How long the control plane is away; 10 minutes by hand. */
    private static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("kconmon.lab.awaySeconds", 20));
    private static final String TOKEN = "kconmon-marker-secret-of_some.30/characters~=";
    private static final String RIGHT = "Authorization: Bearer " + TOKEN;
    private static final String WRONG = RIGHT + '=';
    private static final Duration SOON = Duration.ofSeconds(120);

    private static @Nullable Lab up;
    private static @Nullable Installed installed;

    @TempDir
    private Path folder;

    @BeforeAll
    static void clusterUp() throws Exception {
        up = Lab.up(3);
        installed = new Installed(lab());
        Files.writeString(lab().state().resolve("names"), "www.google.com 192.0.2.80\n", StandardOpenOption.APPEND);
        lab().cluster("load", IMAGE.toString());
    }

    @AfterAll
    static void clusterDown() throws Exception {
        if (up != null) {
            up.down();
        }
    }

    /** A test that fails leaves no fault to the tests after it. */
    @AfterEach
    void mend() throws Exception {
        lab().cluster("fault", "clear");
    }

    @Test
    @Order(1)
    void installedWithDefaultsEveryAgentTestsEveryOther() throws Exception {
        Instant begin = Instant.now();
        kconmon().install("prometheus.enableServiceMonitor=false");
        Lab.report("helm install --wait: %d ms".formatted(Duration.between(begin, Instant.now()).toMillis()));
        assertEquals(3, kconmon().agents().size());
        assertEquals(2, kconmon().pods("controller").size());
        kconmon().awaitRounds(2);
        for (Pod agent : kconmon().agents()) {
            for (String host : List.of("www.google.com", "kubernetes.default.svc.cluster.local")) {
                kconmon().await(agent + " looks up " + host, page -> Pattern
                        .compile("kconmon_dns_results_total\\{host=\"" + Pattern.quote(host)
                                + "\",result=\"pass\".*} [1-9]")
                        .matcher(page).find(), agent);
            }
        }
        assertEquals(List.of(), failed(), "failed results");
        for (String component : List.of("agent", "controller")) {
            for (Pod pod : kconmon().pods(component)) {
                Lab.report("%s: container started -> ready %s; %s".formatted(pod.name(), startedToReady(pod),
                        memory(pod)));
            }
        }
    }

    /** Debian's Prometheus has no Kubernetes discovery: a file gives it the same targets. */
    @Test
    @Order(2)
    void prometheusWithTheDocumentedConfigurationReadsEveryFamily() throws Exception {
        var families = new TreeSet<String>();
        Matcher row = Pattern.compile("(?m)^\\| `(kconmon_(?:udp|tcp|dns)_[a-z_]+)` \\|")
                .matcher(Chart.read(Chart.DOCS.resolve("metrics.md")));
        while (row.find()) {
            families.add(row.group(1));
        }
        families.removeIf(it -> it.matches(".*_(failures_total|lost_packets_total|retransmits_total|flow_loss)")); // no faults
        assertTrue(families.size() >= 9, families.toString());
        Path targets = folder.resolve("targets.json");
        Files.writeString(targets, discovered().toString());
        try (var prometheus = new Prometheus(folder, readmesConfiguration(targets))) {
            for (String family : families) {
                prometheus.await(new Expressions("README",
                        "count(" + family.replaceAll("_seconds$", "_seconds_count") + "{node=~\"lab-.\"}) > 0"));
            }
            prometheus.await(new Expressions("README", "count(up{job=\"kconmon\"} == 1) == 5"));
            prometheus.await(new Expressions("README", "count(count by (source, destination) "
                    + "(kconmon_udp_loss{source_zone=~\"zone-.\", destination_zone=~\"zone-.\"})) == 6"));
        }
    }

    @Test
    @Order(3)
    void helmTestPasses() {
        kconmon().test();
    }

    /** Kubernetes itself takes a while longer to see that the node is gone, and evicts nothing before it is back. */
    @Test
    @Order(4)
    void aNodeThatIsCutOffIsNamedByTheApiServersProxyAndInAnEvent() throws Exception {
        Instant begin = Instant.now();
        lab().cluster("fault", "link-down", "lab-3");
        Lab.eventually(SOON, ClusterLabIT::meshStatus, () -> meshStatus().contains("lab-3: nobody reaches it since"));
        Lab.report("lab-3 cut off, told after %d ms:%n%s".formatted(Duration.between(begin, Instant.now()).toMillis(),
                meshStatus()));
        Lab.eventually(SOON, () -> "no Event of lab-3", () -> !events("lab-3", "NetworkFault").isEmpty());
        lab().cluster("fault", "link-up", "lab-3");
        begin = Instant.now();
        Lab.eventually(SOON, ClusterLabIT::meshStatus, () -> !meshStatus().contains("lab-3: nobody"));
        Lab.eventually(SOON, () -> "no Event of the end", () -> !events("lab-3", "NetworkFaultEnded").isEmpty());
        Lab.report("lab-3 back, told after %d ms: %s".formatted(Duration.between(begin, Instant.now()).toMillis(),
                events("lab-3", "NetworkFaultEnded")));
        kconmon().awaitRounds(2);
        for (String reason : List.of("NetworkFault", "NetworkFaultEnded")) { // of two controllers
            assertEquals(1, events("lab-3", reason).lines().count(), events("lab-3", reason));
        }
        assertEquals("", events("lab-1", "NetworkFault") + events("lab-2", "NetworkFault"));
    }

    /** As docs/security.md turns a token on while kconmon runs: in the first step controllers do not ask for it. */
    @Test
    @Order(5)
    void anUpgradeToATokenRollsBothAndNoTestFails() throws Exception {
        secret("kconmon-token", "--from-literal=token=" + TOKEN);
        Set<String> before = uids();
        try (var watch = new FailureWatch(kconmon())) {
            kconmon().upgrade("udp.packets=7", "auth.existingSecret=kconmon-token",
                    "controller.extraEnv[0].name=KCONMON_TOKEN_FILE", "controller.extraEnv[0].value=none");
            Set<String> kept = uids();
            kept.retainAll(before);
            assertEquals(Set.of(), kept, "pods of before the upgrade");
            kconmon().upgrade("controller.extraEnv=null");
            kconmon().awaitRounds(2);
            assertEquals(Map.of(), watch.failures(), watch::toString);
        }
        for (Pod agent : kconmon().agents()) {
            String url = "http://%s:8080".formatted(agent.ip());
            assertEquals("200", status(url + "/metrics"));
            assertEquals("401", status(url + "/test/udp"));
            assertEquals("401", status(url + "/test/udp", "--header", WRONG));
            assertEquals("200", status(url + "/test/udp", "--header", RIGHT));
        }
    }

    /** One way, because TCP would not survive it both ways: requests of lab-1 and replies to lab-2 are lost. */
    @Test
    @Order(6)
    void packetsDroppedBetweenTwoNodesAreCountedExactlyAndNothingElseFails() throws Exception {
        try (var watch = new FailureWatch(kconmon())) {
            List<Pod> agents = kconmon().agents();
            var windows = new ArrayList<String>();
            while (!lossesAgree(agents, windows)) {
                assertTrue(windows.size() < 4, windows::toString);
            }
            Lab.report("30 % dropped: " + windows);
            lab().cluster("fault", "drop", "lab-1", "lab-2", "udp");
            for (Pod agent : agents) {
                String peer = agent.node().equals("lab-1") ? "lab-2" : "lab-1";
                if (!agent.node().equals("lab-3")) {
                    kconmon().await(agent + " loses all",
                            page -> series(page, "kconmon_udp_loss", "destination=\"" + peer + '"') == 100, agent);
                }
            }
            lab().cluster("fault", "clear");
            kconmon().awaitRounds(1);
            Map<String, Double> failures = watch.failures();
            assertEquals(2, failures.size(), failures.toString());
            failures.keySet().forEach(it -> assertTrue(
                    it.contains("_udp_") && it.contains("\"lab-1\"") && it.contains("\"lab-2\""), it));
        }
    }

    /** A peer that is paused on the way, for a kubelet found its pod not ready, has packets in no result: that window tells nothing. */
    private static boolean lossesAgree(List<Pod> agents, List<String> windows) throws Exception {
        double before = lost(agents);
        lab().cluster("fault", "drop", "lab-1", "lab-2", "udp", "--percent", "30");
        boolean agree = false;
        for (long end = System.nanoTime() + SOON.toNanos() / 2; !agree && System.nanoTime() < end;) {
            double rule = dropped();
            agree = rule >= 20 && lost(agents) - before == rule && dropped() == rule;
        }
        windows.add("the rule says %.0f, the agents %.0f".formatted(dropped(), lost(agents) - before));
        lab().cluster("fault", "clear");
        kconmon().awaitRounds(1);
        return agree;
    }

    @Test
    @Order(7)
    void withoutControllersAndApiServerTestsGoOnAndNoneFails() throws Exception {
        List<Pod> agents = kconmon().agents();
        double usual = answeredIn(AWAY, agents);
        try (var watch = new FailureWatch(kconmon())) {
            lab().kubectl("scale", "deployment/kconmon-controller", "-n", Lab.NAMESPACE, "--replicas=0");
            Lab.eventually(SOON, () -> "the controllers stay",
                    () -> says("get", "pods", "-n", Lab.NAMESPACE, "-o", "name").lines().count() == 3);
            lab().cluster("fault", "apiserver-kill");
            double away = answeredIn(AWAY, agents);
            restart(agents.getLast());
            lab().compact();
            lab().cluster("fault", "apiserver-start");
            lab().kubectl("scale", "deployment/kconmon-controller", "-n", Lab.NAMESPACE, "--replicas=2");
            for (Pod agent : agents) {
                kconmon().await("the roster of " + agent + " is of now",
                        page -> series(page, "kconmon_roster_age_seconds", "") < 5, agent);
            }
            kconmon().awaitRounds(1);
            assertEquals(Map.of(), watch.failures(), watch::toString);
            Lab.report("packets answered in %s: %.0f, without controllers and API server %.0f".formatted(AWAY, usual,
                    away));
            // Six paths; a round more or less for each, for its place in the window.
            assertEquals(usual, away, 6 * 7.0, "packets that the peers answered");
        }
    }

    @Test
    @Order(8)
    void onlyADeadNodeFailsAndUntilItsNodeObjectIsDeleted() throws Exception {
        List<Pod> others = kconmon().agents().stream().filter(it -> !it.node().equals("lab-3")).toList();
        try (var watch = new FailureWatch(kconmon())) {
            lab().cluster("remove-node", "3");
            for (String kind : List.of("tcp", "udp")) {
                awaitFailures(others, kind, 1);
            }
            Lab.eventually(Duration.ofSeconds(120), () -> "the pods of the dead node are not evicted",
                    () -> says("get", "pods", "-n", Lab.NAMESPACE, "--field-selector=spec.nodeName=lab-3", "-o",
                            "jsonpath={.items[?(@.metadata.labels.app\\.kubernetes\\.io/component=='agent')]"
                                    + ".status.conditions[?(@.type=='Ready')].status}")
                            .equals("False"));
            for (String kind : List.of("tcp", "udp")) {
                awaitFailures(others, kind, failures(others.getFirst(), kind) + 2);
            }
            lab().kubectl("delete", "node", "lab-3");
            for (Pod agent : others) {
                kconmon().await("the series of lab-3 go", page -> !page.contains("lab-3"), agent);
            }
            watch.failures().keySet()
                    .forEach(it -> assertTrue(it.contains("destination=\"lab-3\""), "also failed: " + it));
        }
        try (var watch = new FailureWatch(kconmon())) {
            lab().cluster("add-node", "3");
            rolledOut();
            kconmon().awaitRounds(2);
            assertEquals(Map.of(), watch.failures(), watch::toString);
        }
    }

    @Test
    @Order(9)
    void nodesThatJoinAndDrainCauseNoFailure() throws Exception {
        for (int i = 0; i < NODE_ROUNDS; i++) {
            try (var watch = new FailureWatch(kconmon())) {
                lab().cluster("remove-node", "3", "--graceful");
                kconmon().awaitRounds(1);
                lab().cluster("add-node", "3");
                rolledOut();
                kconmon().awaitRounds(1);
                assertEquals(Map.of(), watch.failures(), "round " + i + ": " + watch);
            }
        }
        Lab.report("a node removed gracefully and added, %d times: no failed result".formatted(NODE_ROUNDS));
    }

    /** As docs/security.md turns it on while kconmon runs: all agents at once. */
    @Test
    @Order(10)
    void anUpgradeToTlsFailsNoTestAndTlsAndTheTokenAreRequired() throws Exception {
        String host = "kconmon-controller.%s.svc.cluster.local".formatted(Lab.NAMESPACE);
        Path certificate = folder.resolve("tls.crt");
        Path key = folder.resolve("tls.key");
        TestCertificate.named("controller").names("IP:127.0.0.1", "DNS:" + host).make().write(certificate, key);
        secret("kconmon-tls", "--type=kubernetes.io/tls", "--from-file=tls.crt=" + certificate,
                "--from-file=tls.key=" + key, "--from-file=ca.crt=" + certificate);
        try (var watch = new FailureWatch(kconmon())) {
            kconmon().upgrade("tls.existingSecret=kconmon-tls",
                    "agent.updateStrategy.rollingUpdate.maxUnavailable=100%");
            kconmon().awaitRounds(2);
            assertEquals(Map.of(), watch.failures(), watch::toString);
        }
        for (Pod controller : kconmon().pods("controller")) {
            String url = "https://%s:8080".formatted(host);
            String[] tls = {"--cacert", certificate.toString(), "--resolve",
                    "%s:8080:%s".formatted(host, controller.ip())};
            assertEquals("200", status(url + "/metrics", tls));
            assertEquals("401", status(url + "/agents", tls));
            assertEquals("200", status(url + "/agents", with(tls, "--header", RIGHT)));
            for (int i = 0; i < 20; i++) {
                assertEquals("401", status(url + "/agents", with(tls, "--header", WRONG)));
            }
            assertEquals(1, lab().kubectl("logs", "-n", Lab.NAMESPACE, controller.name()).lines()
                    .filter(it -> it.contains("without the right token")).count(), "lines about 21 wrong tokens");
            assertEquals("000", status("http://%s:8080/agents".formatted(controller.ip()), "--header", RIGHT));
        }
        kconmon().test();
    }

    @Test
    @Order(11)
    void uninstallingLeavesNothingBehind() throws Exception {
        kconmon().uninstall();
        lab().kubectl("delete", "secret", "kconmon-token", "kconmon-tls", "-n", Lab.NAMESPACE, "--ignore-not-found");
        String kinds = "all,configmap,secret,serviceaccount,role,rolebinding,clusterrole,clusterrolebinding,"
                + "poddisruptionbudget,networkpolicy";
        Lab.eventually(SOON, () -> "pods stay",
                () -> says("get", "pods", "-n", Lab.NAMESPACE, "-o", "name").isEmpty());
        String left = lab().kubectl("get", kinds, "--all-namespaces", "-o", "name");
        assertEquals(List.of(), left.lines().filter(it -> it.contains("kconmon")).toList());
    }

    /** What needs nothing installed but kubectl; empty if the controller that is asked cannot be reached. */
    private static String meshStatus() {
        try {
            return lab().kubectl("get", "--raw",
                    "/api/v1/namespaces/%s/services/kconmon-controller:http/proxy/status".formatted(Lab.NAMESPACE));
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The messages of a node's Events, a line each. */
    private static String events(String node, String reason) {
        return says("get", "events", "-n", "default",
                "--field-selector=involvedObject.kind=Node,involvedObject.name=%s,reason=%s".formatted(node, reason),
                "-o",
                "jsonpath={range .items[*]}{.message}{\"\\n\"}{end}");
    }

    private static void secret(String name, String... of) throws IOException, InterruptedException {
        lab().kubectl(with(new String[]{"create", "secret", "generic", name, "-n", Lab.NAMESPACE}, of));
    }

    /** The status of the answer as curl prints it: 000 if there was none. */
    private static String status(String url, String... options) throws IOException, InterruptedException {
        return Tool.run("curl", List.of(with(options, "--silent", "--output", "/dev/null", "--max-time", "10",
                "--write-out", "%{http_code}", url))).output();
    }

    private static String[] with(String[] words, String... more) {
        return Stream.concat(Arrays.stream(words), Arrays.stream(more)).toArray(String[]::new);
    }

    /** Its process is asked to end, as a kubelet would ask it; a kubelet needs nobody to start the next. */
    private static void restart(Pod agent) throws InterruptedException {
        Instant begin = Instant.now();
        process(agent).destroy();
        kconmon().await(agent + " has stopped", String::isEmpty, agent);
        kconmon().await(agent + " serves again", page -> !page.isEmpty(), agent);
        Lab.report("%s restarted without an API server in %d ms".formatted(agent,
                Duration.between(begin, Instant.now()).toMillis()));
        assertEquals("", kconmon().page(agent).lines().filter(it -> it.startsWith("kconmon_udp_loss"))
                .collect(Collectors.joining()), "it knows nobody yet");
    }

    private static List<String> failed() throws IOException, InterruptedException {
        var failed = new ArrayList<String>();
        for (Pod agent : kconmon().agents()) {
            kconmon().page(agent).lines()
                    .filter(it -> it.contains("_failures_total{") && FailureWatch.isLostOrRefused(it))
                    .forEach(failed::add);
        }
        return failed;
    }

    private static double failures(Pod agent, String kind) throws InterruptedException {
        return series(kconmon().page(agent), "kconmon_%s_results_total".formatted(kind), "result=\"fail\"");
    }

    private static void awaitFailures(List<Pod> sources, String kind, double wanted)
            throws IOException, InterruptedException {
        for (Pod agent : sources) {
            kconmon().await("%.0f failures of %s to lab-3".formatted(wanted, kind),
                    page -> series(page, "kconmon_%s_results_total".formatted(kind), "result=\"fail\"") >= wanted,
                    agent);
        }
    }

    /** Of both directions between the first two nodes, for that is where packets are dropped. */
    private static double lost(List<Pod> agents) {
        return agents.stream().mapToDouble(it -> series(quietly(() -> kconmon().page(it)), "kconmon_udp_packets_total",
                "outcome=\"lost\"")).sum();
    }

    private static double dropped() {
        Matcher count = Pattern.compile("\\(([0-9]+) packets dropped\\)")
                .matcher(quietly(() -> lab().cluster("fault", "list")));
        return count.find() ? Double.parseDouble(count.group(1)) : 0;
    }

    /** How many packets all agents together answer in that time. */
    private static double answeredIn(Duration time, List<Pod> agents) throws InterruptedException {
        double before = answered(agents);
        Thread.sleep(time);
        return answered(agents) - before;
    }

    private static double answered(List<Pod> agents) {
        return agents.stream()
                .mapToDouble(it -> series(quietly(() -> kconmon().page(it)), "kconmon_echo_answered_total", "")).sum();
    }

    /** The sum of all series of that name that have the label. */
    private static double series(String page, String name, String label) {
        return page.lines().filter(it -> it.startsWith(name + "{") || it.startsWith(name + " "))
                .filter(it -> it.contains(label))
                .mapToDouble(it -> Double.parseDouble(it.substring(it.lastIndexOf(' ') + 1))).sum();
    }

    private static void rolledOut() throws IOException, InterruptedException {
        lab().kubectl("rollout", "status", "daemonset/kconmon-agent", "-n", Lab.NAMESPACE, "--timeout=120s");
    }

    private static Set<String> uids() throws IOException, InterruptedException {
        return Stream.concat(kconmon().pods("agent").stream(), kconmon().pods("controller").stream()).map(Pod::uid)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The documents' scrape configuration, with every pod's ports as a file in place of its discovery. */
    private static JsonNode readmesConfiguration(Path targets) throws IOException {
        Matcher block = Pattern.compile("(?s)```yaml\n(scrape_configs:.*?)```")
                .matcher(Chart.read(Chart.DOCS.resolveSibling("README.md")));
        assertTrue(block.find());
        JsonNode configuration = Chart.YAML.readTree(block.group(1));
        var job = (ObjectNode) configuration.at("/scrape_configs/0");
        assertEquals("pod", job.at("/kubernetes_sd_configs/0/role").asText());
        job.remove("kubernetes_sd_configs");
        job.put("scrape_interval", "1s");
        job.putArray("file_sd_configs").addObject().putArray("files").add(targets.toString());
        return configuration;
    }

    private static ArrayNode discovered() throws IOException, InterruptedException {
        ArrayNode targets = Chart.JSON.createArrayNode();
        JsonNode pods = Chart.JSON.readTree(lab().kubectl("get", "pods", "--all-namespaces", "-o", "json"));
        for (JsonNode pod : pods.path("items")) {
            for (JsonNode port : pod.at("/spec/containers/0/ports")) {
                ObjectNode target = targets.addObject();
                target.putArray("targets")
                        .add(pod.at("/status/podIP").asText() + ":" + port.path("containerPort").asText());
                ObjectNode labels = target.putObject("labels");
                labels.put("__meta_kubernetes_pod_node_name", pod.at("/spec/nodeName").asText());
                labels.put("__meta_kubernetes_pod_container_port_name", port.path("name").asText());
                pod.at("/metadata/labels").properties()
                        .forEach(it -> labels.put(
                                "__meta_kubernetes_pod_label_" + it.getKey().replaceAll("[^A-Za-z0-9_]", "_"),
                                it.getValue().asText()));
            }
        }
        return targets;
    }

    private static Duration startedToReady(Pod pod) {
        Instant started = Instant.parse(pod.json().at("/status/containerStatuses/0/state/running/startedAt").asText());
        JsonNode ready = pod.json().at("/status/conditions").valueStream()
                .filter(it -> it.path("type").asText().equals("Ready")).findFirst().orElseThrow();
        return Duration.between(started, Instant.parse(ready.path("lastTransitionTime").asText()));
    }

    /** The one that runs kconmon there. */
    private static ProcessHandle process(Pod pod) {
        String container = pod.json().at("/status/containerStatuses/0/containerID").asText().replaceFirst(".*//", "");
        return ProcessHandle.allProcesses()
                .filter(it -> readQuietly(Path.of("/proc", String.valueOf(it.pid()), "cgroup")).contains(container))
                .findFirst().orElseThrow();
    }

    /** From the kernel. */
    private static String memory(Pod pod) {
        return readQuietly(Path.of("/proc", String.valueOf(process(pod).pid()), "status")).lines()
                .filter(line -> line.matches("(VmHWM|VmRSS|RssAnon|Threads):.*"))
                .map(line -> line.replaceAll("\\s+", " ")).collect(Collectors.joining(", "));
    }

    private static String readQuietly(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has just ended
        }
    }

    private interface Asked<T> {
        T ask() throws IOException, InterruptedException;
    }

    private static <T> T quietly(Asked<T> question) {
        try {
            return question.ask();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String says(String... kubectl) {
        return quietly(() -> lab().kubectl(kubectl)).strip();
    }

    private static Lab lab() {
        return requireNonNull(up);
    }

    private static Installed kconmon() {
        return requireNonNull(installed);
    }
}
