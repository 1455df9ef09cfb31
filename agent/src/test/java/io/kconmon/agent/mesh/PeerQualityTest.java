package io.kconmon.agent.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Result;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PeerQualityTest {

    private record Round(Optional<Cause> cause, double failedShare, double roundTripSeconds) implements Result {
    }

    private static final Round PASS = new Round(Optional.empty(), 0, 0.001);
    private static final Round FAIL = new Round(Optional.of(Cause.TIMEOUT), 1, Double.NaN);

    private static Round lost(double share) {
        return new Round(Optional.of(Cause.TIMEOUT), share, 0.001);
    }

    private static Round because(Cause cause) {
        return new Round(Optional.of(cause), 1, Double.NaN);
    }

    private static PeerQuality after(PeerQuality quality, int rounds, Round round) {
        PeerQuality now = quality;
        for (int i = 0; i < rounds; i++) {
            now = now.plus(round);
        }
        return now;
    }

    @Test
    void oneFailureIsChanceAndASecondIsNot() {
        PeerQuality well = after(PeerQuality.NONE, 50, PASS);
        assertFalse(well.plus(FAIL).failing());
        assertTrue(well.plus(FAIL).plus(FAIL).failing());
        assertFalse(after(well, 6, lost(0.2)).plus(PASS).failing(), "six packets of a minute and a half");
    }

    @Test
    void aLossOfATenthFailsAndGoesOnFailing() {
        PeerQuality quality = after(PeerQuality.NONE, 50, PASS);
        for (int i = 0; i < 200; i++) {
            quality = quality.plus(i % 2 == 0 ? lost(0.2) : PASS);
            assertTrue(i <= 30 || quality.failing(), "round " + i);
        }
    }

    /** Two minutes and a half of tests that pass, however long it had failed. */
    @Test
    void aFaultThatHasEndedIsOverWithinMinutes() {
        PeerQuality dead = after(PeerQuality.NONE, 1000, FAIL);
        assertTrue(after(dead, 10, PASS).failing());
        assertFalse(after(dead, 30, PASS).failing());
    }

    @Test
    void anAgentThatHangsIsNotTheNetworksFailure() {
        PeerQuality quality = after(PeerQuality.NONE, 5, because(Cause.STALLED));
        assertFalse(quality.failing());
        assertTrue(quality.hanging() && quality.isInTrouble());
    }

    @Test
    void whatDidNotReachTheNetworkSaysNothing() {
        assertEquals(PeerQuality.NONE, after(PeerQuality.NONE, 50, because(Cause.LOCAL)));
    }

    @Test
    void aSingleLongRoundTripCountsForLittle() {
        PeerQuality usual = after(PeerQuality.NONE, 50, PASS);
        assertEquals(0.001, usual.badness(), 1e-9);
        assertTrue(usual.plus(new Round(Optional.empty(), 0, 0.2)).badness() < 0.00125);
    }

    @Test
    void aTestThatFailsCountsAsASecondAndALostPacketAsNothing() {
        PeerQuality usual = after(PeerQuality.NONE, 50, PASS);
        assertEquals(0.001, usual.plus(lost(0.2)).badness(), 1e-9);
        assertTrue(after(usual, 100, FAIL).badness() > 0.9);
    }

    @Test
    void fewResultsMakeNobodyWorse() {
        assertEquals(0, after(PeerQuality.NONE, 5, PASS).badness());
    }
}
