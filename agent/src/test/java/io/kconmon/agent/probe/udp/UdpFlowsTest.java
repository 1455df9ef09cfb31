package io.kconmon.agent.probe.udp;

import static java.util.Collections.nCopies;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.support.Loopback;
import io.kconmon.agent.support.Running;
import io.kconmon.testkit.Eventually;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The source ports of packets, and peers or routers that treat them differently. */
@ParameterizedClass(name = "{0}")
@EnumSource(Sockets.Clock.class)
class UdpFlowsTest {

    private static final Optional<Cause> LOST = Optional.of(Cause.TIMEOUT);

    @Parameter
    Sockets.Clock clock;

    private UdpSource source;

    @BeforeEach
    void open() throws IOException {
        source = new UdpSource(clock);
    }

    @AfterEach
    void close() {
        source.close();
    }

    private static List<Optional<Cause>> causes(UdpResult round) {
        return round.packets().stream().map(UdpPacketResult::cause).toList();
    }

    private static List<Integer> ports(UdpResult round) {
        return round.packets().stream().map(UdpPacketResult::sourcePort).toList();
    }

    /** So each is an established flow to any device that keeps track of flows. */
    @ParameterizedTest
    @CsvSource({"5, 5, 1", "10, 5, 2", "100, 5, 20", "3, 3, 1", "5, 1, 5", "64, 64, 1"})
    void eachRoundsPacketsLeaveByTheSameFlows(int packets, int flows, int each)
            throws Exception {
        var seen = new LinkedBlockingQueue<Integer>();
        try (var from = new UdpSource(clock, Loopback.ONE, flows); var peer = new UdpPeer(request -> {
            seen.add(request.from.getPort());
            request.answer();
        })) {
            UdpProbe probe = from.patient(peer.address(), packets);
            Set<Integer> first = Set.copyOf(ports(probe.run()));
            assertEquals(flows, first.size());
            for (int i = 0; i < 3; i++) {
                seen.clear();
                UdpResult round = probe.run();
                assertEquals(List.copyOf(seen), ports(round));
                Map<Integer, Long> byPort = seen.stream().collect(groupingBy(it -> it, counting()));
                assertEquals(first, byPort.keySet());
                assertTrue(byPort.values().stream().allMatch(it -> it == each), byPort::toString);
            }
        }
    }

    @Test
    void moreFlowsThanPacketsTakeTurns() throws Exception {
        try (var from = new UdpSource(clock, Loopback.ONE, 7); var peer = new UdpPeer(UdpPeer.ECHO)) {
            UdpProbe probe = from.patient(peer.address(), 3);
            var inOrder = new LinkedBlockingQueue<Integer>();
            for (int i = 0; i < 7; i++) {
                inOrder.addAll(ports(probe.run()));
            }
            List<Integer> all = List.copyOf(inOrder);
            assertEquals(7, Set.copyOf(all.subList(0, 7)).size());
            assertEquals(all.subList(0, 7), all.subList(7, 14));
            assertEquals(all.subList(0, 7), all.subList(14, 21));
        }
    }

    @Test
    void allPeersAreTestedByTheSamePortsAndAtOnce() throws Exception {
        try (var one = new UdpPeer(UdpPeer.ECHO); var other = new UdpPeer(Loopback.TWO, 0, UdpPeer.ECHO)) {
            UdpProbe toOne = source.patient(one.address(), 5);
            UdpProbe toOther = source.patient(other.address(), 5);
            var running = Running.start(() -> runs(toOne));
            assertEquals(runs(toOther), running.result());
        }
    }

    /** The ports that many rounds used, none of which lost anything. */
    private static Set<Integer> runs(UdpProbe probe) throws InterruptedException {
        var ports = new HashSet<Integer>();
        for (int i = 0; i < 50; i++) {
            UdpResult round = probe.run();
            assertEquals(Optional.empty(), round.cause());
            assertEquals(LossDirections.NONE, round.directions());
            ports.addAll(ports(round));
        }
        return ports;
    }

    @Test
    void bothFamiliesHaveTheirFlows() throws Exception {
        assumeTrue(hasIpv6(), "no IPv6 here");
        try (var from = new UdpSource(clock, new InetSocketAddress(0).getAddress(), 2);
                var four = new UdpPeer(UdpPeer.ECHO);
                var six = new UdpPeer(Loopback.SIX, 0, UdpPeer.ECHO)) {
            assertEquals(Optional.empty(), from.patient(four.address(), 2).run().cause());
            assertEquals(Optional.empty(), from.patient(six.address(), 2).run().cause());
        }
    }

    private static boolean hasIpv6() {
        try (var socket = new DatagramSocket(new InetSocketAddress(Loopback.SIX, 0))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** The token is required: a forger would have to guess 24 bits to make a dead peer look alive. */
    @Test
    void aReplyFromAnotherAddressOrPortIsIgnored() throws Exception {
        try (var other = new DatagramSocket(new InetSocketAddress(Loopback.TWO, 0));
                var otherPort = new DatagramSocket(new InetSocketAddress(Loopback.ONE, 0));
                var peer = new UdpPeer(request -> {
                    byte[] reply = UdpPeer.reply(request.token(), 0, request.seen);
                    other.send(new DatagramPacket(reply, reply.length, request.from));
                    otherPort.send(new DatagramPacket(reply, reply.length, request.from));
                })) {
            UdpResult round = source.hasty(peer.address(), 5).run();
            assertEquals(nCopies(5, LOST), causes(round));
            assertEquals(0, round.late() + round.duplicates());
        }
    }

    /** It took another path, whatever its content. */
    @Test
    void aReplyToAnotherFlowIsIgnored() throws Exception {
        var before = new LinkedBlockingQueue<UdpPeer.Request>();
        try (var peer = new UdpPeer(request -> {
            if (!before.isEmpty()) {
                before.remove().send(UdpPeer.reply(request.token(), 0, request.seen));
            }
            before.add(request);
        })) {
            UdpResult round = source.hasty(peer.address(), 5).run();
            assertEquals(nCopies(5, LOST), causes(round));
            assertEquals(0, round.late() + round.duplicates());
        }
    }

    /** A middle box that has forgotten a connection, and lets only new ones pass. */
    @Test
    void aPeerThatAnswersNewPortsAloneIsAStaleFlow() throws Exception {
        try (var peer = new UdpPeer(request -> {
            if (request.seen == 1) {
                request.answer();
            }
        })) {
            UdpProbe probe = source.hasty(peer.address(), 5);
            assertEquals(nCopies(5, Optional.empty()), causes(probe.run()));
            assertEquals(LOST, probe.run().cause(), "once may be by chance, and nothing is sent beside it");
            for (int i = 0; i < 2; i++) {
                UdpResult round = probe.run();
                assertEquals(Optional.of(Cause.STALE_FLOW), round.cause());
                assertEquals(nCopies(5, LOST), causes(round));
                assertEquals(5, round.sent(), "the packet of the fresh port is none of the round's");
                assertEquals(100.0, round.loss());
            }
        }
    }

    @Test
    void aFreshPortIsUsedOnceAndOnlyAfterARoundThatLostAll() throws Exception {
        var packets = new ConcurrentHashMap<Integer, Integer>();
        try (var peer = new UdpPeer(request -> {
            packets.merge(request.from.getPort(), 1, Integer::sum);
            if (request.number <= 2 || (request.number >= 8 && request.number != 10)) {
                request.answer();
            }
        }); var from = new UdpSource(clock, Loopback.ONE, 2)) {
            UdpProbe probe = from.hasty(peer.address(), 2);
            UdpResult first = probe.run(); // packets 1 and 2
            assertEquals(Optional.empty(), first.cause());
            assertEquals(LOST, probe.run().cause()); // 3 and 4
            assertEquals(LOST, probe.run().cause()); // 5 to 7, one of them from a fresh port
            assertEquals(3, packets.size());
            UdpResult back = probe.run(); // 8 from a fresh port, 9 and 10
            assertEquals(LOST, back.cause(), "a flow was answered, too");
            assertEquals(50.0, back.loss());
            assertEquals(4, packets.size());
            assertEquals(Optional.empty(), probe.run().cause()); // 11 and 12
            assertEquals(4, packets.size());
            Set<Integer> flows = Set.copyOf(ports(first));
            packets.forEach((port, count) -> assertEquals(flows.contains(port) ? 5 : 1, count));
        }
    }

    @Test
    void aDeadPeerIsNotAStaleFlow() throws Exception {
        try (var peer = new UdpPeer(UdpPeer.SILENT)) {
            UdpProbe probe = source.hasty(peer.address(), 1);
            for (int i = 0; i < 3; i++) {
                assertEquals(LOST, probe.run().cause());
            }
        }
    }

    /** One source port of five is dropped both ways: it is found, named by its number, and over when it is repaired. */
    @Test
    void oneDeadFlowOfFiveIsFound() throws Exception {
        var dead = new ConcurrentHashMap<Integer, Boolean>();
        try (var peer = new UdpPeer(request -> {
            if (!dead.containsKey(request.from.getPort())) {
                request.answer();
            }
        })) {
            UdpProbe probe = source.hasty(peer.address(), 5);
            List<Integer> ports = ports(probe.run());
            dead.put(ports.get(2), true);
            UdpResult round = probe.run();
            int rounds = 1;
            while (round.flowLoss().isEmpty()) {
                assertEquals(List.of(ports.get(2)), round.lostPorts());
                round = probe.run();
                assertTrue(++rounds <= 8, "not found in 8 rounds");
            }
            List<Double> loss = round.flowLoss();
            assertEquals(List.of(0.0, 0.0, 0.0, 0.0), List.of(loss.get(0), loss.get(1), loss.get(3), loss.get(4)));
            assertTrue(loss.get(2) > 50, loss::toString);
            dead.clear();
            for (int i = 0; !round.flowLoss().isEmpty(); i++) {
                round = probe.run();
                assertEquals(Optional.empty(), round.cause());
                assertTrue(i <= FlowDifference.WINDOW, "it does not end");
            }
        }
    }

    /** By the stamp that it got on its way out, and not by when it was handed over. */
    @Test
    void aPacketIsTimedFromWhenItLeft() throws Exception {
        try (var peer = new UdpPeer(UdpPeer.SILENT)) {
            for (int i = 0; i < 10; i++) {
                Packet packet = source.flows.send(peer.address(), i % 5);
                long handedOver = packet.sentAt;
                Eventually.eventually("it has left", () -> {
                    source.flows.poll(List.of(packet));
                    return packet.sentAt != handedOver;
                });
                assertTrue(packet.sentAt > handedOver && packet.sentAt <= source.sockets.now());
                source.flows.forget(List.of(packet));
            }
            assertEquals(0, source.flows.known());
        }
    }

    @Test
    void nothingIsOpenedOrSentAfterTheEnd() {
        source.flows.close();
        var peer = new InetSocketAddress(Loopback.ONE, 9);
        assertThrows(IOException.class, () -> source.flows.send(peer, 0));
        assertThrows(IOException.class, () -> source.flows.new FreshPort(peer));
        assertEquals(0, source.flows.port(peer, 0));
        source.flows.close();
    }
}
