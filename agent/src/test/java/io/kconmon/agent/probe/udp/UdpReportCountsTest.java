package io.kconmon.agent.probe.udp;

import static io.kconmon.agent.probe.udp.ScriptedUdp.lost;
import static io.kconmon.agent.probe.udp.ScriptedUdp.took;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.agent.probe.Cause;
import io.kconmon.shared.net.IpAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UdpReportCountsTest {

    private final UdpReportCounts reportCounts = new UdpReportCounts();

    private void round(LossDirections settled, UdpPacketResult... packets) {
        reportCounts.add(new UdpResult(Arrays.asList(packets), 0, 0, false, settled, List.of()));
    }

    private void round(UdpPacketResult... packets) {
        round(LossDirections.NONE, packets);
    }

    private static UdpPacketResult none() {
        return lost(Cause.TIMEOUT);
    }

    @Test
    void aHealthyRoundHasItsSizeAndItsTimes() {
        round(took(100), took(200), took(360));
        assertEquals("3,64,3c,3w", reportCounts.take(), "220, 120 less, 140 more, to base 36");
        assertEquals("", reportCounts.take(), "nothing since");
    }

    @Test
    void aLossIsCountedOnceItsDirectionIsKnown() {
        round(took(100), none(), took(100));
        assertEquals("2,2s,0,0", reportCounts.take());
        round(new LossDirections(1, 0, 0), took(100), took(100), took(100));
        assertEquals("4,2s,0,0;g=3;t=1", reportCounts.take());
        round(took(100), took(100), took(100));
        assertEquals("3,2s,0,0", reportCounts.take());
    }

    @Test
    void aRoundThatLostAllIsReportedOnceAndAtOnce() {
        round(none(), none());
        assertEquals("2;g=0", reportCounts.take());
        round(new LossDirections(0, 0, 2), none(), none());
        assertEquals("2;g=0", reportCounts.take());
        round(new LossDirections(0, 2, 0), took(100), took(100));
        assertEquals("2,2s,0,0", reportCounts.take());
    }

    @Test
    void lossesOfPartialAndWholeRoundsAreToldApart() {
        round(took(100), none());
        round(none(), none());
        round(new LossDirections(2, 1, 0), took(100), took(100));
        assertEquals("6,2s,0,0;g=3", reportCounts.take(), "of two nobody knows where");
    }

    @Test
    void aLossOfUnknownDirectionIsCountedInTheEnd() {
        round(took(100), none());
        for (int i = 0; i < 14; i++) {
            round(took(100), took(100));
        }
        assertEquals("u,2s,0,0;g=t", reportCounts.take());
    }

    @Test
    void lateRepliesAreLostAndTimed() {
        round(new UdpPacketResult(1, took(280_000).roundTrip(), Optional.of(Cause.LATE), ""), took(240_000));
        assertEquals("2,5km8,ffk,ffk;g=1", reportCounts.take());
    }

    @Test
    void differingFlowsAndTheSendersOfUnreachablesAreReported() {
        reportCounts.add(new UdpResult(List.of(took(100), new UdpPacketResult(1, Optional.empty(),
                Optional.of(Cause.UNREACHABLE), "", Optional.of(IpAddress.of("10.0.0.1")))), 0, 0, false,
                new LossDirections(1, 0, 0), List.of(0.0, 99.6)));
        assertEquals("2,2s,0,0;g=1;t=1;w=0.100;u=1;by=10.0.0.1", reportCounts.take());
    }

    @Test
    void localFailuresAreNotCountedAsPackets() {
        round(lost(Cause.LOCAL), took(100));
        assertEquals("1,2s,0,0;local=1", reportCounts.take());
    }
}
