package io.kconmon.agent.mesh;

import static io.kconmon.agent.support.Eventually.eventually;
import static java.util.stream.Collectors.averagingDouble;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.measure.DnsMeasurements;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.Probe;
import io.kconmon.agent.strain.Taint;
import io.kconmon.agent.support.Eventually;
import io.kconmon.agent.support.LogLines;
import io.kconmon.agent.support.Pages;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LoopTest {

    private static final Duration INTERVAL = Duration.ofMillis(10);
    private static final Duration TIMEOUT = Duration.ofMillis(1000);
    private static final Outcome<Duration> PASS = new Outcome.Success<>(Duration.ofNanos(1_500_000));

    private interface Script<T> {
        Outcome<Duration> run(T target) throws InterruptedException;
    }

    private record Scripted<T>(Duration interval, Script<T> script) implements Probe<T, Outcome<Duration>> {
        @Override
        public Outcome<Duration> run(T target) throws InterruptedException {
            return script.run(target);
        }

        @Override
        public Duration timeout() {
            return TIMEOUT;
        }
    }

    private final LogLines log = new LogLines();
    private final DnsMeasurements measurements = new DnsMeasurements("host");
    private final List<Loop<?, ?>> loops = new ArrayList<>();
    private final LoopWatch watch = new LoopWatch(lag -> {
    });

    @AfterEach
    void close() {
        loops.forEach(Loop::stop);
        log.close();
    }

    private <T> Loop<T, Outcome<Duration>> start(T target, Script<T> script) {
        return start(target, INTERVAL, script, watch);
    }

    private <T> Loop<T, Outcome<Duration>> start(T target, Duration interval, Script<T> script, LoopWatch watcher) {
        var loop = Loop.start("test", new Scripted<>(interval, script), target, measurements, watcher, true);
        loops.add(loop);
        return loop;
    }

    private <T> Loop<T, Outcome<Duration>> startCold(T target, Duration interval, Script<T> script) {
        var loop = Loop.start("test", new Scripted<>(interval, script), target, measurements, watch, false);
        loops.add(loop);
        return loop;
    }

    private String series() {
        return Pages.series(families -> measurements.write(Labels.EMPTY, families));
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
        start("host", target -> {
            if (runs.incrementAndGet() > 3) {
                forever();
            }
            return PASS;
        });
        eventually("three passes are recorded and a fourth test is under way",
                () -> runs.get() == 4 && series().equals(passed(3)));
        assertEquals(1, watch.alive());
    }

    static List<Arguments> marred() {
        return List.of(Arguments.of(Cause.TIMEOUT, 500, true), Arguments.of(Cause.TIMEOUT, 60_000, true),
                Arguments.of(Cause.TIMEOUT, 499, false), Arguments.of(Cause.TIMEOUT, 0, false),
                Arguments.of(Cause.RESET, 500, true), Arguments.of(Cause.BAD_REPLY, 500, true),
                Arguments.of(Cause.REFUSED, 60_000, false), Arguments.of(Cause.UNREACHABLE, 60_000, false),
                Arguments.of(Cause.BAD_STATUS, 60_000, false), Arguments.of(Cause.NXDOMAIN, 60_000, false));
    }

    /** An answer that may have been missed is no failure of the network; one that came, or would have, is. */
    @ParameterizedTest
    @MethodSource("marred")
    void aFailureThatThisProcessMayHaveMissedIsNone(Cause cause, int standstillMillis, boolean excused) {
        var stoodStill = new AtomicLong();
        var runs = new AtomicInteger();
        var watcher = new LoopWatch(lag -> {
        }, stoodStill::get, () -> Taint.THROTTLED);
        start("host", INTERVAL, target -> {
            switch (runs.incrementAndGet()) {
                case 1 -> {
                    return PASS;
                }
                case 2 -> {
                    stoodStill.addAndGet(Duration.ofMillis(standstillMillis).toNanos());
                    return new Outcome.Failure<>(cause, "");
                }
                default -> forever();
            }
            return PASS;
        }, watcher);
        eventually("the third test is under way", () -> runs.get() == 3);
        assertEquals((excused ? "" : "kconmon_dns_failures_total{cause=\"%s\"} 1.0\n".formatted(cause.label())) + """
                kconmon_dns_results_total{result="fail"} %d.0
                kconmon_dns_results_total{result="pass"} 1.0
                """.formatted(excused ? 0 : 1), series());
        assertEquals(excused ? "throttled" : "", tainted(watcher));
        assertEquals(excused
                ? List.of("WARNING this agent stood still during a test, which says nothing about the network then;"
                        + " more such tests are only counted for the next ten minutes"
                        + " {test=test, reason=throttled, millis=%d}".formatted(standstillMillis))
                : List.of("WARNING test begins to fail {test=dns, destination=host, cause=%s}"
                        .formatted(cause.label())),
                log.lines());
    }

    /** It may have waited in a buffer here. */
    @ParameterizedTest
    @CsvSource({"0, 300, false", "101, 249, false", "101, 250, true"})
    void aLateAnswerThatThisProcessMayHaveKeptWaitingIsNoFailure(int standstillMillis, int waitedMillis,
            boolean excused) {
        var stoodStill = new AtomicLong();
        var runs = new AtomicInteger();
        var watcher = new LoopWatch(lag -> {
        }, stoodStill::get, () -> Taint.GC);
        start("host", INTERVAL, target -> {
            if (runs.incrementAndGet() > 1) {
                forever();
            }
            stoodStill.addAndGet(Duration.ofMillis(standstillMillis).toNanos());
            return new Outcome.Late<>("", Duration.ofMillis(250), Duration.ofMillis(waitedMillis), Duration.ZERO,
                    false);
        }, watcher);
        eventually("the second test is under way", () -> runs.get() == 2);
        assertEquals(excused, !series().contains("timeout"), series());
        assertEquals(excused ? "gc" : "", tainted(watcher));
    }

    /** Those reasons that are not at 0. */
    private static String tainted(LoopWatch of) {
        return Pages.series(of::write).lines().filter(it -> !it.endsWith(" 0.0"))
                .map(it -> it.replaceAll(".*reason=\"(.*)\"} 1.0", "$1")).collect(Collectors.joining());
    }

    @Test
    void aPassIsAPassHoweverStrainedTheAgentIsButItsTimingIsNone() {
        var stoodStill = new AtomicLong();
        var runs = new AtomicInteger();
        var watcher = new LoopWatch(lag -> {
        }, stoodStill::get, () -> Taint.GC);
        start("host", INTERVAL, target -> {
            if (runs.incrementAndGet() > 1) {
                forever();
            }
            stoodStill.addAndGet(1);
            return PASS;
        }, watcher);
        eventually("the second test is under way", () -> runs.get() == 2);
        assertEquals("""
                kconmon_dns_results_total{result="fail"} 0.0
                kconmon_dns_results_total{result="pass"} 1.0
                """, series());
        assertEquals("gc", tainted(watcher));
    }

    /** A process that is strained for ever says so once in ten minutes, and in the counter; what is said to it counts. */
    @Test
    void aStrainThatLastsIsLoggedOnce() {
        var stoodStill = new AtomicLong();
        var runs = new AtomicInteger();
        var watcher = new LoopWatch(lag -> {
        }, stoodStill::get, () -> Taint.LAG);
        start("host", INTERVAL, target -> {
            stoodStill.addAndGet(TIMEOUT.toNanos());
            return new Outcome.Failure<>(runs.incrementAndGet() == 3 ? Cause.REFUSED : Cause.TIMEOUT, "");
        }, watcher);
        eventually("the refusal is recorded", () -> series().contains("{cause=\"refused\"} 1.0"));
        assertEquals(1, log.lines().stream().filter(it -> it.contains("stood still")).count(), log.lines()::toString);
    }

    @Test
    void whatCannotBeSentIsThisAgentsFault() {
        var runs = new AtomicInteger();
        start("host", target -> {
            if (runs.incrementAndGet() > 1) {
                forever();
            }
            return new Outcome.Failure<>(Cause.LOCAL, "Too many open files");
        });
        eventually("it is recorded", () -> tainted(watch).equals("local-error"));
        eventually("with its cause", () -> series().equals("""
                kconmon_dns_failures_total{cause="local"} 1.0
                kconmon_dns_results_total{result="fail"} 0.0
                kconmon_dns_results_total{result="pass"} 0.0
                """));
    }

    static List<Throwable> bugs() {
        return List.of(new IllegalStateException("a bug"), new NullPointerException(), new AssertionError("a bug"),
                new StackOverflowError());
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void whatEscapesAProbeIsCountedAndTheLoopLivesOn(Throwable bug) throws InterruptedException {
        var third = new CountDownLatch(1);
        var runs = new AtomicInteger();
        start("host", target -> {
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
        assertEquals(1, watch.bugs());
        assertEquals("""
                kconmon_dns_results_total{result="fail"} 0.0
                kconmon_dns_results_total{result="pass"} 1.0
                """, series(), "the last good value does not stay");
        third.countDown();
        eventually("it is recorded", () -> series().equals(passed(2)));
        assertEquals(List.of("SEVERE a bug in a test; more of this kind are only counted {loop=test}"), log.lines());
    }

    @SuppressWarnings("unchecked") // what is thrown is unchecked, though its type does not say so
    private static <X extends Throwable> RuntimeException sneaky(Throwable bug) throws X {
        throw (X) bug;
    }

    @Test
    void eachKindOfBugIsLoggedOnce() {
        var runs = new AtomicInteger();
        start("host", target -> switch (runs.incrementAndGet()) {
            case 1, 2 -> throw new IllegalStateException();
            case 3 -> throw new IllegalArgumentException();
            default -> PASS;
        });
        eventually("it lives on", () -> runs.get() >= 4);
        assertEquals(3, watch.bugs());
        assertEquals(2, log.lines().size(), log.lines()::toString);
    }

    static List<Script<String>> warmUps() {
        return List.of(target -> PASS, target -> new Outcome.Failure<>(Cause.TIMEOUT, ""),
                target -> new Outcome.Failure<>(Cause.LOCAL, ""), target -> {
                    throw new IllegalStateException("a bug");
                });
    }

    /** Whatever becomes of it, and the next one counts. */
    @ParameterizedTest
    @MethodSource("warmUps")
    void theFirstExchangeOnAColdPathIsNotRecorded(Script<String> first) throws InterruptedException {
        var second = new CountDownLatch(1);
        var runs = new AtomicInteger();
        var loop = startCold("host", INTERVAL, target -> {
            switch (runs.incrementAndGet()) {
                case 1 -> {
                    return first.run(target);
                }
                case 2 -> Eventually.await(second);
                default -> forever();
            }
            return new Outcome.Failure<>(Cause.TIMEOUT, "");
        });
        assertFalse(loop.isWarm());
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
        startCold("host", Duration.ofMillis(2500), target -> {
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
            var watcher = new LoopWatch(lag -> {
                atItsTurn.countDown();
                eventually("the loop is stopped", () -> stopped.getCount() == 0);
            });
            var loop = Loop.start("test", new Scripted<>(INTERVAL, target -> {
                runs.incrementAndGet();
                return PASS;
            }), "host", measurements, watcher, warm);
            Eventually.await(atItsTurn);
            loop.stop();
            stopped.countDown();
            eventually("the loop ends", () -> watcher.alive() == 0);
            assertEquals(0, runs.get());
        }
    }

    @Test
    void aTestUnderWayIsCutShortAndNoResult() throws InterruptedException {
        var underWay = new CountDownLatch(1);
        var cutShort = new CountDownLatch(1);
        var loop = start("host", target -> {
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
        eventually("the loop ends", () -> watch.alive() == 0);
        assertEquals("""
                kconmon_dns_results_total{result="fail"} 0.0
                kconmon_dns_results_total{result="pass"} 0.0
                """, series());
        assertEquals(0, watch.bugs());
        assertEquals(List.of(), log.lines());
    }

    @Test
    void whatIsFoundAfterTheStopIsNoResult() throws InterruptedException {
        var underWay = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        var loop = start("host", target -> {
            underWay.countDown();
            eventually("the loop is stopped", () -> stopped.getCount() == 0);
            return PASS;
        });
        Eventually.await(underWay);
        loop.stop();
        stopped.countDown();
        eventually("the loop ends", () -> watch.alive() == 0);
        assertTrue(series().contains("result=\"pass\"} 0.0"), this::series);
    }

    @Test
    void aBugAfterTheStopTakesNothingAway() throws InterruptedException {
        var underWay = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        measurements.record(PASS);
        var loop = start("host", target -> {
            underWay.countDown();
            eventually("the loop is stopped", () -> stopped.getCount() == 0);
            throw new IllegalStateException();
        });
        Eventually.await(underWay);
        loop.stop();
        stopped.countDown();
        eventually("the loop ends", () -> watch.alive() == 0);
        assertEquals(passed(1), series());
    }

    @Test
    void aLoopBetweenTwoTestsEndsAtOnce() throws InterruptedException {
        var loop = start("host", Duration.ofHours(1), target -> PASS, watch);
        eventually("the loop has begun", () -> watch.alive() == 1);
        loop.stop();
        eventually("the loop ends", () -> watch.alive() == 0);
    }

    @Test
    void whatItIsAimedAtIsClosedWithIt() throws InterruptedException {
        var closed = new CountDownLatch(1);
        AutoCloseable path = closed::countDown;
        start(path, target -> PASS).stop();
        Eventually.await(closed);
    }

    @Test
    void aTargetThatCannotBeClosedIsABug() {
        AutoCloseable path = () -> {
            throw new IllegalStateException();
        };
        start(path, target -> PASS).stop();
        eventually("the loop ends", () -> watch.alive() == 0 && watch.bugs() == 1);
    }

    /** What a loop was due to wake at: what a busy machine adds is told as its lag. */
    private static final class Dues {

        final BlockingQueue<Double> seconds = new LinkedBlockingQueue<>();
        final long begin = System.nanoTime();
        final LoopWatch watch = new LoopWatch(lag -> seconds.add((System.nanoTime() - begin - lag.toNanos()) / 1e9));
    }

    @Test
    void loopsThatStartTogetherAreSpreadOverTheInterval() {
        var dues = new Dues();
        int count = 400;
        for (int i = 0; i < count; i++) {
            start("host", Duration.ofSeconds(1), target -> {
                forever();
                return PASS;
            }, dues.watch);
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
        start("host", Duration.ofMillis(200), target -> PASS, dues.watch);
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
