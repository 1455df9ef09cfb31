package io.kconmon.agent.probe.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.probe.Cause;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UdpResultTest {

    private static UdpPacketResult back(int micros) {
        return new UdpPacketResult(1, Optional.of(Duration.ofNanos(micros * 1000L)), Optional.empty(), "");
    }

    private static UdpPacketResult late(int millis) {
        return new UdpPacketResult(2, Optional.of(Duration.ofMillis(millis)), Optional.of(Cause.LATE), "late");
    }

    private static UdpPacketResult lost(Cause cause) {
        return lost(cause, 3, "");
    }

    private static UdpPacketResult lost(Cause cause, int port, String detail) {
        return new UdpPacketResult(port, Optional.empty(), Optional.of(cause), detail);
    }

    private static UdpResult round(UdpPacketResult... packets) {
        return round(false, packets);
    }

    private static UdpResult round(boolean freshPortAnswered, UdpPacketResult... packets) {
        return new UdpResult(List.of(packets), 0, 0, freshPortAnswered, LossDirections.NONE, List.of());
    }

    @Test
    void meanAndSpreadAreOfThePacketsThatCameBack() {
        UdpResult round = round(back(100), lost(Cause.TIMEOUT), back(400), back(250), lost(Cause.TIMEOUT));
        assertEquals(0.25, round.meanMillis().orElseThrow(), 1e-9);
        assertEquals(0.3, round.varianceMillis().orElseThrow(), 1e-9);
        assertEquals(40.0, round.loss());
        assertEquals(2, round.lost());
    }

    @Test
    void onePacketHasNoSpread() {
        assertEquals(0.0, round(back(100)).varianceMillis().orElseThrow());
    }

    @Test
    void aLateReplyIsALossWhoseRoundTripIsKnown() {
        UdpResult round = round(back(1000), late(281));
        assertEquals(50.0, round.loss());
        assertEquals(141.0, round.meanMillis().orElseThrow(), 1e-9);
        assertEquals(280.0, round.varianceMillis().orElseThrow(), 1e-9);
        assertEquals(Optional.of(Cause.LATE), round.cause());
        assertEquals(List.of(2), round.lostPorts());
    }

    /** The echo has it, and it is not known when. */
    @Test
    void aReplyWithoutATimeIsReceived() {
        UdpResult round = round(new UdpPacketResult(1, Optional.empty(), Optional.empty(), ""));
        assertEquals(0.0, round.loss());
        assertTrue(round.meanMillis().isEmpty());
        assertTrue(round.varianceMillis().isEmpty());
    }

    @Test
    void theCauseIsTheLastLossesUnlessOneLossWasLocal() {
        assertEquals(Optional.empty(), round(back(1), back(1)).cause());
        assertEquals(Optional.of(Cause.REFUSED), round(lost(Cause.TIMEOUT), lost(Cause.REFUSED), back(1)).cause());
        assertEquals(Optional.of(Cause.LOCAL), round(lost(Cause.LOCAL), lost(Cause.TIMEOUT), back(1)).cause());
        assertEquals(Optional.of(Cause.STALE_FLOW), round(true, lost(Cause.TIMEOUT), lost(Cause.TIMEOUT)).cause());
        assertEquals(Optional.of(Cause.LOCAL), round(true, lost(Cause.TIMEOUT), lost(Cause.LOCAL)).cause());
    }

    @Test
    void theDetailIsTheLastLossesAndNamesEveryPortThatLost() {
        UdpResult round = round(lost(Cause.TIMEOUT, 9, "first"), lost(Cause.TIMEOUT, 7, "last"), back(1),
                lost(Cause.TIMEOUT, 9, "again"), back(1));
        assertEquals("again", round.detail());
        assertEquals(List.of(7, 9), round.lostPorts());
        assertEquals("", round(back(1)).detail());
        assertEquals(List.of(), round(back(1), lost(Cause.LOCAL, 0, "")).lostPorts());
    }

    @Test
    void aPacketThatWasNeverSentIsNotLost() {
        UdpResult round = round(back(1), lost(Cause.LOCAL), lost(Cause.TIMEOUT));
        assertEquals(2, round.sent());
        assertEquals(1, round.lost());
        assertEquals(50.0, round.loss());
    }

    @Test
    void aResultWithoutPacketsHasNoLoss() {
        UdpResult round = round();
        assertTrue(Double.isNaN(round.loss()));
        assertTrue(round.meanMillis().isEmpty());
    }
}
