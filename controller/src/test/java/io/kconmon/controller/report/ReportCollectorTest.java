package io.kconmon.controller.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.kconmon.shared.http.HttpServer;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterBoard;
import io.kconmon.testkit.CapturedLog;
import java.io.OutputStream;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over real HTTP, with agents that answer by a test's script. */
@Timeout(60)
class ReportCollectorTest {

    private static final String HEAD = "kconmon report 1\nsource=%s\ninterval=1000\nage=0\nprotocols=tcp udp\n\n";

    private final RosterBoard board = new RosterBoard();
    private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
    private final List<Agent> agents = new ArrayList<>();
    private final List<HttpServer> servers = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger toFail = new AtomicInteger();
    private final ReportCollector collector = new ReportCollector(board, Optional.empty(), 1,
            (report, text) -> take(report.report()), () -> 1000.0);
    private final CapturedLog log = CapturedLog.withFields("controller");

    @BeforeEach
    void open() {
        collector.start();
    }

    @AfterEach
    void close() {
        over.countDown();
        collector.close();
        servers.forEach(HttpServer::close);
        log.close();
    }

    private void take(Report report) {
        if (toFail.getAndDecrement() > 0) {
            throw new IllegalStateException("the sink is broken");
        }
        reports.add(report);
    }

    private void agent(String node, Handler answer) {
        var server = HttpServer.start(InetAddress.getLoopbackAddress(), 0, List.of(),
                routes -> routes.get("/report", answer));
        servers.add(server);
        agents.add(new Agent("pod-" + node, node, "127.0.0.1", "a", server.port(), false));
    }

    private void well(String node) {
        agent(node, (request, response) -> response.header("Kconmon-Next", "1")
                .send(HEAD.formatted(node) + "1 5 =%s\n".formatted(node)));
    }

    private void go() {
        board.post(Roster.of(agents));
    }

    private Report next() throws InterruptedException {
        Report next = reports.poll(30, TimeUnit.SECONDS);
        assertTrue(next != null, "no report came");
        return next;
    }

    @Test
    void everyAgentIsAskedAgainAndAgain() throws Exception {
        well("a");
        well("b");
        go();
        var sources = new ArrayList<String>();
        while (sources.stream().filter("a"::equals).count() < 2 || sources.stream().filter("b"::equals).count() < 2) {
            sources.add(next().source());
        }
        assertTrue(collector.received() >= 4);
        assertEquals(0, collector.failures());
    }

    @Test
    void aKnownReportIsNotSentAgain() throws Exception {
        var notModified = new CountDownLatch(2);
        agent("a", (request, response) -> {
            response.header("Kconmon-Next", "1").header(HeaderNames.ETAG, "\"x-7\"");
            if (request.headers().first(HeaderNames.IF_NONE_MATCH).filter("\"x-7\""::equals).isPresent()) {
                notModified.countDown();
                response.status(Status.NOT_MODIFIED_304).send();
            } else {
                response.send(HEAD.formatted("a"));
            }
        });
        go();
        next();
        assertTrue(notModified.await(30, TimeUnit.SECONDS));
        assertEquals(1, collector.received());
        assertEquals(0, collector.failures());
    }

    @Test
    void nonsenseIsNamedOnceAndDoesNotKeepTheOthersWaiting() throws Exception {
        var asked = new AtomicInteger();
        agent("nonsense", (request, response) -> {
            asked.incrementAndGet();
            response.header("Kconmon-Next", "1").send("{\"json\": true}\n");
        });
        agent("endless", (request, response) -> {
            try (OutputStream out = response.outputStream()) {
                while (over.getCount() > 0) {
                    out.write(new byte[8192]);
                }
            }
        });
        agent("someone else", (request, response) -> response.send(HEAD.formatted("a")));
        well("a");
        go();
        for (int i = 0; i < 5; i++) {
            assertEquals("a", next().source());
        }
        var refusals = new ArrayList<String>();
        for (int i = 0; i < 3; i++) {
            refusals.add(log.next());
        }
        refusals.sort(null);
        assertTrue(
                refusals.get(0).startsWith("an agent's report was refused {agent=pod-endless, node=endless, reason=GET "
                        + "/report") && refusals.get(0).endsWith("answered more than 6144 bytes}"),
                refusals::toString);
        assertEquals("an agent's report was refused {agent=pod-nonsense, node=nonsense, reason=line 1 of the report:"
                + " \"kconmon report 1\" is expected}", refusals.get(1));
        assertTrue(refusals.get(2).contains("it is not of node someone else"), refusals::toString);
        assertEquals(1, asked.get(), "it is not asked again for a while");
        assertEquals(List.of(), log.unread());
    }

    @Test
    void aSlowOrFailedAnswerIsNoReport() throws Exception {
        var dripping = new CountDownLatch(1);
        agent("drips", (request, response) -> {
            try (OutputStream out = response.outputStream()) {
                while (!over.await(100, TimeUnit.MILLISECONDS)) {
                    out.write('x');
                    out.flush();
                    dripping.countDown();
                }
            }
        });
        agent("fails", (request, response) -> response.status(Status.NOT_FOUND_404).send("no such path\n"));
        go();
        assertTrue(dripping.await(30, TimeUnit.SECONDS));
        String line = log.next();
        assertTrue(line.startsWith("an agent's report cannot be had {agent=pod-"), line);
        assertEquals(0, collector.received());
        assertTrue(collector.failures() >= 3);
    }

    @Test
    void anAgentIsAskedOnAfterABug() throws Exception {
        toFail.set(1);
        well("a");
        go();
        assertEquals("a", next().source());
        assertTrue(collector.failures() >= 1);
        assertTrue(log.next().startsWith("an agent's report could not be taken {agent=pod-a, node=a"));
    }

    @Test
    void agentsThatFailedDoNotTakeTheTurnsOfTheOthers() throws Exception {
        var inside = new AtomicInteger();
        var eight = new CountDownLatch(8);
        var away = new ArrayList<Thread>();
        for (int i = 0; i < 60; i++) {
            away.add(Thread.ofVirtual().start(() -> hold(inside, eight)));
        }
        assertTrue(eight.await(30, TimeUnit.SECONDS));
        assertEquals("asked", collector.inTurn(false, () -> "asked"));
        assertEquals(8, inside.get(), "of those that failed no more are asked at once");
        away.forEach(Thread::interrupt);
    }

    private void hold(AtomicInteger inside, CountDownLatch eight) {
        try {
            collector.inTurn(true, () -> {
                inside.incrementAndGet();
                eight.countDown();
                try {
                    over.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return inside;
            });
        } catch (InterruptedException e) {
            // the test is over
        }
    }

    @Test
    void anAgentThatLeftIsNotAskedAnyMore() throws Exception {
        well("a");
        go();
        next();
        board.post(Roster.empty());
        Agent left = agents.removeFirst();
        well("b");
        go();
        while (!next().source().equals("b")) {
            // a report that was under way
        }
        reports.removeIf(it -> it.source().equals(left.nodeName()));
        for (int i = 0; i < 3; i++) {
            assertEquals("b", next().source());
        }
    }
}
