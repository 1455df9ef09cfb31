package io.kconmon.k8s;

import static io.kconmon.k8s.Lab.report;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.config.Settings;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterBoard;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.Nullable;

/** The source against a real API server, real kubelets and a real controller manager. The last test kills a machine. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KubernetesRosterSourceLabIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    private static @Nullable Lab up;

    private final RosterBoard board = new RosterBoard();
    private @Nullable KubernetesRosterSource source;

    @BeforeAll
    static void clusterUp() throws Exception {
        up = Lab.up(3);
        for (int node = 1; node <= 3; node++) {
            lab().apply(pod("agent-" + node, "lab-" + node, ""));
        }
    }

    @AfterAll
    static void clusterDown() throws Exception {
        if (up != null) {
            up.down();
        }
    }

    private static Lab lab() {
        return Objects.requireNonNull(up);
    }

    @AfterEach
    void close() {
        if (source != null) {
            source.close();
        }
    }

    @Test
    @Order(1)
    void podsComeAndGo() throws Exception {
        start(lab().admin());
        await("three agents", roster -> roster.size() == 3);
        assertEquals(Map.of("agent-1", "lab-1/zone-a/false", "agent-2", "lab-2/zone-b/false", "agent-3",
                "lab-3/zone-c/false"), seen());

        lab().apply(pod("late", "lab-1", ""));
        await("the newer of two on a node", roster -> roster.find("late").isPresent() && roster.size() == 3);
        long begin = System.nanoTime();
        lab().call("DELETE", "/api/v1/namespaces/" + Lab.NAMESPACE + "/pods/late", "application/json", "{}");
        await("out at once", roster -> roster.find("late").isEmpty());
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        report("pod deleted -> out of the roster: %d ms, the request included".formatted(millis));
        assertTrue(millis < 10_000, () -> millis + " ms"); // the next list is minutes away
        assertEquals(3, board.roster().orElseThrow().size());
    }

    @Test
    @Order(2)
    void aPodThatWasNeverReadyIsNotInTheRoster() throws Exception {
        lab().apply(pod("sick", "lab-1", ", readinessProbe: {tcpSocket: {port: 1}, periodSeconds: 1}")
                .replace("component: agent", "component: sick"));
        Lab.eventually(SOON, () -> "sick does not run", () -> podSays("sick", "{.status.phase}").equals("Running"));
        var settings = Settings.of(K8sSettings.ALL, Map.of("agent-selector", "app.kubernetes.io/component in (sick)"));
        source = new KubernetesRosterSource(settings, lab().admin(), board, Timeouts.USUAL);
        started().start();
        await("nobody", roster -> roster.size() == 0);
        assertEquals(1, started().podsKnown());
        report("never Ready: started %s, Ready turned %s".formatted(podSays("sick", "{.status.startTime}"),
                podSays("sick",
                        "{.status.conditions[?(@.type==\"Ready\")].lastTransitionTime}")));
        lab().kubectl("delete", "pod", "sick", "-n", Lab.NAMESPACE, "--wait=false");
    }

    @Test
    @Order(2)
    void aRestartingAgentIsPausedAlsoForANewController() throws Exception {
        start(lab().admin());
        await("three agents", roster -> roster.size() == 3);
        // the second restart is held back by the kubelet for 10 s
        for (int restart = 0; restart < 2; restart++) {
            int before = restart;
            Lab.eventually(SOON, () -> "not running again",
                    () -> podSays("agent-2",
                            "{.status.containerStatuses[0].restartCount} {.status.containerStatuses[0].ready}")
                            .equals(before + " true"));
            String container = podSays("agent-2", "{.status.containerStatuses[0].containerID}").replaceAll(".*/", "");
            Lab.run(List.of("ctr", "-a", lab().state().resolve("lab-2/containerd.sock").toString(), "-n", "k8s.io",
                    "tasks", "kill", "-s", "SIGKILL", container), "");
        }
        await("paused", roster -> roster.find("agent-2").map(Agent::paused).orElse(false));
        var other = new RosterBoard();
        try (var restarted = source(lab().admin(), other)) {
            restarted.start();
            Roster first = other.awaitOtherThan(null, SOON).orElseThrow();
            assertTrue(first.find("agent-2").map(Agent::paused).orElse(false), first::toString);
        }
        await("back", roster -> roster.find("agent-2").map(it -> !it.paused()).orElse(false));
    }

    @Test
    @Order(2)
    void nodesChange() throws Exception {
        lab().apply(node("fake", "zone-x"));
        fakePod("on-fake", "fake");
        start(lab().admin());
        await("the fake one", roster -> roster.find("on-fake").map(it -> it.zone().equals("zone-x")).orElse(false));
        lab().kubectl("label", "node", "fake", "topology.kubernetes.io/zone=zone-y", "--overwrite");
        await("another zone", roster -> roster.find("on-fake").map(it -> it.zone().equals("zone-y")).orElse(false));
        lab().kubectl("label", "node", "fake", "topology.kubernetes.io/zone-");
        await("no zone", roster -> roster.find("on-fake").map(it -> it.zone().equals("unknown")).orElse(false));
        Lab.eventually(SOON, () -> "fake stays Ready", () -> says("get", "node", "fake", "-o",
                "jsonpath={.status.conditions[?(@.type==\"Ready\")].status}").equals("Unknown"));
        assertEquals("fake/unknown/false", seen().get("on-fake"));
        lab().kubectl("cordon", "fake");
        await("paused", roster -> roster.find("on-fake").map(Agent::paused).orElse(false));
        lab().kubectl("uncordon", "fake");
        await("not paused", roster -> roster.find("on-fake").map(it -> !it.paused()).orElse(false));
        lab().kubectl("taint", "node", "fake", "ToBeDeletedByClusterAutoscaler=1:NoSchedule");
        await("out", roster -> roster.find("on-fake").isEmpty());
        lab().kubectl("taint", "node", "fake", "ToBeDeletedByClusterAutoscaler-");
        await("in", roster -> roster.find("on-fake").isPresent());
        lab().kubectl("delete", "node", "fake");
        await("gone", roster -> roster.find("on-fake").isEmpty());
        assertEquals(3, board.roster().orElseThrow().size());
    }

    @Test
    @Order(3)
    void missingRightsAreReported(@TempDir Path account) throws Exception {
        lab().apply("{apiVersion: v1, kind: ServiceAccount, metadata: {name: controller, namespace: monitoring}}");
        Lab.eventually(SOON, () -> "no token", () -> !secretOf("controller").isEmpty());
        String secret = secretOf("controller");
        Files.writeString(account.resolve("token"), decoded(secret, "token"));
        Files.writeString(account.resolve("ca.crt"), decoded(secret, "ca\\.crt"));
        Files.writeString(account.resolve("namespace"), decoded(secret, "namespace"));
        URI server = URI.create(lab().server());
        Credentials inCluster = Credentials.find(Settings.of(K8sSettings.ALL, Map.of()),
                Map.of("KUBERNETES_SERVICE_HOST", server.getHost(), "KUBERNETES_SERVICE_PORT",
                        String.valueOf(server.getPort())),
                account,
                account);
        start(inCluster);
        Lab.eventually(SOON, () -> "no word of pods: " + board.trouble(),
                () -> board.trouble().orElse("").contains("pods is forbidden"));
        Lab.eventually(SOON, () -> "no word of nodes", () -> board.trouble().orElse("").contains("nodes is forbidden"));
        assertEquals(
                "may not list nodes (403): nodes is forbidden: User \"system:serviceaccount:monitoring:controller\""
                        + " cannot list resource \"nodes\" in API group \"\" at the cluster scope;"
                        + " the ClusterRole needs get, list, watch on nodes; "
                        + "may not list pods in namespace monitoring (403): pods is forbidden:"
                        + " User \"system:serviceaccount:monitoring:controller\" cannot list resource \"pods\" in API group \"\""
                        + " in the namespace \"monitoring\"; the Role there needs get, list, watch on pods",
                board.trouble().orElseThrow());
        assertTrue(board.roster().isEmpty());
        lab().apply(
                """
                        {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: nodes},
                          rules: [{apiGroups: [""], resources: [nodes], verbs: [get, list, watch]}]}
                        ---
                        {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: nodes},
                          roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: nodes},
                          subjects: [{kind: ServiceAccount, name: controller, namespace: monitoring}]}
                        ---
                        {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: pods, namespace: monitoring},
                          rules: [{apiGroups: [""], resources: [pods], verbs: [get, list, watch]}]}
                        ---
                        {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: pods, namespace: monitoring},
                          roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: pods},
                          subjects: [{kind: ServiceAccount, name: controller, namespace: monitoring}]}
                        """);
        await("three agents", roster -> roster.size() == 3);
        assertEquals(Optional.empty(), board.trouble());
    }

    @Test
    @Order(4)
    void theApiServerIsKilledAndComesBackWithoutOurResourceVersion() throws Exception {
        start(lab().admin());
        await("three agents", roster -> roster.size() == 3);
        long lists = started().lists();
        lab().cluster("fault", "apiserver-kill");
        long begin = System.nanoTime();
        Lab.eventually(SOON, () -> "no trouble", () -> board.trouble().isPresent());
        report("API server killed -> trouble: %d ms after the kill: %s"
                .formatted(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin), board.trouble().orElse("")));
        assertEquals(3, board.roster().orElseThrow().size());
        lab().cluster("fault", "apiserver-start");
        begin = System.nanoTime();
        Lab.eventually(SOON, () -> "still " + board.trouble(), () -> board.trouble().isEmpty());
        report("API server ready again -> well: %d ms; lists %d -> %d"
                .formatted(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin), lists, started().lists()));
        lab().apply(pod("after", "lab-1", ""));
        await("changes come again", roster -> roster.find("after").isPresent());
        lab().kubectl("delete", "pod", "after", "-n", Lab.NAMESPACE, "--wait=false");
        await("and again", roster -> roster.find("after").isEmpty());
    }

    @Test
    @Order(5)
    void aDeadConnectionAndAnOutdatedResourceVersionAreNoticed() throws Exception {
        Credentials found = lab().admin();
        ApiServer real = found.server();
        URI server = URI.create(lab().server());
        try (var wire = new CuttableWire(server.getHost(), server.getPort())) {
            ServerAddress cuttable = ServerAddress.ofServer("https://127.0.0.1:" + wire.port(), true).orElseThrow();
            var admin = new Credentials(
                    new ApiServer(cuttable, real.proxy(), real.tls(), real.login(), real.headers(), true),
                    found.namespace(), found.from());
            Timeouts usual = Timeouts.USUAL;
            source = new KubernetesRosterSource(Settings.of(K8sSettings.ALL, Map.of()), admin, board,
                    new Timeouts(usual.merge(), Duration.ofSeconds(2), usual.page(), Duration.ofSeconds(5),
                            Duration.ofSeconds(1), usual.retry(), usual.retryAtMost()));
            started().start();
            await("three agents", roster -> roster.size() == 3);
            wire.freeze();
            long begin = System.nanoTime();
            Lab.eventually(SOON, () -> "no trouble", () -> board.trouble().isPresent());
            report("connection dead, watches of 5 s -> trouble after %d ms, of age %d ms: %s".formatted(
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin), board.age().toMillis(),
                    board.trouble().orElse("")));
            assertTrue(board.age().compareTo(Duration.ofSeconds(3)) > 0, () -> "age " + board.age());
            // Meanwhile the world goes on, and history is forgotten: compacted in etcd, and a new API server has none.
            lab().kubectl("label", "node", "lab-1", "topology.kubernetes.io/zone=elsewhere", "--overwrite");
            lab().kubectl("label", "pod", "agent-3", "-n", Lab.NAMESPACE, "app.kubernetes.io/component=other",
                    "--overwrite");
            lab().cluster("fault", "apiserver-kill");
            report("compacted at revision " + lab().compact());
            lab().cluster("fault", "apiserver-start");
            long lists = started().lists();
            wire.thaw();
            await("what was missed", roster -> roster.size() == 2
                    && roster.find("agent-1").map(it -> it.zone().equals("elsewhere")).orElse(false));
            assertTrue(started().lists() > lists, "the place was still known");
            Lab.eventually(SOON, () -> "still " + board.trouble(), () -> board.trouble().isEmpty());
            lab().kubectl("label", "pod", "agent-3", "-n", Lab.NAMESPACE, "app.kubernetes.io/component=agent",
                    "--overwrite");
            await("three again", roster -> roster.size() == 3);
        }
    }

    @Test
    @Order(9)
    void aDeadMachineStaysInUntilItsNodeIsDeleted() throws Exception {
        start(lab().admin());
        await("three agents", roster -> roster.size() == 3);
        lab().cluster("remove-node", "3");
        Lab.eventually(Duration.ofSeconds(60), () -> "the node stays Ready", () -> says("get", "node", "lab-3", "-o",
                "jsonpath={.status.conditions[?(@.type==\"Ready\")].status}").equals("Unknown"));
        Lab.eventually(Duration.ofSeconds(60), () -> "the pod stays Ready", () -> podSays("agent-3",
                "{.status.conditions[?(@.type==\"Ready\")].status}").equals("False"));
        assertEquals("lab-3/zone-c/false", seen().get("agent-3"));
        report("dead: started %s, Ready turned %s".formatted(podSays("agent-3", "{.status.startTime}"),
                podSays("agent-3",
                        "{.status.conditions[?(@.type==\"Ready\")].lastTransitionTime}")));
        // the taint manager deletes the pod after 30 s; nobody is there to carry that out
        Lab.eventually(Duration.ofSeconds(90), () -> "the pod is not evicted",
                () -> !podSays("agent-3", "{.metadata.deletionTimestamp}").isEmpty());
        assertEquals("lab-3/zone-c/false", seen().get("agent-3"));
        var other = new RosterBoard();
        try (var restarted = source(lab().admin(), other)) {
            restarted.start();
            assertEquals(board.roster().orElseThrow(), other.awaitOtherThan(null, SOON).orElseThrow());
        }
        lab().kubectl("delete", "node", "lab-3");
        await("out with its node", roster -> roster.find("agent-3").isEmpty());
    }

    private void start(Credentials credentials) {
        source = source(credentials, board);
        source.start();
    }

    private static KubernetesRosterSource source(Credentials credentials, RosterBoard board) {
        return new KubernetesRosterSource(Settings.of(K8sSettings.ALL, Map.of()), credentials, board, Timeouts.USUAL);
    }

    private KubernetesRosterSource started() {
        return Objects.requireNonNull(source);
    }

    private void await(String what, Predicate<Roster> wanted) throws InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        Optional<Roster> roster = board.roster();
        while (roster.isEmpty() || !wanted.test(roster.orElseThrow())) {
            Optional<Roster> last = roster;
            roster = board.awaitOtherThan(last.map(Roster::revision).orElse(null),
                    Duration.ofNanos(end - System.nanoTime()));
            assertTrue(roster.isPresent(), () -> what + " did not come: " + last + ", " + board.trouble());
        }
    }

    private Map<String, String> seen() {
        return board.roster().orElseThrow().agents().stream().collect(Collectors.toMap(Agent::name,
                it -> it.nodeName() + "/" + it.zone() + "/" + it.paused()));
    }

    private static String says(String... kubectl) {
        try {
            return lab().kubectl(kubectl).strip();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String podSays(String name, String path) {
        return says("get", "pod", name, "-n", Lab.NAMESPACE, "-o", "jsonpath=" + path);
    }

    private static String secretOf(String account) {
        return says("get", "serviceaccount", account, "-n", Lab.NAMESPACE, "-o", "jsonpath={.secrets[0].name}");
    }

    private static String decoded(String secret, String key) {
        String data = says("get", "secret", secret, "-n", Lab.NAMESPACE, "-o", "jsonpath={.data." + key + "}");
        return new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
    }

    private static String pod(String name, String node, String more) {
        return """
                {apiVersion: v1, kind: Pod, metadata: {name: %s, namespace: %s,
                  labels: {app.kubernetes.io/name: kconmon, app.kubernetes.io/component: agent}},
                  spec: {nodeName: %s, terminationGracePeriodSeconds: 5,
                    containers: [{name: agent, image: "localhost/pause:1", imagePullPolicy: Never%s}]}}
                """.formatted(name, Lab.NAMESPACE, node, more);
    }

    private static String node(String name, String zone) {
        return """
                {apiVersion: v1, kind: Node, metadata: {name: %s, labels: {topology.kubernetes.io/zone: %s}},
                  status: {conditions: [{type: Ready, status: "True", reason: KubeletReady}]}}
                """.formatted(name, zone);
    }

    /** A pod that no kubelet knows of, Ready by decree. */
    private static void fakePod(String name, String node) throws Exception {
        lab().apply(pod(name, node, ""));
        lab().call("PATCH", "/api/v1/namespaces/" + Lab.NAMESPACE + "/pods/" + name + "/status",
                "application/merge-patch+json",
                """
                        {"status": {"phase": "Running", "podIP": "10.244.99.1", "startTime": "2026-01-01T00:00:00Z",
                          "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:05Z"}]}}
                        """);
    }
}
