package io.kconmon.agent.mesh;

import static io.kconmon.testkit.Eventually.eventually;
import static java.util.stream.Collectors.averagingDouble;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.Probe;
import io.kconmon.agent.support.OutcomeSeries;
import io.kconmon.agent.support.Pages;
import io.kconmon.testkit.CapturedLog;
import io.kconmon.testkit.Eventually;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LoopTest {

    private static final Duration INTERVAL = Duration.ofMillis(10);
    private static final Outcome<Duration> PASS = new Outcome.Success<>(Duration.ofNanos(1_500_000));

    /** A probe with the test's own way of closing. */
    private record Closing(Runnable closes) implements Probe<Outcome<Duration>> {

        @Override
        public Outcome<Duration> run() {
            return PASS;
        }

        @Override
        public void close() {
            closes.run();
        }
    }

    private final Sockets sockets = Sockets.open();
    private final CapturedLog log = CapturedLog.withLevels("agent");
    private final OutcomeSeries series = new OutcomeSeries("host");
    private final Recorder<Outcome<Duration>> recorder = new HostProbes.SeriesRecorder<>(series);
    private final List<Loop<?>> loops = new ArrayList<>();
    private final LoopMonitor monitor = new LoopMonitor(lag -> {
    });

    @AfterEach
    void close() {
        loops.forEach(Loop::stop);
        sockets.close();
        log.close();
    }

    private Loop<Outcome<Duration>> start(Probe<Outcome<Duration>> probe) {
        return start(INTERVAL, probe, monitor);
    }

    private Loop<Outcome<Duration>> start(Duration interval, Probe<Outcome<Duration>> probe, LoopMonitor other) {
        var loop = Loop.start("test", sockets, probe, interval, recorder, other, true);
        loops.add(loop);
        return loop;
    }

    private Loop<Outcome<Duration>> startCold(Duration interval, Probe<Outcome<Duration>> probe) {
        var loop = Loop.start("test", sockets, probe, interval, recorder, monitor, false);
        loops.add(loop);
        return loop;
    }

    private String series() {
        return Pages.series(families -> {
            series.write(Labels.EMPTY, families);
            series.writeRare(Labels.EMPTY, families);
        }).replaceAll("kconmon_dns_seconds.*\n", "");
    }

    private static String passed(int times) {
        return """
                kconmon_dns_duration_milliseconds 1.5
                kconmon_dns_results_total{result="fail"} 0.0
                kconmon_dns_results_total{result="pass"} %d.0
                """.formatted(times);
    }

    private static void forever() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    @Test
    void aTestIsRunAgainAndAgain() {
        var runs = new AtomicInteger();
        start(() -> {
            if (runs.incrementAndGet() > 3) {
                forever();
            }
            return PASS;
        });
        eventually("three passes are recorded and a fourth test is under way",
                () -> runs.get() == 4 && series().equals(passed(3)));
        assertEquals(1, monitor.alive());
    }

    static List<Throwable> bugs() {
        return List.of(new IllegalStateException("a bug"), new NullPointerException(), new AssertionError("a bug"),
                new StackOverflowError());
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void anExceptionThatEscapesAProbeIsCountedAndTheLoopLivesOn(Throwable bug) throws InterruptedException {
        var third = new CountDownLatch(1);
        var runs = new AtomicInteger();
        start(() -> {
            switch (runs.incrementAndGet()) {
                case 1 -> {
                    return PASS;
                }
                case 2 -> throw sneaky(bug);
                case 3 -> Eventually.await(third);
                default -> forever();
            }
            return PASS;
        });
        eventually("the test after the bug is under way", () -> runs.get() == 3);
        assertEquals(1, monitor.bugs());
        assertEquals("""
                kconmon_dns_failures_total{cause="local"} 1.0
                kconmon_dns_results_total{result="fail"} 0.0
                kconmon_dns_results_total{result="pass"} 1.0
                """, series(), "the last good value does not stay");
        third.countDown();
        eventually("it is recorded", () -> series().contains("{result=\"pass\"} 2.0"));
        assertEquals(List.of("SEVERE a bug in a test; more of this kind are only counted {loop=test}",
                "WARNING test begins to fail {test=dns, destination=host, cause=local}"), log.lines());
    }

    @SuppressWarnings("unchecked") // what is thrown is unchecked, though its type does not say so
    private static <X extends Throwable> RuntimeException sneaky(Throwable bug) throws X {
        throw (X) bug;
    }

    @Test
    void eachKindOfBugIsLoggedOnce() {
        var runs = new AtomicInteger();
        start(() -> switch (runs.incrementAndGet()) {
            case 1, 2 -> throw new IllegalStateException();
            case 3 -> throw new IllegalArgumentException();
            default -> PASS;
        });
        eventually("it lives on", () -> runs.get() >= 4);
        assertEquals(3, monitor.bugs());
        assertEquals(2, log.lines().stream().filter(it -> it.startsWith("SEVERE")).count(), log.lines()::toString);
    }

    static List<Probe<Outcome<Duration>>> warmUps() {
        return List.of(() -> PASS, () -> new Outcome.Failure<>(Cause.TIMEOUT, ""),
                () -> new Outcome.Failure<>(Cause.LOCAL, ""), () -> {
                    throw new IllegalStateException("a bug");
                });
    }

    /** Whatever becomes of it, and the next one counts. */
    @ParameterizedTest
    @MethodSource("warmUps")
    void theFirstExchangeOnAColdPathIsNotRecorded(Probe<Outcome<Duration>> first) throws InterruptedException {
        var begin = new CountDownLatch(1);
        var second = new CountDownLatch(1);
        var runs = new AtomicInteger();
        var loop = startCold(INTERVAL, () -> {
            switch (runs.incrementAndGet()) {
                case 1 -> {
                    Eventually.await(begin);
                    return first.run();
                }
                case 2 -> Eventually.await(second);
                default -> forever();
            }
            return new Outcome.Failure<>(Cause.TIMEOUT, "");
        });
        assertFalse(loop.isWarm());
        begin.countDown();
        eventually("the second exchange is under way", () -> runs.get() == 2);
        assertTrue(loop.isWarm());
        assertEquals("""
                kconmon_dns_results_total{result="fail"} 0.0
                kconmon_dns_results_total{result="pass"} 0.0
                """, series());
        second.countDown();
        eventually("it counts", () -> series().contains("{result=\"fail\"} 1.0"));
        assertFalse(series().contains("local"), this::series);
    }

    /** A peer that is down is known within the interval and little more, however long the interval is. */
    @Test
    void theExchangeThatCountsComesSoonAfterTheWarmUp() throws InterruptedException {
        var ran = new LinkedBlockingQueue<Long>();
        startCold(Duration.ofMillis(2500), () -> {
            ran.add(System.nanoTime());
            return PASS;
        });
        long warmUp = Eventually.next(ran);
        assertTrue(Eventually.next(ran) - warmUp < Duration.ofMillis(2500).toNanos(), "it waited for a whole interval");
    }

    @Test
    void aLoopThatIsStoppedBeforeItsTurnStartsNoTest() throws InterruptedException {
        for (boolean warm : new boolean[]{true, false}) {
            var runs = new AtomicInteger();
            var atItsTurn = new CountDownLatch(1);
            var stopped = new CountDownLatch(1);
            var other = new LoopMonitor(lag -> {
                atItsTurn.countDown();
                eventually("the loop is stopped", () -> stopped.getCount() == 0);
            });
            var loop = Loop.start("test", sockets, () -> {
                runs.incrementAndGet();
                return PASS;
            }, INTERVAL, recorder, other, warm);
            Eventually.await(atItsTurn);
            loop.stop();
            stopped.countDown();
            eventually("the loop ends", () -> other.alive() == 0);
            assertEquals(0, runs.get());
        }
    }

    @Test
    void aTestUnderWayIsCutShortWithoutAResult() throws InterruptedException {
        var underWay = new CountDownLatch(1);
        var cutShort = new CountDownLatch(1);
        var loop = start(() -> {
            underWay.countDown();
            try {
                forever();
            } catch (InterruptedException e) {
                cutShort.countDown();
                throw e;
            }
            return PASS;
        });
        Eventually.await(underWay);
        loop.stop();
        Eventually.await(cutShort);
        eventually("the loop ends", () -> monitor.alive() == 0);
        assertEquals("""
                kconmon_dns_results_total{result="fail"} 0.0
                kconmon_dns_results_total{result="pass"} 0.0
                """, series());
        assertEquals(0, monitor.bugs());
        assertEquals(List.of(), log.lines());
    }

    @Test
    void aResultAfterTheStopIsNotRecorded() throws InterruptedException {
        var underWay = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        var loop = start(() -> {
            underWay.countDown();
            eventually("the loop is stopped", () -> stopped.getCount() == 0);
            return PASS;
        });
        Eventually.await(underWay);
        loop.stop();
        stopped.countDown();
        eventually("the loop ends", () -> monitor.alive() == 0);
        assertTrue(series().contains("result=\"pass\"} 0.0"), this::series);
    }

    @Test
    void aBugAfterTheStopLeavesTheGauges() throws InterruptedException {
        var underWay = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        series.record(PASS);
        var loop = start(() -> {
            underWay.countDown();
            eventually("the loop is stopped", () -> stopped.getCount() == 0);
            throw new IllegalStateException();
        });
        Eventually.await(underWay);
        loop.stop();
        stopped.countDown();
        eventually("the loop ends", () -> monitor.alive() == 0);
        assertEquals(passed(1), series());
    }

    @Test
    void aLoopBetweenTwoTestsEndsAtOnce() throws InterruptedException {
        var loop = start(Duration.ofHours(1), () -> PASS, monitor);
        eventually("the loop has begun", () -> monitor.alive() == 1);
        loop.stop();
        eventually("the loop ends", () -> monitor.alive() == 0);
    }

    @Test
    void theProbeIsClosedWithTheLoop() throws InterruptedException {
        var closed = new CountDownLatch(1);
        start(new Closing(closed::countDown)).stop();
        Eventually.await(closed);
    }

    @Test
    void aProbeThatCannotBeClosedIsABug() {
        start(new Closing(() -> {
            throw new IllegalStateException();
        })).stop();
        eventually("the loop ends", () -> monitor.alive() == 0 && monitor.bugs() == 1);
    }

    /** When a loop was due to wake; the delay that a busy machine adds is recorded as its lag. */
    private static final class Dues {

        final BlockingQueue<Double> seconds = new LinkedBlockingQueue<>();
        final long begin = System.nanoTime();
        final LoopMonitor monitor = new LoopMonitor(
                lag -> seconds.add((System.nanoTime() - begin - lag.toNanos()) / 1e9));
    }

    @Test
    void loopsThatStartTogetherAreSpreadOverTheInterval() {
        var dues = new Dues();
        int count = 400;
        for (int i = 0; i < count; i++) {
            start(Duration.ofSeconds(1), () -> {
                forever();
                return PASS;
            }, dues.monitor);
        }
        eventually("each has woken once", () -> dues.seconds.size() == count);
        double mean = dues.seconds.stream().collect(averagingDouble(it -> it));
        long early = dues.seconds.stream().filter(it -> it < 0.25).count();
        long late = dues.seconds.stream().filter(it -> it > 0.75).count();
        // 16 deviations of a mean of 400 from an even distribution, and 6 of a quarter of them
        assertTrue(mean > 0.25 && mean < 0.75, () -> "mean " + mean);
        assertTrue(early > 50 && early < 150 && late > 50, () -> early + " early, " + late + " late");
    }

    @Test
    void periodsAreTheIntervalAndAJitter() throws InterruptedException {
        var dues = new Dues();
        start(Duration.ofMillis(200), () -> PASS, dues.monitor);
        var periods = new ArrayList<Double>();
        double before = Eventually.next(dues.seconds);
        for (int i = 0; i < 4; i++) {
            double due = Eventually.next(dues.seconds);
            periods.add(due - before);
            before = due;
        }
        assertTrue(periods.stream().allMatch(it -> it > 0.2), periods::toString);
        assertTrue(periods.stream().mapToDouble(it -> it).min().orElseThrow() < 0.7, periods::toString);
        assertTrue(periods.stream().distinct().count() > 1, periods::toString);
    }
}
