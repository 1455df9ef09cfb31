package io.kconmon.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.k8s.FakeApi.Request;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterBoard;
import io.kconmon.testkit.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The source against an API server that is played by hand, line by line. */
class KubernetesRosterSourceTest {

    private static final Timeouts QUICK = new Timeouts(Duration.ofMillis(20), Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofMillis(1), Duration.ofMillis(50));

    private final RosterBoard board = new RosterBoard();
    private FakeApi api;
    private @Nullable KubernetesRosterSource source;
    private @Nullable String revision;

    @BeforeEach
    void listen() throws IOException {
        api = new FakeApi();
    }

    @AfterEach
    void stop() {
        if (source != null) {
            source.close();
        }
        api.close();
    }

    @Test
    void nothingIsPostedBeforePodsAndNodesAreListedAndWatched() throws Exception {
        start(QUICK);
        api.nodes().list("5", "", node("n1"));
        Request nodeWatch = api.nodes().watch("5");
        Request podList = api.pods();
        assertEquals("app.kubernetes.io/name=kconmon,app.kubernetes.io/component=agent",
                podList.query().get("labelSelector"));
        nodeWatch.event("ADDED", node("n2"));
        eventually(() -> events() == 1);
        assertTrue(board.roster().isEmpty());
        podList.list("6", "", pod("p1", "n1", true));
        Request podWatch = api.pods();
        assertTrue(board.roster().isEmpty());
        podWatch.watch("6");
        expect(agent("p1", "n1", false));
        assertTrue(board.trouble().isEmpty());
    }

    @Test
    void pagesAreReadToTheLast() throws Exception {
        start(QUICK);
        Request first = api.nodes();
        assertFalse(first.query().containsKey("continue"));
        first.list("5", "more&more=", node("n1"));
        Request second = api.nodes();
        assertEquals("more&more=", second.query().get("continue"));
        second.zipped("{'metadata':{'resourceVersion':'5'},'items':[" + node("n2") + "]}");
        api.nodes().watch("5");
        api.pods().list("6", "", pod("p1", "n1", true), pod("p2", "n2", true));
        api.pods().watch("6");
        expect(agent("p1", "n1", false), agent("p2", "n2", false));
    }

    @Test
    void everyEventCounts() throws Exception {
        start(QUICK);
        Request nodes = nodes("5", node("n1"));
        Request pods = pods("6");
        expect();
        pods.event("ADDED", pod("p1", "n1", false).replace("00:00:07", "00:00:00"));
        pods.event("MODIFIED", pod("p1", "n1", true));
        expect(agent("p1", "n1", false));
        pods.event("MODIFIED", pod("p1", "n1", false));
        expect(agent("p1", "n1", true));
        nodes.event("MODIFIED", node("n1").replace("'True'", "'Unknown'"));
        expect(agent("p1", "n1", false));
        nodes.event("MODIFIED", node("n1").replace("'zone-a'", "'zone-z'"));
        expect(new Agent("p1", "n1", "10.0.0.1", "zone-z", Agent.COMMON_PORT, true));
        pods.event("DELETED", pod("p1", "n1", true));
        expect();
        pods.event("ADDED", pod("p1", "n1", true));
        expect(new Agent("p1", "n1", "10.0.0.1", "zone-z", Agent.COMMON_PORT, false));
        nodes.event("DELETED", node("n1"));
        expect();
    }

    @Test
    void aWatchThatEndsIsResumed() throws Exception {
        start(QUICK);
        nodes("5", node("n1"));
        Request pods = pods("6", pod("p1", "n1", true));
        expect(agent("p1", "n1", false));
        pods.event("BOOKMARK", "{'kind':'Pod','metadata':{'resourceVersion':'70'}}").end();
        pods = api.pods().watch("70");
        pods.event("DELETED", pod("p1", "n1", true).replace("'1'", "'71'"));
        expect();
        pods.cut();
        pods = api.pods().watch("71");
        pods.event("ADDED", pod("p2", "n1", true));
        expect(agent("p2", "n1", false));
        assertEquals(2, lists());
        assertEquals(0, started().troubles());
    }

    @Test
    void anEventOfStatus410ListsAnew() throws Exception {
        start(QUICK);
        nodes("5", node("n1"), node("n2"));
        Request pods = pods("6", pod("p1", "n1", true), pod("p2", "n2", true));
        expect(agent("p1", "n1", false), agent("p2", "n2", false));
        pods.event("ERROR",
                "{'kind':'Status','status':'Failure','message':'too old resource version','reason':'Expired','code':410}");
        pods("90", pod("p2", "n2", true));
        expect(agent("p2", "n2", false));
        assertEquals(0, started().troubles());
    }

    @Test
    void anAnswerOfStatus410ListsAnew() throws Exception {
        start(QUICK);
        nodes("5", node("n1"));
        pods("6", pod("p1", "n1", true)).end();
        expect(agent("p1", "n1", false));
        api.pods().refuse(410, "too old resource version");
        pods("90");
        expect();
        assertEquals(0, started().troubles());
    }

    @Test
    void aRefusalIsReportedUntilTheRightIsGranted() throws Exception {
        start(QUICK);
        pods("6", pod("p1", "n1", true));
        api.nodes().refuse(403, "nodes is forbidden: User x cannot list");
        troubleIs("may not list nodes (403): nodes is forbidden: User x cannot list;"
                + " the ClusterRole needs get, list, watch on nodes");
        api.nodes().refuse(401, "Unauthorized");
        troubleIs("may not list nodes (401): Unauthorized;"
                + " the API server does not know us: is the token or certificate valid?");
        api.nodes().answer(503, "<html>bad gateway</html>");
        troubleIs("cannot list nodes (503): HTTP status 503");
        api.nodes().answer(200, "<html>log in</html>");
        troubleStarts("cannot list nodes: " + api.url() + ": ");
        api.nodes().answer(200, "{}");
        troubleIs("cannot list nodes: " + api.url() + ": it is not a list");
        api.nodes().list("5", "", node("n1"));
        api.nodes().refuse(403, "no watching");
        troubleIs("may not watch nodes (403): no watching; the ClusterRole needs get, list, watch on nodes");
        assertTrue(board.roster().isEmpty());
        api.nodes().watch("5");
        expect(agent("p1", "n1", false));
        assertTrue(board.trouble().isEmpty());
    }

    @Test
    void aServerThatGoesAwayLeavesTheLastRosterUp() throws Exception {
        start(QUICK);
        nodes("5", node("n1"));
        pods("6", pod("p1", "n1", true));
        expect(agent("p1", "n1", false));
        api.goAway();
        troubleIs(
                "cannot watch nodes: %1$s: 127.0.0.1: connection refused; cannot watch pods in namespace monitoring: %1$s: 127.0.0.1: connection refused"
                        .formatted(api.url()));
        assertEquals(1, board.roster().orElseThrow().size());
        Duration age = board.age();
        eventually(() -> board.age().compareTo(age) > 0);
        api.comeBack();
        api.nodes().watch("5");
        Request pods = api.pods().watch("6");
        eventually(() -> board.trouble().isEmpty());
        assertEquals(Duration.ZERO, board.age());
        pods.event("DELETED", pod("p1", "n1", true));
        expect();
    }

    @Test
    void aWatchThatDiesInSilenceIsNoticed() throws Exception {
        start(new Timeouts(QUICK.merge(), Duration.ofMillis(1500), Duration.ofSeconds(10), Duration.ofMillis(500),
                Duration.ofMillis(100), QUICK.retry(), QUICK.retryAtMost()));
        nodes("5", node("n1"));
        pods("6", pod("p1", "n1", true));
        expect(agent("p1", "n1", false));
        // neither sends another event, and a new watch is not answered
        api.nodes();
        troubleStarts("cannot watch nodes: " + api.url() + ": no answer within 1500 ms");
        assertTrue(board.age().compareTo(Duration.ofMillis(850)) > 0, () -> "age " + board.age());
        eventually(() -> watchAgain("5"));
        eventually(() -> board.trouble().filter(it -> it.contains("nodes")).isEmpty());
    }

    @Test
    void changesThatComeTogetherArePostedTogether() throws Exception {
        var merge = Duration.ofMillis(200);
        start(new Timeouts(merge, QUICK.answer(), QUICK.page(), QUICK.watch(), QUICK.grace(), QUICK.retry(),
                QUICK.retryAtMost()));
        Request nodes = nodes("5");
        Request pods = pods("6");
        expect();
        long begin = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
            nodes.event("ADDED", node("n" + i));
            pods.event("ADDED", pod("p" + i, "n" + i, true));
        }
        eventually(() -> board.roster().orElseThrow().size() == 1000);
        long windows = (System.nanoTime() - begin) / merge.toNanos();
        long rosters = started().rosters();
        assertTrue(rosters <= windows + 3, () -> rosters + " rosters in " + windows + " windows");
        assertEquals(2000, events());
    }

    @Test
    void heartbeatsPostNoRosters() throws Exception {
        start(QUICK);
        Request nodes = nodes("5", node("n1"));
        Request pods = pods("6", pod("p1", "n1", true));
        expect(agent("p1", "n1", false));
        long before = started().rosters();
        for (int i = 0; i < 500; i++) {
            nodes.event("MODIFIED", node("n1").replace("00:00:10", "00:01:10"));
        }
        eventually(() -> events() == 500);
        pods.event("ADDED", pod("p2", "n2", true));
        nodes.event("ADDED", node("n2"));
        expect(agent("p1", "n1", false), agent("p2", "n2", false));
        long made = started().rosters() - before;
        assertTrue(made <= 2, () -> made + " rosters");
    }

    @Test
    void eachTryWaitsLongerUntilOneSucceeds() throws Exception {
        start(new Timeouts(QUICK.merge(), QUICK.answer(), QUICK.page(), QUICK.watch(), QUICK.grace(),
                Duration.ofMillis(10), Duration.ofMinutes(10)));
        pods("6");
        long begin = System.nanoTime();
        for (int i = 0; i < 8; i++) {
            api.nodes().refuse(503, "not now");
        }
        Request granted = api.nodes();
        Duration taken = Duration.ofNanos(System.nanoTime() - begin);
        // 10, 20, ... 1280 ms, of which jitter takes half away at the most
        assertTrue(taken.toMillis() >= 2550 / 2, () -> "only " + taken);
        granted.list("5", "");
        api.nodes().watch("5").event("ADDED", node("n1")).end();
        api.nodes().refuse(503, "not now");
        begin = System.nanoTime();
        api.nodes();
        Duration anew = Duration.ofNanos(System.nanoTime() - begin);
        assertTrue(anew.toMillis() < 2560 / 2, () -> "still " + anew);
    }

    @Test
    void invalidAnswersDoNotEndTheWatch() throws Exception {
        start(QUICK);
        nodes("5", node("n1"));
        Request pods = pods("6", "{}", "{'metadata':{}}", pod("p1", "n1", true));
        expect(agent("p1", "n1", false));
        pods.event("MODIFIED", "{'metadata':'a string'}");
        troubleStarts("cannot watch pods in namespace monitoring: " + api.url() + ": ");
        api.pods().watch("6").event("LATER", "{}").event("DELETED", pod("p1", "n1", true));
        expect();
    }

    @Test
    void unexpectedExceptionsAreReported() throws Exception {
        start(QUICK);
        nodes("5", node("n1"));
        Request pods = pods("6", pod("p1", "n1", true));
        expect(agent("p1", "n1", false));
        pods.event("ADDED", "null");
        troubleIs("cannot watch pods in namespace monitoring: " + api.url() + ": No value present");
        pods("7");
        expect();
    }

    @Test
    void aTokenThatCannotBeSentIsReportedAndNotShown() throws Exception {
        start(QUICK, ApiServer.plain(api.url()).with(() -> Login.bearer("sec\nret")));
        troubleIs(("cannot list nodes: %1$s: WHY; cannot list pods in namespace monitoring: %1$s: WHY").formatted(
                api.url()).replace("WHY",
                        "no request can be made with these credentials: the token is not one line of ASCII"));
    }

    @Test
    void closingEndsEveryWait() throws Exception {
        start(QUICK);
        nodes("5", node("n1"));
        api.pods().half("{'metadata':");
        List<Thread> threads = started().threads();
        eventually(() -> threads.stream().anyMatch(it -> Arrays.toString(it.getStackTrace()).contains("Wire.page")));
        started().close();
        for (Thread thread : threads) {
            assertFalse(thread.isAlive(), thread::getName);
        }
        assertEquals(0, started().troubles());
    }

    private boolean watchAgain(String version) {
        try {
            api.nodes().watch(version);
            return true;
        } catch (InterruptedException | RuntimeException e) {
            return false; // nobody waits for that one any more
        }
    }

    private void start(Timeouts timeouts) {
        start(timeouts, ApiServer.plain(api.url()));
    }

    private void start(Timeouts timeouts, ApiServer server) {
        Settings settings = Settings.of(K8sSettings.ALL, Map.of());
        source = new KubernetesRosterSource(settings, new Credentials(server, "monitoring", "test"), board, timeouts);
        source.start();
    }

    private KubernetesRosterSource started() {
        return Objects.requireNonNull(source);
    }

    private long events() {
        return started().events();
    }

    private long lists() {
        return started().lists();
    }

    private Request nodes(String version, String... nodes) throws InterruptedException {
        api.nodes().list(version, "", nodes);
        return api.nodes().watch(version);
    }

    private Request pods(String version, String... pods) throws InterruptedException {
        api.pods().list(version, "", pods);
        return api.pods().watch(version);
    }

    /** Until the board shows these, by any states in between. */
    private void expect(Agent... agents) throws InterruptedException {
        Roster wanted = Roster.of(List.of(agents));
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!board.roster().equals(Optional.of(wanted))) {
            var next = board.awaitOtherThan(revision, Duration.ofNanos(end - System.nanoTime()));
            assertTrue(next.isPresent(), () -> "not " + wanted + " but " + board.roster() + ", " + board.trouble());
            revision = next.orElseThrow().revision();
        }
    }

    private void troubleIs(String words) {
        eventually(() -> board.trouble().equals(Optional.of(words)), () -> words);
    }

    private void troubleStarts(String words) {
        eventually(() -> board.trouble().orElse("").startsWith(words), () -> words);
    }

    private void eventually(Eventually.Condition condition) {
        eventually(condition, () -> "it");
    }

    private void eventually(Eventually.Condition condition, Supplier<String> what) {
        Eventually.eventually(() -> what.get() + " did not come; " + board.trouble() + ", " + board.roster(),
                Eventually.PATIENCE, condition);
    }

    private static Agent agent(String name, String node, boolean paused) {
        return new Agent(name, node, "10.0.0.1", "zone-a", Agent.COMMON_PORT, paused);
    }

    private static String node(String name) {
        return """
                {'metadata': {'name': '%s', 'resourceVersion': '1', 'labels': {'topology.kubernetes.io/zone': 'zone-a'}}, \
                'status': {'conditions': [{'type': 'Ready', 'status': 'True', \
                'lastHeartbeatTime': '2026-01-01T00:00:10Z', 'lastTransitionTime': '2026-01-01T00:00:09Z'}]}}"""
                .formatted(name);
    }

    private static String pod(String name, String node, boolean ready) {
        return """
                {'metadata': {'name': '%s', 'resourceVersion': '1'}, 'spec': {'nodeName': '%s'}, \
                'status': {'phase': 'Running', 'podIP': '10.0.0.1', 'startTime': '2026-01-01T00:00:00Z', \
                'conditions': [{'type': 'Ready', 'status': '%s', 'lastTransitionTime': '2026-01-01T00:00:07Z'}]}}"""
                .formatted(name, node, ready ? "True" : "False");
    }
}
