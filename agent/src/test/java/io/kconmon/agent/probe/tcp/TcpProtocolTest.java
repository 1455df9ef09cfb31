package io.kconmon.agent.probe.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.helidon.json.JsonObject;
import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.PeerState;
import io.kconmon.agent.probe.ProbeContext;
import io.kconmon.agent.support.Loopback;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.metrics.ProgramMeters;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The JSON of a TCP test on demand. */
class TcpProtocolTest {

    private static void says(String expected, Outcome<TcpTiming> outcome, int retransmits) {
        try (Sockets sockets = Sockets.open()) {
            var protocol = (TcpProtocol) TcpProtocol.TYPE.start(Settings.of(TcpProtocol.TYPE.settings(), Map.of()),
                    new ProbeContext(sockets, Loopback.ONE, Loopback.ONE, 0, new ProgramMeters("kconmon"), () -> false,
                            sender -> true));
            assertEquals(expected, protocol
                    .describe(JsonObject.builder(), new TcpResult(outcome, PeerState.UNKNOWN, retransmits)).build()
                    .toString());
        }
    }

    private static Outcome<TcpTiming> took(Optional<Duration> connect) {
        return new Outcome.Success<>(new TcpTiming(connect, Duration.ofNanos(1_250_000)));
    }

    @Test
    void aPassHasItsTimes() {
        says("""
                {"result":"pass","connectMillis":0.25,"durationMillis":1.25}""",
                took(Optional.of(Duration.ofNanos(250_000))), 0);
    }

    @Test
    void aHandshakeThatWasNotTimedIsNotReported() {
        says("""
                {"result":"pass","durationMillis":1.25,"retransmits":1}""", took(Optional.empty()), 1);
    }

    @Test
    void aFailureHasItsCauseAndDetail() {
        says("""
                {"result":"fail","retransmits":3,"cause":"unacknowledged","detail":"in words"}""",
                new Outcome.Failure<>(Cause.UNACKNOWLEDGED, "in words"), 3);
    }
}
