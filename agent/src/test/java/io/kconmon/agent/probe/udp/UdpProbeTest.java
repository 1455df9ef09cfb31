package io.kconmon.agent.probe.udp;

import static io.kconmon.agent.probe.udp.UdpSource.SHORT;
import static java.util.Collections.nCopies;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.kernel.UdpServer;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.support.Loopback;
import io.kconmon.agent.support.Running;
import io.kconmon.shared.net.IpAddress;
import io.kconmon.testkit.Eventually;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets that are answered in time or lost; {@link UdpLateReplyTest} has the late ones. */
@ParameterizedClass(name = "{0}")
@EnumSource(Sockets.Clock.class)
class UdpProbeTest {

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

    /** Where nobody listens. */
    private static InetSocketAddress nobody() throws IOException {
        try (var socket = new DatagramSocket(new InetSocketAddress(Loopback.TWO, 0))) {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }
    }

    private static UdpEcho echo() {
        return new UdpEcho(sender -> true, delay -> {
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void everyPacketComesBackFromOurEcho(String address) throws Exception {
        InetAddress at = IpAddress.of(address);
        try (var from = new UdpSource(clock, at, 5);
                UdpServer server = from.sockets.udpServer(new InetSocketAddress(at, 0), echo())) {
            UdpProbe probe = from.patient(new InetSocketAddress(at, server.port()), 5);
            for (int i = 0; i < 3; i++) {
                long begin = System.nanoTime();
                UdpResult round = probe.run();
                double took = (System.nanoTime() - begin) / 1e6;

                assertEquals(nCopies(5, Optional.empty()), causes(round));
                assertEquals(5, round.sent());
                assertEquals(5, round.received());
                assertEquals(0.0, round.loss());
                assertEquals(Optional.empty(), round.cause());
                assertEquals(0, round.late() + round.duplicates());
                assertEquals(LossDirections.NONE, round.directions());
                assertEquals(List.of(), round.flowLoss());
                assertTrue(round.packets().stream().allMatch(it -> it.roundTrip().isPresent()), round::toString);
                assertTrue(round.meanMillis().orElseThrow() > 0 && round.meanMillis().orElseThrow() <= took,
                        () -> "mean of %s in %s ms".formatted(round, took));
                assertTrue(round.varianceMillis().orElseThrow() <= took);
            }
        }
    }

    /** The probe accepts replies only from the address that it sent to. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.33", "::1"})
    void anEchoOnAllAddressesIsHeardAtEach(String asked) throws Exception {
        assumeTrue(clock == Sockets.Clock.KERNEL || !asked.equals("127.0.0.33"), "Java cannot");
        InetAddress at = IpAddress.of(asked);
        try (var from = new UdpSource(clock, IpAddress.of(asked.contains(":") ? "::" : "0.0.0.0"), 5);
                UdpServer server = from.sockets.udpServer(new InetSocketAddress(0), echo())) {
            UdpResult round = from.patient(new InetSocketAddress(at, server.port()), 5).run();
            assertEquals(nCopies(5, Optional.empty()), causes(round));
        }
    }

    /** From a loopback address there is no way out of this host. */
    @Test
    void aPeerWithoutARouteIsUnreachableInEveryRound() throws Exception {
        UdpProbe probe = source.patient(new InetSocketAddress(IpAddress.of("192.0.2.1"), 9), 3);
        for (int i = 0; i < 3; i++) {
            UdpResult round = probe.run();
            assertEquals(nCopies(3, Optional.of(Cause.UNREACHABLE)), causes(round));
            assertEquals(100.0, round.loss());
        }
    }

    @Test
    void packetsAreFourBytesAndNoTwoAlike() throws Exception {
        var seen = new LinkedBlockingQueue<byte[]>();
        try (var peer = new UdpPeer(request -> {
            seen.add(request.packet);
            request.answer();
        })) {
            assertEquals(Optional.empty(), source.patient(peer.address(), 100).run().cause());
        }
        assertTrue(seen.stream().allMatch(it -> it.length == 4 && it[0] == (byte) 0xA6));
        assertEquals(100, seen.stream().map(UdpPeer::token).distinct().count());
    }

    @Test
    void anEchoThatIsSilentLosesAll() throws Exception {
        try (var peer = new UdpPeer(UdpPeer.SILENT)) {
            long begin = System.nanoTime();
            UdpResult round = source.hasty(peer.address(), 5).run();

            assertTrue(System.nanoTime() - begin >= SHORT.toNanos(), "gave up too early");
            assertEquals(nCopies(5, LOST), causes(round));
            assertEquals("no reply within 500 ms", round.detail());
            assertEquals(5, round.lost());
            assertEquals(100.0, round.loss());
            assertTrue(round.meanMillis().isEmpty());
            assertTrue(round.varianceMillis().isEmpty());
            assertEquals(LOST, round.cause());
        }
    }

    @Test
    void twoOfFiveLost() throws Exception {
        var ports = new LinkedBlockingQueue<Integer>();
        try (var peer = new UdpPeer(request -> {
            ports.add(request.from.getPort());
            if (request.number != 2 && request.number != 5) {
                request.answer();
            }
        })) {
            UdpResult round = source.hasty(peer.address(), 5).run();

            assertEquals(List.of(Optional.empty(), LOST, Optional.empty(), Optional.empty(), LOST), causes(round));
            assertEquals(40.0, round.loss());
            assertTrue(round.meanMillis().orElseThrow() < SHORT.toMillis());
            assertEquals(LOST, round.cause());
            var inOrder = List.copyOf(ports);
            assertEquals(inOrder, round.packets().stream().map(UdpPacketResult::sourcePort).toList());
            assertEquals(List.of(inOrder.get(1), inOrder.get(4)).stream().sorted().toList(), round.lostPorts());
        }
    }

    /** A round's are counted by the end of the next one, whose replies come after them on the same flow. */
    @Test
    void duplicatesAreCountedButAreNotAnswers() throws Exception {
        try (var peer = new UdpPeer(request -> {
            request.answer();
            if (request.number <= 5) {
                request.answer();
                request.answer();
            }
        }); var from = new UdpSource(clock, Loopback.ONE, 1)) {
            UdpProbe probe = from.patient(peer.address(), 5);
            UdpResult first = probe.run();
            assertEquals(0.0, first.loss());
            UdpResult second = probe.run();
            assertEquals(10, first.duplicates() + second.duplicates());
            assertEquals(0, first.late() + second.late());
            assertEquals(0, probe.run().duplicates());
        }
    }

    @Test
    void answersToUnknownPacketsAreIgnored() throws Exception {
        try (var peer = new UdpPeer(request -> {
            for (int other : new int[]{request.token() + 100, request.token() - 1000, request.token() ^ 0x80_0000}) {
                request.send(UdpPeer.reply(other & EchoPacket.TOKEN_MASK, 0, request.seen));
            }
            request.answer();
        })) {
            UdpResult round = source.patient(peer.address(), 5).run();
            assertEquals(0.0, round.loss());
            assertEquals(0, round.late() + round.duplicates());
        }
    }

    @Test
    void datagramsOfAnotherLengthOrKindAreIgnored() throws Exception {
        try (var peer = new UdpPeer(request -> {
            byte[] reply = UdpPeer.reply(request.token(), 0, 1);
            for (int length : new int[]{0, 3, 4, 15, 17, 64, 65, 1000}) {
                request.send(Arrays.copyOf(reply, length));
            }
            request.send("pong".getBytes(StandardCharsets.US_ASCII));
        })) {
            UdpResult round = source.hasty(peer.address(), 1).run();
            assertEquals(List.of(LOST), causes(round));
            assertEquals(0, round.late() + round.duplicates());
        }
    }

    /** The first kconmon's does. */
    @Test
    void anEchoThatReturnsThePacketAsItCamePasses() throws Exception {
        try (var peer = new UdpPeer(request -> request.send(request.packet))) {
            UdpResult round = source.patient(peer.address(), 5).run();
            assertEquals(Optional.empty(), round.cause());
            assertTrue(round.meanMillis().orElseThrow() > 0);
        }
    }

    /** A peer's claim cannot make a round trip negative. */
    @ParameterizedTest
    @CsvSource({"9223372036854775807, false", "3600000000000, false", "-9223372036854775808, true", "-2, true",
            "0, true"})
    void aPeerThatSaysNonsenseIsReceived(long heldNanos, boolean timed) throws Exception {
        try (var peer = new UdpPeer(
                request -> request.send(UdpPeer.reply(request.token(), heldNanos, Integer.MIN_VALUE)))) {
            UdpResult round = source.patient(peer.address(), 5).run();
            assertEquals(nCopies(5, Optional.empty()), causes(round));
            assertTrue(round.packets().stream().allMatch(it -> it.roundTrip().isPresent() == timed), round::toString);
            assertTrue(round.packets().stream().flatMap(it -> it.roundTrip().stream()).noneMatch(it -> it.isNegative()),
                    round::toString);
        }
    }

    @Test
    void aClosedPortIsRefusedAtOnceAndTheSenderIsNamed() throws Exception {
        assumeTrue(clock == Sockets.Clock.KERNEL, "Java does not tell");
        UdpProbe probe = source.patient(nobody(), 5);
        for (int i = 0; i < 3; i++) {
            long begin = System.nanoTime();
            UdpResult round = probe.run();

            assertTrue(System.nanoTime() - begin < UdpSource.LONG.toNanos(), "waited for what could not come");
            assertEquals(nCopies(5, Optional.of(Cause.REFUSED)), causes(round));
            assertEquals(100.0, round.loss());
            assertEquals(Optional.of(Cause.REFUSED), round.cause());
            assertEquals("ICMP: connection refused, says 127.0.0.2", round.detail());
            assertEquals(5, round.lostPorts().size());
        }
    }

    /** They share their sockets, and an error of one stays in these until somebody asks. */
    @Test
    void aPeerThatRefusesDoesNotHarmAnother() throws Exception {
        assumeTrue(clock == Sockets.Clock.KERNEL, "Java does not tell");
        UdpProbe refused = source.patient(nobody(), 5);
        var over = new AtomicBoolean();
        try (var peer = new UdpPeer(request -> {
            Eventually.pause(Duration.ofMillis(10)); // while the other one is refused
            request.answer();
        })) {
            UdpProbe probe = source.patient(peer.address(), 5);
            var running = Running.start(() -> {
                while (!over.get()) {
                    assertEquals(nCopies(5, Optional.of(Cause.REFUSED)), causes(refused.run()));
                }
                return true;
            });
            for (int i = 0; i < 10; i++) {
                assertEquals(nCopies(5, Optional.empty()), causes(probe.run()));
            }
            over.set(true);
            assertTrue(running.result());
        }
    }

    @Test
    void anAgentThatComesBackOnItsPortIsSeenAgainByTheSameProbe() throws Exception {
        var peer = new UdpPeer(Loopback.TWO, 0, UdpPeer.ECHO);
        InetSocketAddress address = peer.address();
        UdpProbe probe = source.hasty(address, 2);
        assertEquals(Optional.empty(), probe.run().cause());
        peer.close();
        assertEquals(
                nCopies(2, clock == Sockets.Clock.KERNEL ? Optional.of(Cause.REFUSED) : LOST), causes(probe.run()));
        try (var again = new UdpPeer(Loopback.TWO, address.getPort(), UdpPeer.ECHO)) {
            assertEquals(address, again.address());
            assertEquals(nCopies(2, Optional.empty()), causes(probe.run()));
        }
    }

    @Test
    void anAddressThatIsNotOursIsALocalFailure() throws Exception {
        try (var peer = new UdpPeer(UdpPeer.ECHO); var from = new UdpSource(clock, Loopback.NOT_OURS, 5)) {
            UdpResult round = from.patient(peer.address(), 3).run();
            assertEquals(nCopies(3, Optional.of(Cause.LOCAL)), causes(round));
            assertEquals(0, round.sent());
            assertEquals(0, round.lost());
            assertEquals(List.of(), round.lostPorts());
        }
    }

    @Test
    void packetsLeaveFromTheSourceAddress() throws Exception {
        var from = new LinkedBlockingQueue<InetAddress>();
        try (var peer = new UdpPeer(request -> {
            from.add(request.from.getAddress());
            request.answer();
        }); var there = new UdpSource(clock, Loopback.TWO, 5)) {
            assertEquals(Optional.empty(), there.patient(peer.address(), 1).run().cause());
        }
        assertEquals(Loopback.TWO, from.remove());
    }

    /**
     * More than its buffer holds lies in each flow's socket when the round begins. On a machine that is very busy the kernel
     * itself may hold packets back until the round is under way, so it has three tries.
     */
    @Test
    void packetsOfStrangersDisplaceNoReply() throws Exception {
        try (var peer = new UdpPeer(UdpPeer.ECHO);
                var stranger = new DatagramSocket(new InetSocketAddress(Loopback.TWO, 0))) {
            UdpProbe probe = source.strict(peer.address(), Duration.ofSeconds(3), 5);
            UdpResult before = source.patient(peer.address(), 5).run();
            double loss = 100;
            for (int tries = 0; tries < 3 && loss > 0; tries++) {
                for (UdpPacketResult packet : before.packets()) {
                    for (int i = 0; i < 5000; i++) {
                        stranger.send(new DatagramPacket(new byte[16], 16, Loopback.ONE, packet.sourcePort()));
                    }
                }
                UdpResult after = probe.run();
                loss = after.loss();
                assertEquals(0, after.duplicates());
            }
            assertEquals(0.0, loss);
        }
    }

    @Test
    void anInterruptCutsTheRoundShortAndTheProbeLivesOn() throws Exception {
        var arrived = new CountDownLatch(5);
        try (var peer = new UdpPeer(request -> {
            if (request.number <= 5) {
                arrived.countDown();
            } else {
                request.answer();
            }
        })) {
            UdpProbe probe = source.patient(peer.address(), 5);
            var running = Running.start(probe::run);
            Eventually.await(arrived);
            running.interrupt();
            assertThrows(InterruptedException.class, running::result);
            assertEquals(0, source.flows.known());

            UdpResult round = probe.run();
            assertEquals(nCopies(5, Optional.empty()), causes(round));
            assertEquals(LossDirections.NONE, round.directions(), "those that were cut short are no losses");
        }
    }

    /** The periodic test and one on demand; the one that waits for its turn can be stopped, too. */
    @Test
    void anInterruptReachesAThreadThatWaitsForItsTurn() throws Exception {
        var arrived = new CountDownLatch(5);
        try (var peer = new UdpPeer(request -> arrived.countDown())) {
            UdpProbe probe = source.patient(peer.address(), 5);
            var first = Running.start(probe::run);
            Eventually.await(arrived);
            var second = Running.start(probe::run);
            second.interrupt();
            assertThrows(InterruptedException.class, second::result);
            first.interrupt();
            assertThrows(InterruptedException.class, first::result);
        }
    }

    /** A packet is forgotten after the next round, or with the probe. */
    @Test
    void packetsAreForgotten() throws Exception {
        try (var peer = new UdpPeer(request -> {
            if (request.number % 2 == 0) {
                request.answer();
            }
        })) {
            UdpProbe refused = source.patient(nobody(), 5);
            if (clock == Sockets.Clock.KERNEL) {
                refused.run();
                refused.run();
                refused.close();
                assertEquals(0, source.flows.known());
            }
            UdpProbe probe = source.probe(peer.address(),
                    new UdpSettings(Duration.ofMillis(100), Duration.ofMillis(100), 50, 5));
            for (int i = 0; i < 4; i++) {
                probe.run();
                assertEquals(50, source.flows.known());
            }
            probe.close();
            assertEquals(0, source.flows.known());
        }
    }

    @Test
    void sendingAfterTheCloseIsALocalFailure() throws Exception {
        try (var peer = new UdpPeer(UdpPeer.ECHO)) {
            UdpProbe probe = source.patient(peer.address(), 2);
            assertEquals(Optional.empty(), probe.run().cause());
            source.flows.close();
            assertEquals(nCopies(2, Optional.of(Cause.LOCAL)), causes(probe.run()));
            probe.close();
        }
    }
}
