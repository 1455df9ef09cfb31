package io.kconmon.agent.mesh;

import static io.kconmon.testkit.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.mesh.HandProtocol.Run;
import io.kconmon.agent.probe.tcp.ScriptedTcp.Found;
import io.kconmon.agent.support.Pages;
import io.kconmon.shared.net.IpAddress;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import io.kconmon.testkit.CapturedLog;
import io.kconmon.testkit.Eventually;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MeshTest {

    private static final Agent A = new Agent("pod-a", "node-a", "127.0.0.11", "zone-1");
    private static final Agent B = new Agent("pod-b", "node-b", "127.0.0.12", "zone-1");
    private static final Agent C = new Agent("pod-c", "node-c", "127.0.0.13", "zone-2", 9090, false);
    private static final InetSocketAddress AT_B = new InetSocketAddress(IpAddress.of("127.0.0.12"), 8080);
    private static final InetSocketAddress AT_C = new InetSocketAddress(IpAddress.of("127.0.0.13"), 9090);

    private final Sockets sockets = Sockets.open();
    private final CapturedLog log = CapturedLog.withLevels("agent");
    private final LoopMonitor monitor = new LoopMonitor(lag -> {
    });
    private final HandProtocol protocol = new HandProtocol(false);
    private final AtomicLong now = new AtomicLong();
    private final Mesh mesh = mesh(protocol);

    private Mesh mesh(HandProtocol aimed) {
        return new Mesh(List.of(aimed.named("tcp")), 8080, sockets, monitor, PairMetrics.EVERY, now::get);
    }

    private void excused(int rounds) {
        String series = "kconmon_excused_rounds_total %d.0\n".formatted(rounds);
        eventually(series, () -> Pages.series(monitor::write).contains(series));
    }

    @AfterEach
    void close() {
        mesh.close();
        sockets.close();
        log.close();
    }

    private void update(Agent... agents) {
        mesh.update(Roster.of(List.of(agents)), "node-a");
    }

    /** Those of pairs. */
    private static String series(Mesh of) {
        return Pages.series(families -> of.write("node-a", "zone-1", families)).lines()
                .filter(it -> it.contains("destination=")).map(it -> it + "\n").collect(Collectors.joining());
    }

    private void shows(String expected) {
        eventually("the page is\n%sbut it is\n%s".formatted(expected, series(mesh)),
                () -> series(mesh).equals(expected));
    }

    private static String ends(String node, String zone) {
        return "destination=\"%s\",destination_zone=\"%s\",".formatted(node, zone);
    }

    private static String failed(String ends, int times) {
        return times == 0
                ? ""
                : "kconmon_tcp_failures_total{cause=\"refused\",%ssource=\"node-a\",source_zone=\"zone-1\"} %d.0\n"
                        .formatted(ends, times);
    }

    private static String gauges(String ends) {
        return """
                kconmon_tcp_connect_milliseconds{%1$ssource="node-a",source_zone="zone-1"} 0.25
                kconmon_tcp_duration_milliseconds{%1$ssource="node-a",source_zone="zone-1"} 1.25
                """.formatted(ends);
    }

    private static String counters(String ends, int passes, int failures) {
        return failed(ends, failures) + """
                kconmon_tcp_results_total{%1$sresult="fail",source="node-a",source_zone="zone-1"} %3$d.0
                kconmon_tcp_results_total{%1$sresult="pass",source="node-a",source_zone="zone-1"} %2$d.0
                """.formatted(ends, passes, failures);
    }

    @Test
    void everyOtherAgentInTheRosterIsTestedAtItsAddress() throws Exception {
        update(A, B, C);
        Run one = protocol.next();
        Run other = protocol.next();
        var targets = new TreeSet<>(List.of(one.target().toString(), other.target().toString()));
        assertEquals(new TreeSet<>(List.of(AT_B.toString(), AT_C.toString())), targets);
        assertEquals(2, monitor.alive());
        assertEquals(List.of(B, C), mesh.agents());
    }

    /** Otherwise a bounded mesh would have series of all pairs in the end. */
    @Test
    void aPeerThatIsTestedForAWhileIsReportedAndHasNoSeries() throws Exception {
        update(A, B.withRotating(true));
        protocol.warmUp();
        protocol.next().finds(Found.PASS);
        assertEquals("", series(mesh));
        assertEquals(List.of("node-b"), mesh.measured(0).stream().map(Mesh.PeerMeasured::node).toList());
        update(A, B);
        eventually("it has what was counted since it is tested", () -> series(mesh).contains("result=\"pass\""));
    }

    @Test
    void anAgentAloneTestsNobody() {
        update(A);
        assertEquals(0, monitor.alive());
        assertEquals("", series(mesh));
        assertEquals(List.of(), mesh.agents());
    }

    @Test
    void aPeerThatJoinsHasItsCountersAtOnce() throws Exception {
        update(A, B);
        shows(counters(ends("node-b", "zone-1"), 0, 0));
        protocol.warmUp();
        Run first = protocol.next();
        shows(counters(ends("node-b", "zone-1"), 0, 0));
        first.finds(Found.PASS);
        shows(gauges(ends("node-b", "zone-1")) + counters(ends("node-b", "zone-1"), 1, 0));
        protocol.next().finds(Found.FAIL);
        shows(counters(ends("node-b", "zone-1"), 1, 1));
    }

    @Test
    void aPeerThatGaveNoticeIsNotBlamedUntilItIsBack() throws Exception {
        update(A, B);
        protocol.warmUp();
        protocol.next().finds(Found.PASS_AND_STOPPING);
        shows(gauges(ends("node-b", "zone-1")) + counters(ends("node-b", "zone-1"), 1, 0));
        protocol.next().finds(Found.FAIL);
        protocol.next().finds(Found.FAIL);
        excused(2);
        assertEquals(counters(ends("node-b", "zone-1"), 1, 0), series(mesh), "no gauge says that it is well");
        protocol.next().finds(Found.PASS);
        shows(gauges(ends("node-b", "zone-1")) + counters(ends("node-b", "zone-1"), 2, 0));
        protocol.next().finds(Found.FAIL);
        shows(counters(ends("node-b", "zone-1"), 2, 1));
        excused(2);
    }

    @Test
    void aNoticeThatComesWithAFailedTestHoldsForThatTestToo() throws Exception {
        update(A, B);
        protocol.warmUp();
        protocol.next().finds(Found.FAIL_AND_STOPPING);
        protocol.next().finds(Found.FAIL);
        excused(2);
        shows(counters(ends("node-b", "zone-1"), 0, 0));
    }

    @Test
    void aNoticeDuringTheWarmUpHolds() throws Exception {
        update(A, B);
        protocol.next().finds(Found.PASS_AND_STOPPING);
        protocol.next().finds(Found.FAIL);
        excused(1);
        shows(counters(ends("node-b", "zone-1"), 0, 0));
    }

    @Test
    void aLocalFailureIsCountedDespiteADrainNotice() throws Exception {
        update(A, B);
        protocol.warmUp();
        protocol.next().finds(Found.PASS_AND_STOPPING);
        protocol.next().finds(Found.LOCAL);
        shows(failed(ends("node-b", "zone-1"), 1).replace("refused", "local")
                + counters(ends("node-b", "zone-1"), 1, 0));
        excused(0);
    }

    @Test
    void aPeerThatStaysAwayAfterItsNoticeIsBlamed() throws Exception {
        update(A, B);
        protocol.warmUp();
        protocol.next().finds(Found.PASS_AND_STOPPING);
        Run lastThatBegan = protocol.next();
        now.addAndGet(TimeUnit.SECONDS.toNanos(20));
        lastThatBegan.finds(Found.FAIL);
        Run lastExcused = protocol.next();
        now.incrementAndGet();
        lastExcused.finds(Found.FAIL);
        protocol.next().finds(Found.FAIL);
        shows(counters(ends("node-b", "zone-1"), 1, 1));
        excused(2);
    }

    /** The next agent on the node may answer one protocol while a test of the other still waits for the agent before it. */
    @Test
    void aTestThatBeganBeforeTheNextAgentServedIsNotBlamed() throws Exception {
        var slow = new HandProtocol(false);
        var both = new Mesh(List.of(protocol.named("tcp"), slow.named("slow")), 8080, sockets, monitor,
                PairMetrics.EVERY, now::get);
        try {
            both.update(Roster.of(List.of(A, B)), "node-a");
            Run warmUp = slow.next();
            protocol.next().finds(Found.PASS_AND_STOPPING);
            Run quick = protocol.next();
            warmUp.finds(Found.FAIL);
            Run early = slow.next();
            quick.finds(Found.PASS);
            protocol.next();
            early.finds(Found.FAIL);
            excused(1);
            slow.next().finds(Found.FAIL);
            slow.next();
            excused(1);
        } finally {
            both.close();
        }
    }

    /** Also one of the same name and address: the controller has seen it since. */
    @Test
    void theNextAgentOnTheNodeIsBlamed() throws Exception {
        update(A, B);
        protocol.warmUp();
        protocol.next().finds(Found.PASS_AND_STOPPING);
        Run cut = protocol.next();
        update(A, new Agent(B.name(), B.nodeName(), B.ip(), B.zone(), 0, true));
        Eventually.await(cut.cutShort());
        update(A, B);
        protocol.next().finds(Found.FAIL);
        shows(counters(ends("node-b", "zone-1"), 1, 1));
        excused(0);
    }

    /** Whether a peer is tested in turn or all the time changes nothing for the test under way, nor for its notice. */
    @Test
    void aPeerThatComesToStayGoesOnBeingTested() throws Exception {
        update(A, B.withRotating(true));
        protocol.warmUp();
        protocol.next().finds(Found.PASS_AND_STOPPING);
        Run underWay = protocol.next();
        update(A, B);
        assertEquals(List.of(B), mesh.agents());
        underWay.finds(Found.FAIL);
        excused(1);
        shows(counters(ends("node-b", "zone-1"), 1, 0));
    }

    @Test
    void aPeerThatLeavesTakesItsSeriesWithItAtOnce() throws Exception {
        update(A, B, C);
        Run one = protocol.next();
        Run other = protocol.next();
        boolean firstIsOfB = one.target().equals(AT_B);
        Run ofB = firstIsOfB ? one : other;
        Run ofC = firstIsOfB ? other : one;
        update(A, C);
        assertEquals(counters(ends("node-c", "zone-2"), 0, 0), series(mesh));
        Eventually.await(ofB.cutShort());
        eventually("one loop is left", () -> monitor.alive() == 1);
        assertEquals(1, ofC.cutShort().getCount(), "the other one goes on");
        assertEquals(List.of(), log.lines());
    }

    @Test
    void aResultOfAPeerThatHasLeftIsNotRecorded() throws Exception {
        var stubborn = new HandProtocol(true);
        try (var its = mesh(stubborn)) {
            its.update(Roster.of(List.of(A, B)), "node-a");
            Run run = stubborn.next();
            its.update(Roster.of(List.of(A)), "node-a");
            its.update(Roster.of(List.of(A, B)), "node-a");
            run.finds(Found.FAIL);
            Run again = stubborn.next();
            assertEquals(counters(ends("node-b", "zone-1"), 0, 0), series(its));
            assertEquals(List.of(), log.lines());
            its.update(Roster.empty(), "node-a");
            again.finds(Found.PASS);
        }
    }

    @Test
    void aRosterThatIsTheSameDisturbsNothing() throws Exception {
        update(A, B);
        protocol.warmUp();
        Run run = protocol.next();
        update(A, B);
        update(A, B, C);
        assertEquals(AT_C, protocol.next().target());
        run.finds(Found.PASS);
        eventually("the result of the test that was under way counts",
                () -> series(mesh).contains(counters(ends("node-b", "zone-1"), 1, 0).lines().skip(1).findFirst()
                        .orElseThrow()));
        assertEquals(1, run.cutShort().getCount());
    }

    @Test
    void aPeerThatPausesKeepsItsCountersAndLosesItsGauges() throws Exception {
        update(A, B);
        protocol.warmUp();
        protocol.next().finds(Found.PASS);
        Run underWay = protocol.next();
        update(A, B.withPaused(true));
        assertEquals(counters(ends("node-b", "zone-1"), 1, 0), series(mesh));
        Eventually.await(underWay.cutShort());
        eventually("nothing is tested", () -> monitor.alive() == 0);
        assertEquals(List.of(B.withPaused(true)), mesh.agents());

        update(A, B);
        protocol.next().finds(Found.FAIL);
        shows(counters(ends("node-b", "zone-1"), 1, 1));
    }

    /** Its path was never used. */
    @Test
    void aPeerThatPausesDuringItsWarmUpIsWarmedUpAgain() throws Exception {
        update(A, B);
        Run cutShort = protocol.next();
        update(A, B.withPaused(true));
        Eventually.await(cutShort.cutShort());
        update(A, B);
        protocol.warmUp();
        protocol.next().finds(Found.PASS);
        shows(gauges(ends("node-b", "zone-1")) + counters(ends("node-b", "zone-1"), 1, 0));
    }

    @Test
    void aPeerThatComesBackAtAnotherAddressAfterAPauseIsWarmedUp() throws Exception {
        update(A, B);
        protocol.warmUp();
        protocol.next().finds(Found.PASS);
        protocol.next();
        update(A, B.withPaused(true));
        update(A, new Agent("pod-b2", "node-b", "127.0.0.22", "zone-1"));
        protocol.warmUp();
        protocol.next().finds(Found.FAIL);
        shows(counters(ends("node-b", "zone-1"), 1, 1));
    }

    @Test
    void aPeerThatIsPausedWhenItJoinsIsNotTested() {
        update(A, B.withPaused(true));
        assertEquals(0, monitor.alive());
        assertEquals(counters(ends("node-b", "zone-1"), 0, 0), series(mesh));
    }

    @Test
    void anotherAddressIsTestedAndTheNodesCountersGoOn() throws Exception {
        var stubborn = new HandProtocol(true);
        try (var its = mesh(stubborn)) {
            its.update(Roster.of(List.of(A, B)), "node-a");
            stubborn.warmUp();
            stubborn.next().finds(Found.PASS);
            Run atTheOld = stubborn.next();
            var moved = new Agent("pod-b2", "node-b", "127.0.0.22", "zone-1");
            its.update(Roster.of(List.of(A, moved)), "node-a");
            Run warmUp = stubborn.next();
            assertEquals(new InetSocketAddress(IpAddress.of("127.0.0.22"), 8080), warmUp.target());
            warmUp.finds(Found.FAIL);
            Run atTheNew = stubborn.next();
            assertEquals(new InetSocketAddress(IpAddress.of("127.0.0.22"), 8080), atTheNew.target());
            Eventually.await(atTheOld.cutShort());
            atTheOld.finds(Found.FAIL);
            eventually("the old loop ends", () -> monitor.alive() == 1);
            atTheNew.finds(Found.PASS);
            Run next = stubborn.next();
            assertEquals(gauges(ends("node-b", "zone-1")) + counters(ends("node-b", "zone-1"), 2, 0), series(its));
            assertEquals(List.of(moved), its.agents());
            its.update(Roster.empty(), "node-a");
            next.finds(Found.PASS);
        }
    }

    @Test
    void anotherZoneIsAnotherSeries() throws Exception {
        update(A, B);
        protocol.warmUp();
        protocol.next().finds(Found.PASS);
        Run underWay = protocol.next();
        update(A, new Agent("pod-b", "node-b", "127.0.0.12", "zone-3"));
        assertEquals(counters(ends("node-b", "zone-3"), 0, 0), series(mesh));
        Eventually.await(underWay.cutShort());
        assertEquals(AT_B, protocol.next().target());
    }

    @Test
    void theOwnNodeIsNotTestedEvenIfItIsLearntLate() throws Exception {
        mesh.update(Roster.of(List.of(A, B)), "some-host-name");
        protocol.next();
        protocol.next();
        update(A, B);
        eventually("one loop is left", () -> monitor.alive() == 1);
        assertEquals(List.of(B), mesh.agents());
        assertEquals(counters(ends("node-b", "zone-1"), 0, 0), series(mesh));
    }

    @Test
    void afterClosingNothingIsTestedAndTheSeriesStay() throws Exception {
        update(A, B);
        protocol.warmUp();
        protocol.next().finds(Found.PASS);
        Run underWay = protocol.next();
        mesh.close();
        Eventually.await(underWay.cutShort());
        eventually("no loop is left", () -> monitor.alive() == 0);
        update(A, B, C);
        assertEquals(0, monitor.alive());
        assertEquals(gauges(ends("node-b", "zone-1")) + counters(ends("node-b", "zone-1"), 1, 0), series(mesh));
        mesh.close();
    }

    @Test
    void everyProtocolOfEveryPeerHasItsOwnLoop() throws Exception {
        var other = new HandProtocol(false);
        try (var its = new Mesh(List.of(protocol.named("tcp"), other.named("other")), 8080, sockets, monitor,
                PairMetrics.EVERY)) {
            its.update(Roster.of(List.of(A, B)), "node-a");
            assertEquals(AT_B, protocol.next().target());
            assertEquals(AT_B, other.next().target());
            assertEquals(2, monitor.alive());
        }
        assertTrue(mesh.agents().isEmpty());
    }
}
