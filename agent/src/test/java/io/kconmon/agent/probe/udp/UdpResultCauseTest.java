package io.kconmon.agent.probe.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.agent.probe.Cause;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UdpResultCauseTest {

    @Test
    void aRoundFailsByItsMostTellingCause() {
        assertEquals(Optional.empty(), result(false).cause());
        assertEquals(Optional.of(Cause.TIMEOUT), result(false, Cause.TIMEOUT).cause());
        // A host that refuses sends one ICMP error, and then none for a while.
        assertEquals(Optional.of(Cause.REFUSED), result(false, Cause.REFUSED, Cause.TIMEOUT, Cause.TIMEOUT).cause());
        assertEquals("REFUSED", result(false, Cause.REFUSED, Cause.TIMEOUT).detail());
        assertEquals(Optional.of(Cause.LATE), result(false, Cause.TIMEOUT, Cause.LATE, Cause.TIMEOUT).cause());
        assertEquals(Optional.of(Cause.LOCAL), result(false, Cause.LOCAL, Cause.REFUSED, Cause.TIMEOUT).cause());
        assertEquals(Optional.of(Cause.UNREACHABLE), result(false, Cause.REFUSED, Cause.UNREACHABLE).cause());
        assertEquals(Optional.of(Cause.STALE_FLOW), result(true, Cause.TIMEOUT).cause());
        assertEquals(Optional.of(Cause.LOCAL), result(true, Cause.TIMEOUT, Cause.LOCAL).cause());
    }

    private static UdpResult result(boolean freshPortAnswered, Cause... causes) {
        List<UdpPacketResult> packets = Stream.of(causes)
                .map(it -> new UdpPacketResult(40_000, Optional.empty(), Optional.of(it), it.name())).toList();
        return new UdpResult(packets, 0, 0, freshPortAnswered, LossDirections.NONE, List.of());
    }
}
