package io.kconmon.agent.probe.udp;

import static java.util.Collections.nCopies;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.support.Eventually;
import io.kconmon.agent.support.Loopback;
import io.kconmon.agent.support.Running;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class UdpProbeTest {

    /** For packets that are answered: on a busy machine, too, they are. */
    private static final Duration LONG = Duration.ofSeconds(20);
    /** For packets that are not; long enough for the one between two of these to be answered in time. */
    private static final Duration SHORT = Duration.ofMillis(500);

    private static UdpProbe probe(UdpPath path, Duration timeout, int packets) {
        return new UdpProbe(new UdpSettings(Duration.ofSeconds(5), timeout, packets), path);
    }

    private static UdpPath path(UdpPeer peer) {
        return new UdpPath(Loopback.ONE, peer.address(), UdpPath.ROUNDS_A_SOCKET);
    }

    private static List<Optional<Cause>> causes(UdpResult round) {
        return round.packets().stream().map(Outcome::cause).toList();
    }

    @Test
    void everyPacketComesBackFromOurEcho() throws Exception {
        try (var echo = UdpEcho.start(Loopback.ONE, 0, sender -> true, delay -> {
        });
                var path = new UdpPath(Loopback.ONE, new InetSocketAddress(Loopback.ONE, echo.port()))) {
            long begin = System.nanoTime();
            UdpResult round = probe(path, LONG, 5).run();
            double took = (System.nanoTime() - begin) / 1e6;

            assertEquals(nCopies(5, Optional.empty()), causes(round));
            assertEquals(5, round.sent());
            assertEquals(5, round.received());
            assertEquals(0.0, round.loss());
            assertEquals(Optional.empty(), round.cause());
            assertEquals(0, round.late() + round.duplicates());
            assertTrue(round.meanMillis().orElseThrow() > 0 && round.meanMillis().orElseThrow() <= took / 5,
                    () -> "mean of %s in %s ms".formatted(round, took));
            assertTrue(round.varianceMillis().orElseThrow() <= took);
            Eventually.eventually("five answers are counted", () -> echo.answered() == 5);
        }
    }

    /** From a loopback address there is no way out of this host. */
    @Test
    void aPeerWithoutARouteIsUnreachableInEveryRound() throws Exception {
        var nowhere = new InetSocketAddress(InetAddress.getByAddress(new byte[]{(byte) 192, 0, 2, 1}), 9);
        try (var path = new UdpPath(Loopback.ONE, nowhere)) {
            for (int i = 0; i < 2; i++) {
                UdpResult round = probe(path, LONG, 3).run();
                assertEquals(Collections.nCopies(3, Optional.of(Cause.UNREACHABLE)), causes(round));
            }
        }
    }

    @Test
    void packetsAreFourBytesAndNoTwoAlike() throws Exception {
        var seen = new LinkedBlockingQueue<byte[]>();
        try (var peer = new UdpPeer((number, packet, answers) -> {
            seen.add(packet);
            answers.send(UdpPeer.reply(packet));
        }); var path = path(peer)) {
            assertEquals(Optional.empty(), probe(path, LONG, 100).run().cause());
        }
        assertTrue(seen.stream().allMatch(it -> it.length == 4));
        assertEquals(100, seen.stream().map(UdpPeer::token).distinct().count());
    }

    @Test
    void anEchoThatIsSilentLosesAll() throws Exception {
        try (var peer = new UdpPeer(UdpPeer.SILENT); var path = path(peer)) {
            long begin = System.nanoTime();
            UdpResult round = probe(path, Duration.ofMillis(20), 5).run();

            assertTrue(System.nanoTime() - begin >= 5 * 18_000_000, "gave up too early");
            assertEquals(nCopies(5, Optional.of(Cause.TIMEOUT)), causes(round));
            assertEquals(5, round.lost());
            assertEquals(100.0, round.loss());
            assertTrue(round.meanMillis().isEmpty());
            assertTrue(round.varianceMillis().isEmpty());
            assertEquals(Optional.of(Cause.TIMEOUT), round.cause());
        }
    }

    @Test
    void twoOfFiveLost() throws Exception {
        try (var peer = new UdpPeer((number, packet, answers) -> {
            if (number != 2 && number != 5) {
                answers.send(UdpPeer.reply(packet));
            }
        }); var path = path(peer)) {
            UdpResult round = probe(path, SHORT, 5).run();

            Optional<Cause> lost = Optional.of(Cause.TIMEOUT);
            assertEquals(List.of(Optional.empty(), lost, Optional.empty(), Optional.empty(), lost), causes(round));
            assertEquals(40.0, round.loss());
            assertTrue(round.meanMillis().orElseThrow() < SHORT.toMillis());
            assertEquals(lost, round.cause());
        }
    }

    @Test
    void aPathIsRenewedAfterARoundInWhichAllWasLostAndNotBefore() throws Exception {
        var ports = new LinkedBlockingQueue<Integer>();
        try (var socket = new DatagramSocket(new InetSocketAddress(Loopback.ONE, 0));
                var path = new UdpPath(Loopback.ONE, (InetSocketAddress) socket.getLocalSocketAddress(),
                        UdpPath.ROUNDS_A_SOCKET)) {
            for (int round = 1; round <= 3; round++) {
                var packet = new DatagramPacket(new byte[8], 8);
                boolean answers = round == 1;
                var running = Running.start(() -> probe(path, answers ? LONG : SHORT, 1).run());
                socket.receive(packet);
                ports.add(packet.getPort());
                if (answers) {
                    packet.setData(UdpPeer.reply(Arrays.copyOf(packet.getData(), packet.getLength())));
                    socket.send(packet);
                }
                assertEquals(answers ? 0.0 : 100.0, running.result().loss());
                if (round == 2) { // too late for its round, and in time to be counted
                    packet.setData(UdpPeer.reply(Arrays.copyOf(packet.getData(), packet.getLength())));
                    socket.send(packet);
                }
                assertEquals(round == 3 ? 1 : 0, running.result().late());
            }
        }
        int first = ports.remove();
        assertEquals(first, ports.remove());
        assertNotEquals(first, ports.remove());
    }

    /** What is not begun anew is let through by stateful filters for as long as it lasts. */
    @Test
    void aPathIsRenewedNowAndThen() throws Exception {
        var tokens = new HashSet<Integer>();
        var sockets = new HashSet<DatagramSocket>();
        try (var peer = new UdpPeer((number, packet, answers) -> {
            tokens.add(UdpPeer.token(packet));
            UdpPeer.ECHO.on(number, packet, answers);
        }); var path = new UdpPath(Loopback.ONE, peer.address(), 2)) {
            for (int round = 1; round <= 2 + 2 * UdpPath.ROUNDS_A_SOCKET; round++) {
                assertEquals(Optional.empty(), probe(path, LONG, 1).run().cause());
                sockets.add(requireNonNull(path.openSocket()));
            }
        }
        assertEquals(3, sockets.size());
        assertEquals(2 + 2 * UdpPath.ROUNDS_A_SOCKET, tokens.size(), "no token comes twice");
    }

    @Test
    void duplicatesAreCountedAndAnswerNothing() throws Exception {
        try (var peer = new UdpPeer((number, packet, answers) -> {
            answers.send(UdpPeer.reply(packet));
            answers.send(UdpPeer.reply(packet));
        }); var path = path(peer)) {
            UdpResult first = probe(path, LONG, 5).run();
            assertEquals(0.0, first.loss());
            assertEquals(4, first.duplicates(), "the fifth packet's is still under way");
            UdpResult second = probe(path, LONG, 5).run();
            assertEquals(5, second.duplicates());
            assertEquals(0, first.late() + second.late());
        }
    }

    @Test
    void aReplyWithAnUnknownTokenIsIgnored() throws Exception {
        try (var peer = new UdpPeer((number, packet, answers) -> {
            int token = UdpPeer.token(packet);
            answers.send(UdpPeer.reply(token + 1 & EchoPacket.TOKEN_MASK));
            answers.send(UdpPeer.reply(token - 1000 & EchoPacket.TOKEN_MASK));
            answers.send(UdpPeer.reply(token ^ 0x80_0000));
            answers.send(UdpPeer.reply(packet));
        }); var path = path(peer)) {
            UdpResult round = probe(path, LONG, 5).run();
            assertEquals(0.0, round.loss());
            assertEquals(0, round.late() + round.duplicates());
        }
    }

    @Test
    void datagramsOfAnotherLengthOrKindAreIgnored() throws Exception {
        try (var peer = new UdpPeer((number, packet, answers) -> {
            byte[] reply = UdpPeer.reply(packet);
            answers.send(new byte[0]);
            answers.send(Arrays.copyOf(reply, 3));
            answers.send(Arrays.copyOf(reply, 5));
            answers.send(Arrays.copyOf(reply, 1000));
            answers.send("pong".getBytes(StandardCharsets.US_ASCII));
        }); var path = path(peer)) {
            UdpResult round = probe(path, Duration.ofMillis(100), 1).run();
            assertEquals(List.of(Optional.of(Cause.TIMEOUT)), causes(round));
            assertEquals(0, round.late() + round.duplicates());
        }
    }

    @Test
    void anEchoThatReturnsThePacketAsItCamePasses() throws Exception {
        try (var peer = new UdpPeer((number, packet, answers) -> answers.send(packet)); var path = path(peer)) {
            assertEquals(Optional.empty(), probe(path, LONG, 5).run().cause());
        }
    }

    @Test
    void aClosedPortIsRefusedAtOnce() throws Exception {
        InetSocketAddress closed;
        try (var socket = new DatagramSocket(new InetSocketAddress(Loopback.TWO, 0))) {
            closed = (InetSocketAddress) socket.getLocalSocketAddress();
        }
        try (var path = new UdpPath(Loopback.ONE, closed)) {
            long begin = System.nanoTime();
            UdpResult round = probe(path, LONG, 5).run();

            assertTrue(System.nanoTime() - begin < LONG.toNanos(), "waited for an answer that could not come");
            assertEquals(nCopies(5, Optional.of(Cause.REFUSED)), causes(round));
            assertEquals(100.0, round.loss());
            assertEquals(Optional.of(Cause.REFUSED), round.cause());
        }
    }

    @Test
    void anAgentThatComesBackOnItsPortIsSeenAgainByTheSamePath() throws Exception {
        var peer = new UdpPeer(Loopback.TWO, 0, UdpPeer.ECHO);
        InetSocketAddress address = peer.address();
        try (var path = new UdpPath(Loopback.ONE, address)) {
            assertEquals(Optional.empty(), probe(path, LONG, 2).run().cause());
            peer.close();
            assertEquals(nCopies(2, Optional.of(Cause.REFUSED)), causes(probe(path, LONG, 2).run()));
            try (var again = new UdpPeer(Loopback.TWO, address.getPort(), UdpPeer.ECHO)) {
                UdpResult round = probe(path, LONG, 2).run();
                assertEquals(address, again.address());
                assertEquals(nCopies(2, Optional.empty()), causes(round));
            }
        }
    }

    /** The refusal of the last packet is told to whoever sends next: it must not cost the next packet. */
    @Test
    void aLateIcmpErrorDoesNotFailTheNextPacket() throws Exception {
        var peer = new UdpPeer(Loopback.TWO, 0, UdpPeer.ECHO);
        InetSocketAddress address = peer.address();
        try (var path = new UdpPath(Loopback.ONE, address)) {
            assertEquals(Optional.empty(), probe(path, LONG, 1).run().cause());
            peer.close();
            var stray = new DatagramPacket(new byte[4], 4);
            path.socket().send(stray); // its refusal waits in the socket
            try (var again = new UdpPeer(Loopback.TWO, address.getPort(), UdpPeer.ECHO)) {
                UdpResult round = probe(path, LONG, 1).run();
                assertEquals(address, again.address());
                assertEquals(Optional.empty(), round.cause());
            }
        }
    }

    @Test
    void anAddressThatIsNotOursIsALocalFailure() throws Exception {
        try (var peer = new UdpPeer(UdpPeer.ECHO); var path = new UdpPath(Loopback.NOT_OURS, peer.address())) {
            UdpResult round = probe(path, LONG, 3).run();
            assertEquals(nCopies(3, Optional.of(Cause.LOCAL)), causes(round));
            assertEquals(0, round.sent());
            assertEquals(0, round.lost());
        }
    }

    @Test
    void packetsLeaveFromTheSourceAddress() throws Exception {
        var from = new LinkedBlockingQueue<InetAddress>();
        try (var echo = UdpEcho.start(Loopback.ONE, 0, from::add, delay -> {
        });
                var path = new UdpPath(Loopback.TWO, new InetSocketAddress(Loopback.ONE, echo.port()))) {
            assertEquals(Optional.empty(), probe(path, LONG, 1).run().cause());
        }
        assertEquals(Loopback.TWO, from.remove());
    }

    @Test
    void anInterruptCutsTheRoundShortAndThePathLivesOn() throws Exception {
        var arrived = new CountDownLatch(1);
        try (var peer = new UdpPeer((number, packet, answers) -> {
            if (number == 1) {
                arrived.countDown();
            } else {
                answers.send(UdpPeer.reply(packet));
            }
        }); var path = path(peer)) {
            var running = Running.start(() -> probe(path, Duration.ofHours(1), 5).run());
            Eventually.await(arrived);
            running.interrupt();
            assertThrows(InterruptedException.class, running::result);

            assertEquals(Optional.empty(), probe(path, LONG, 5).run().cause());
        }
    }
}
