package io.kconmon.agent.strain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.support.BusyCarriers;
import io.kconmon.agent.support.Eventually;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StrainTest {

    private static final long MILLI = 1_000_000;

    private final AtomicLong collecting = new AtomicLong();
    private final AtomicLong throttled = new AtomicLong();
    private final Strain strain = strain(250);

    private Strain strain(int timeoutMillis) {
        return new Strain(Duration.ofMillis(100), Duration.ofMillis(timeoutMillis),
                new Blame(collecting::get, throttled::get), 0);
    }

    private long stoodStillMillis(long atMillis) {
        return strain.stoodStillNanos(atMillis * MILLI) / MILLI;
    }

    private void pulse(long atMillis) {
        strain.pulse(atMillis * MILLI);
    }

    @Test
    void aLittleLateIsNoStandstill() {
        for (int at = 200; at <= 2000; at += 200) { // each a tenth of a second late
            assertEquals(0, stoodStillMillis(at));
            pulse(at);
        }
        assertEquals(0, stoodStillMillis(2000));
    }

    @Test
    void standstillsAddUp() {
        pulse(100);
        pulse(500);
        assertEquals(300, stoodStillMillis(500));
        pulse(600);
        pulse(701);
        assertEquals(300, stoodStillMillis(800));
        pulse(1001);
        assertEquals(500, stoodStillMillis(1001));
    }

    /** The test that woke from it asks, and the watch has not woken yet. */
    @Test
    void aStandstillIsSeenBeforeTheWatchHasSeenIt() {
        pulse(100);
        assertEquals(0, stoodStillMillis(300));
        assertEquals(101, stoodStillMillis(301));
        assertEquals(60_000, stoodStillMillis(60_200));
        pulse(60_200);
        assertEquals(60_000, stoodStillMillis(60_200), "it is the same one");
    }

    /** Short waits too, but for those that any machine has. */
    @Test
    void waitsAddUp() {
        pulse(100);
        pulse(205);
        assertEquals(0, waitedMillis(205));
        pulse(311);
        assertEquals(6, waitedMillis(311));
        assertEquals(6, waitedMillis(416));
        assertEquals(36, waitedMillis(441), "the watch has not woken yet");
        pulse(441);
        pulse(941);
        assertEquals(436, waitedMillis(941));
        assertEquals(400, stoodStillMillis(941));
    }

    private long waitedMillis(long atMillis) {
        return strain.waitedNanos(atMillis * MILLI) / MILLI;
    }

    /** For a second at least, in which it answers what was asked of it meanwhile. */
    @Test
    void heldUpIsTheLongestWaitOfTheLastSecondOrTwo() {
        pulse(100);
        assertEquals(0, heldUpMillis(205));
        assertEquals(6, heldUpMillis(206), "the watch has not woken yet");
        pulse(500);
        for (int at = 600; at <= 900; at += 100) {
            assertEquals(300, heldUpMillis(at - 1), at + " ms");
            pulse(at);
        }
        pulse(1290);
        for (int at = 1390; at <= 2190; at += 100) {
            assertEquals(300, heldUpMillis(at - 1), "a shorter one does not end it");
            pulse(at);
        }
        pulse(2290);
        for (int at = 2390; at <= 3290; at += 100) {
            assertEquals(290, heldUpMillis(at - 1), "which is the longest then");
            pulse(at);
        }
        assertEquals(0, heldUpMillis(3290));
    }

    private long heldUpMillis(long atMillis) {
        return strain.heldUpNanos(atMillis * MILLI) / MILLI;
    }

    /** However the pulse falls: a standstill that misses an answer is seen to be longer than half of the time for it. */
    @Test
    void theShorterATimeoutTheShorterAStandstillIsSeen() {
        Strain quick = strain(50);
        for (long now = 0; now <= 400; now += 20) { // each as late as is allowed
            quick.pulse(now * MILLI);
        }
        assertEquals(0, quick.stoodStillNanos(440 * MILLI));
        assertTrue(quick.stoodStillNanos(450 * MILLI) >= 25 * MILLI);
        assertEquals(0, strain(50_000).stoodStillNanos(200 * MILLI), "and no longer for longer ones");
        assertEquals(0, strain(1).stoodStillNanos(10 * MILLI), "there is a least, for each pulse costs");
        assertEquals(6 * MILLI, strain(1).stoodStillNanos(11 * MILLI));
    }

    @Test
    void whatTookHalfOfItIsTheReason() {
        assertEquals(Taint.LAG, after(0, 0));
        assertEquals(Taint.GC, after(200, 0));
        assertEquals(Taint.GC, after(300, 200));
        assertEquals(Taint.THROTTLED, after(0, 400));
        assertEquals(Taint.THROTTLED, after(200, 900), "it may be more, where there are several CPUs");
        assertEquals(Taint.LAG, after(199, 199));
    }

    private long now;

    /** The reason of a standstill of 400 ms in which so much was spent. */
    private Taint after(int collectingMillis, int throttledMillis) {
        now += 100;
        pulse(now);
        collecting.addAndGet(collectingMillis * MILLI);
        throttled.addAndGet(throttledMillis * MILLI);
        now += 500;
        pulse(now);
        return strain.last();
    }

    @Test
    void whatWasSpentLongBeforeIsNotTheReason() {
        collecting.addAndGet(3600_000 * MILLI);
        for (now = 100; now <= 2000; now += 100) {
            pulse(now);
        }
        assertEquals(Taint.LAG, after(0, 0));
    }

    /** Every carrier is kept busy: tests could not read their replies either. */
    @Test
    void aBusyProcessIsNoticed() throws Exception {
        try (var real = Strain.start(Duration.ofMillis(50), Duration.ofSeconds(1))) {
            try (var busy = new BusyCarriers()) {
                Eventually.eventually("it is noticed", () -> real.stoodStillNanos() > 500 * MILLI);
            }
            long then = real.stoodStillNanos();
            assertTrue(then > 500 * MILLI, () -> "it stays: " + then);
        }
    }
}
