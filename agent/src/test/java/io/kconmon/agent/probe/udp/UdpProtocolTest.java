package io.kconmon.agent.probe.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.json.JsonObject;
import io.kconmon.agent.kernel.Ticks;
import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Probe;
import io.kconmon.agent.probe.ProbeContext;
import io.kconmon.agent.support.Loopback;
import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.metrics.ProgramMeters;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The parts of the UDP protocol, and the JSON of a test on demand. */
class UdpProtocolTest {

    private final Sockets sockets = Sockets.open();
    private final UdpProtocol protocol = start(0);

    private UdpProtocol start(int port) {
        Settings settings = Settings.of(UdpProtocol.TYPE.settings(),
                Map.of("udp.packets", "4", "udp.flows", "3", "udp.timeout", "5s"));
        return (UdpProtocol) UdpProtocol.TYPE.start(settings,
                new ProbeContext(sockets, Loopback.ONE, Loopback.ONE, port,
                        new ProgramMeters("kconmon"), () -> false, sender -> true));
    }

    @AfterEach
    void close() {
        protocol.close();
        sockets.close();
    }

    private static List<Integer> ports(UdpResult round) {
        return round.packets().stream().map(UdpPacketResult::sourcePort).toList();
    }

    /** The periodic test's flows are those of the one on demand, which does not disturb it. */
    @Test
    void allProbesOfAPeerShareItsFlowsAndItsState() throws Exception {
        var counts = new LinkedBlockingQueue<Integer>();
        try (var peer = new UdpPeer(request -> {
            counts.add(request.seen);
            request.answer();
        }); Probe<UdpResult> periodic = protocol.to(peer.address(), Ticks.PROMPT)) {
            UdpResult first = periodic.run();
            List<Integer> ports = ports(first);
            assertEquals(4, ports.size());
            assertEquals(3, ports.stream().distinct().count());
            try (Probe<UdpResult> onDemand = protocol.to(peer.address(), Ticks.PROMPT)) {
                assertEquals(List.of(ports.get(1), ports.get(2), ports.get(0), ports.get(1)),
                        ports(onDemand.run()), "it goes on where the other one left off");
            }
            assertEquals(List.of(ports.get(2), ports.get(0), ports.get(1), ports.get(2)), ports(periodic.run()));
            assertEquals(List.of(1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4), List.copyOf(counts));
        }
    }

    /** The next agent at this address counts from 1, too; the flows stay. */
    @Test
    void aPeerThatNobodyTestsAnyMoreIsForgotten() throws Exception {
        try (var peer = new UdpPeer(UdpPeer.ECHO)) {
            List<Integer> before;
            try (Probe<UdpResult> probe = protocol.to(peer.address(), Ticks.PROMPT)) {
                before = ports(probe.run());
            }
            try (Probe<UdpResult> probe = protocol.to(peer.address(), Ticks.PROMPT)) {
                assertEquals(before, ports(probe.run()), "it begins at the first flow again");
            }
        }
    }

    @Test
    void agentsAnswerEachOther() throws Exception {
        try (var free = new DatagramSocket(new InetSocketAddress(Loopback.ONE, 0))) {
            int port = free.getLocalPort();
            assertEquals("port: \"%d\" cannot be listened on at 127.0.0.1, UDP: bind: address already in use"
                    .formatted(port), assertThrows(BadSettingException.class, () -> start(port)).getMessage());
            free.close();
            UdpProtocol other = start(port);
            try (other; Probe<UdpResult> probe = protocol.to(new InetSocketAddress(Loopback.ONE, port), Ticks.PROMPT)) {
                assertEquals(Optional.empty(), probe.run().cause());
            }
            try (var again = new DatagramSocket(new InetSocketAddress(Loopback.ONE, port))) {
                assertEquals(port, again.getLocalPort());
            }
        }
    }

    @Test
    void anOnDemandTestReportsEachPacket() {
        var late = new UdpPacketResult(40003, Optional.of(Duration.ofNanos(281_500_000)), Optional.of(Cause.LATE),
                "after 281 ms; the timeout is 250");
        var timeless = new UdpPacketResult(40004, Optional.empty(), Optional.empty(), "");
        var result = new UdpResult(List.of(ScriptedUdp.took(500), ScriptedUdp.lost(Cause.REFUSED), late, timeless), 1,
                2, false, LossDirections.NONE, List.of());
        JsonObject json = protocol.describe(JsonObject.builder(), result).build();
        assertEquals("fail", json.stringValue("result", ""));
        assertEquals("late", json.stringValue("cause", ""));
        assertEquals(50.0, json.doubleValue("lossPercent", -1));
        assertEquals(141.0, json.doubleValue("durationMillis", -1));
        assertEquals(281.0, json.doubleValue("varianceMillis", -1));
        assertEquals(1, json.intValue("late", -1));
        assertEquals(2, json.intValue("duplicates", -1));
        assertEquals(List.of("""
                {"outcome":"received","roundTripMillis":0.5,"sourcePort":40001}""", """
                {"outcome":"lost","sourcePort":40002,"cause":"refused","detail":"in words"}""", """
                {"outcome":"lost","roundTripMillis":281.5,"sourcePort":40003,"cause":"late",\
                "detail":"after 281 ms; the timeout is 250"}""", """
                {"outcome":"received","sourcePort":40004}"""),
                json.arrayValue("packets").orElseThrow().values().stream().map(Object::toString).toList());
    }

    @Test
    void packetsThatWereNotSentAreNotReportedAsLost() {
        var local = new UdpPacketResult(0, Optional.empty(), Optional.of(Cause.LOCAL), "socket: too many open files");
        JsonObject json = protocol.describe(JsonObject.builder(),
                new UdpResult(List.of(local), 0, 0, false, LossDirections.NONE, List.of())).build();
        assertEquals("local", json.stringValue("cause", ""));
        assertFalse(json.toString().contains("lossPercent"), json::toString);
        assertFalse(json.toString().contains("sourcePort"), json::toString);
        assertTrue(json.toString().contains("too many open files"), json::toString);
    }
}
