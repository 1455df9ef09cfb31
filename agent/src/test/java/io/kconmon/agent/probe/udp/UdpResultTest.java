package io.kconmon.agent.probe.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UdpResultTest {

    private static Outcome<Duration> back(int micros) {
        return new Outcome.Success<>(Duration.ofNanos(micros * 1000L));
    }

    private static Outcome<Duration> lost(Cause cause) {
        return new Outcome.Failure<>(cause, "");
    }

    private static UdpResult round(List<Outcome<Duration>> packets) {
        return new UdpResult(packets, 0, 0);
    }

    @Test
    void meanAndSpreadAreOfThoseThatCameBack() {
        UdpResult round = round(List.of(back(100), lost(Cause.TIMEOUT), back(400), back(250), lost(Cause.TIMEOUT)));
        assertEquals(0.25, round.meanMillis().orElseThrow(), 1e-9);
        assertEquals(0.3, round.varianceMillis().orElseThrow(), 1e-9);
        assertEquals(40.0, round.loss());
        assertEquals(2, round.lost());
    }

    @Test
    void onePacketHasNoSpread() {
        assertEquals(0.0, round(List.of(back(100))).varianceMillis().orElseThrow());
    }

    @Test
    void theCauseIsThatOfTheLastLossUnlessOneIsLocal() {
        assertEquals(Optional.empty(), round(List.of(back(1), back(1))).cause());
        assertEquals(Optional.of(Cause.REFUSED),
                round(List.of(lost(Cause.TIMEOUT), lost(Cause.REFUSED), back(1))).cause());
        assertEquals(Optional.of(Cause.LOCAL), round(List.of(lost(Cause.LOCAL), lost(Cause.TIMEOUT), back(1))).cause());
    }

    @Test
    void aPacketThatWasNeverSentIsNotLost() {
        UdpResult round = round(List.of(back(1), lost(Cause.LOCAL), lost(Cause.TIMEOUT)));
        assertEquals(2, round.sent());
        assertEquals(1, round.lost());
        assertEquals(50.0, round.loss());
    }

    @Test
    void withoutPacketsThereIsNoLoss() {
        UdpResult round = new UdpResult(List.of(), 0, 0);
        assertTrue(Double.isNaN(round.loss()));
        assertTrue(round.meanMillis().isEmpty());
    }
}
