package io.kconmon.agent.probe.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.PeerState;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TcpReportCountsTest {

    private final TcpReportCounts reportCounts = new TcpReportCounts();

    private void passed(int micros, int retransmits) {
        Duration connect = Duration.ofNanos(micros * 1000L);
        reportCounts
                .add(new TcpResult(new Outcome.Success<>(new TcpTiming(Optional.of(connect), connect.multipliedBy(2))),
                        PeerState.RUNNING, retransmits));
    }

    private void failed(Cause cause) {
        reportCounts.add(new TcpResult(new Outcome.Failure<>(cause, ""), PeerState.UNKNOWN, 0));
    }

    @Test
    void passesHaveTheirMeanConnectTime() {
        passed(100, 0);
        passed(160, 0);
        assertEquals("2,3m", reportCounts.take());
        assertEquals("", reportCounts.take());
    }

    @Test
    void failuresAreCountedByCauseAndLocalFailuresAreNotCounted() {
        passed(100, 3);
        failed(Cause.CONNECT_TIMEOUT);
        failed(Cause.REFUSED);
        failed(Cause.REFUSED);
        failed(Cause.LOCAL);
        assertEquals("1,2s;r=3;f=3;connect-timeout=1;refused=2;local=1", reportCounts.take());
        failed(Cause.STALLED);
        assertEquals("0;f=1;stalled=1", reportCounts.take(), "begun anew");
    }
}
