package io.kconmon.agent.ondemand;

import static io.kconmon.testkit.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.json.JsonObject;
import io.kconmon.testkit.Eventually;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TestRunTest {

    private static final int MANY = 40;

    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger cutShort = new AtomicInteger();
    private final CountDownLatch answer = new CountDownLatch(1);

    private Destination dead(int number) {
        return new Destination(Set.of(), () -> {
            begun.incrementAndGet();
            try {
                Eventually.await(answer);
            } catch (InterruptedException e) {
                cutShort.incrementAndGet();
                throw e;
            }
            return JsonObject.builder().set("number", number).build();
        });
    }

    private List<Destination> dead() {
        return IntStream.range(0, MANY).mapToObj(this::dead).toList();
    }

    private static Destination good() {
        return new Destination(Set.of(), () -> JsonObject.builder().set("number", -1).build());
    }

    private static int number(TestRun run) throws InterruptedException {
        return run.next().intValue("number", -2);
    }

    @Test
    void allHostsAreTestedAFewAtATime() throws Exception {
        try (var run = new TestRun(dead(), new Semaphore(16))) {
            eventually("eight are under way", () -> begun.get() == 8);
            answer.countDown();
            var numbers = new TreeSet<Integer>();
            for (int i = 0; i < MANY; i++) {
                numbers.add(number(run));
            }
            assertEquals(MANY, numbers.size());
        }
    }

    @Test
    void aResultComesBeforeTheOthersAreKnown() throws Exception {
        try (var run = new TestRun(List.of(dead(0), dead(1), good(), dead(2)), new Semaphore(16))) {
            assertEquals(-1, number(run));
            answer.countDown();
        }
    }

    @Test
    void aRunWhoseResultsNobodyReadsBlocksNoOther() throws Exception {
        var one = new Semaphore(1);
        try (var slow = new TestRun(List.of(good(), good(), good()), one);
                var other = new TestRun(List.of(good(), good()), one)) {
            assertEquals(-1, number(other));
            assertEquals(-1, number(other));
            eventually("nobody holds the permit", () -> one.availablePermits() == 1);
            assertEquals(-1, number(slow));
        }
    }

    @Test
    void allCallersTakeTurns() throws Exception {
        var permits = new Semaphore(4, true);
        try (var whole = new TestRun(dead(), permits)) {
            eventually("four are under way", () -> begun.get() == 4);
            try (var other = new TestRun(List.of(good()), permits)) {
                eventually("it is in the queue", () -> permits.getQueueLength() == 5);
                answer.countDown();
                for (int i = 0; i < 8; i++) {
                    assertTrue(number(whole) >= 0);
                }
                assertEquals(-1, number(other), "behind four");
            }
        }
    }

    @Test
    void aTestUnderWayIsCutShort() {
        var permits = new Semaphore(16);
        new TestRun(dead(), permits).close();
        eventually("no permit is held", () -> permits.availablePermits() == 16);
        assertEquals(begun.get(), cutShort.get());
        eventually("and none begins", () -> begun.get() <= 8);
    }
}
