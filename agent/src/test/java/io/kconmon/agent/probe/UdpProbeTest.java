package io.kconmon.agent.probe;

import static java.util.Collections.nCopies;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.echo.UdpEcho;
import io.kconmon.agent.support.BusyCarriers;
import io.kconmon.agent.support.Eventually;
import io.kconmon.agent.support.Loopback;
import io.kconmon.agent.support.Running;
import io.kconmon.shared.udp.EchoPacket;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Collections;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UdpProbeTest {

    /** For packets that are answered: on a busy machine, too, they are. */
    private static final Duration LONG = Duration.ofSeconds(20);
    /** For packets that are not; long enough for the one between two of these to be answered in time. */
    private static final Duration SHORT = Duration.ofMillis(500);

    private static UdpProbe probe(Duration timeout, int packets) {
        return new UdpProbe(Duration.ofSeconds(5), timeout, packets);
    }

    private static UdpPath path(UdpPeer peer) {
        return new UdpPath(Loopback.ONE, peer.address(), UdpPath.ROUNDS_A_SOCKET);
    }

    private static List<Optional<Cause>> causes(UdpRound round) {
        return round.packets().stream().map(Outcome::cause).toList();
    }

    @Test
    void everyPacketComesBackFromOurEcho() throws Exception {
        try (var echo = UdpEcho.start(Loopback.ONE, 0, sender -> true, () -> 0);
                var path = new UdpPath(Loopback.ONE, new InetSocketAddress(Loopback.ONE, echo.port()))) {
            long begin = System.nanoTime();
            UdpRound round = probe(LONG, 5).run(path);
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
                UdpRound round = probe(LONG, 3).run(path);
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
            assertEquals(Optional.empty(), probe(LONG, 100).run(path).cause());
        }
        assertTrue(seen.stream().allMatch(it -> it.length == 4));
        assertEquals(100, seen.stream().map(UdpPeer::token).distinct().count());
    }

    @Test
    void anEchoThatIsSilentLosesAll() throws Exception {
        try (var peer = new UdpPeer(UdpPeer.SILENT); var path = path(peer)) {
            long begin = System.nanoTime();
            UdpRound round = probe(Duration.ofMillis(20), 5).run(path);

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
            UdpRound round = probe(SHORT, 5).run(path);

            Optional<Cause> lost = Optional.of(Cause.TIMEOUT);
            assertEquals(List.of(Optional.empty(), lost, Optional.empty(), Optional.empty(), lost), causes(round));
            assertEquals(40.0, round.loss());
            assertTrue(round.meanMillis().orElseThrow() < SHORT.toMillis());
            assertEquals(lost, round.cause());
        }
    }

    /** The first kconmon took it for the next packet's, and from there on each for the one before. */
    @Test
    void aLateReplyIsNotTheNextPackets() throws Exception {
        var held = new LinkedBlockingQueue<byte[]>();
        try (var peer = new UdpPeer((number, packet, answers) -> {
            switch (number) {
                case 1 -> held.add(packet);
                case 2 -> answers.send(UdpPeer.reply(held.remove())); // and nothing for this one
                default -> answers.send(UdpPeer.reply(packet));
            }
        }); var path = path(peer)) {
            UdpRound round = probe(SHORT, 3).run(path);

            Optional<Cause> lost = Optional.of(Cause.TIMEOUT);
            assertEquals(List.of(lost, lost, Optional.empty()), causes(round));
            assertEquals(1, round.late());
            assertEquals(0, round.duplicates());
        }
    }

    /** The second packet's and the fourth's come when the round could be over. */
    @Test
    void repliesThatComeLateSayHowLateAndWhoWaited() throws Exception {
        var held = new LinkedBlockingQueue<byte[]>();
        var heldUp = Duration.ofMillis(400);
        var waited = new AtomicLong(7);
        try (var peer = new UdpPeer((number, packet, answers) -> {
            switch (number) {
                case 1 -> held.add(packet);
                case 2 -> {
                    waited.addAndGet(300_000_000);
                    held.add(packet);
                }
                case 3 -> {
                    answers.send(UdpPeer.reply(held.remove(), heldUp));
                    answers.send(UdpPeer.reply(packet, heldUp));
                }
                default -> {
                    Eventually.pause(SHORT.plusMillis(100));
                    answers.send(UdpPeer.reply(held.remove()));
                    answers.send(UdpPeer.reply(packet, heldUp));
                }
            }
        }); var path = path(peer)) {
            UdpRound round = probe(SHORT, 4).watchedBy(waited::get).run(path);

            Optional<Cause> lost = Optional.of(Cause.TIMEOUT);
            assertEquals(List.of(lost, lost, Optional.empty(), lost), causes(round));
            assertEquals(3, round.late());
            late(round, 0, SHORT.toMillis(), 300, heldUp);
            late(round, 1, SHORT.toMillis(), 300, Duration.ZERO);
            late(round, 3, 100, 0, heldUp);
        }
    }

    private static void late(UdpRound round, int packet, long byMillis, int waitedHereMillis, Duration waitedThere) {
        Outcome.Late<Duration> late = round.packets().get(packet).late().orElseThrow();
        assertTrue(late.by().toMillis() >= byMillis * 9 / 10, late::toString);
        assertEquals(Duration.ofMillis(waitedHereMillis), late.waitedHere());
        assertEquals(waitedThere, late.waitedThere());
        assertEquals("no reply within 500 ms", late.detail());
    }

    /** It was in time; who was to read it, or to give up waiting for it, did not run. */
    @Test
    void aReplyThatLiesThereUntilItIsTooLateIsOurOwnDoing() throws Exception {
        try (var peer = new UdpPeer((number, packet, answers) -> {
            try (var busy = new BusyCarriers()) {
                answers.send(UdpPeer.reply(packet));
                Eventually.pause(SHORT.plusMillis(100));
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }); var path = path(peer)) {
            UdpRound round = Running.start(() -> probe(SHORT, 1).run(path)).result();
            Outcome.Late<Duration> late = round.packets().getFirst().late().orElseThrow();
            assertTrue(late.isOurDoing(), late::toString);
            assertEquals(1, round.late());
        }
    }

    /** The second packet's comes while its source has no time to look for it: it is busy with the first one's. */
    @Test
    void whoIsTooLateToWaitLooksOnceMore() throws Exception {
        var held = new LinkedBlockingQueue<byte[]>();
        var asked = new AtomicInteger();
        try (var peer = new UdpPeer((number, packet, answers) -> {
            if (number == 2) {
                answers.send(UdpPeer.reply(held.remove()));
                answers.send(UdpPeer.reply(packet));
            }
            held.add(packet);
        }); var path = path(peer)) {
            UdpRound round = probe(SHORT, 2).watchedBy(() -> {
                if (asked.incrementAndGet() == 3) { // after once for each packet, when the first reply is late
                    Eventually.pause(SHORT.plusMillis(100));
                }
                return 0;
            }).run(path);
            Outcome.Late<Duration> late = round.packets().get(1).late().orElseThrow();
            assertTrue(late.isOurDoing(), late::toString);
        }
    }

    /** It says nothing of this round's packets. */
    @Test
    void aReplyToAnEarlierRoundIsNotOneOfThisRounds() throws Exception {
        var held = new LinkedBlockingQueue<byte[]>();
        try (var peer = new UdpPeer((number, packet, answers) -> {
            if (number == 3) {
                answers.send(UdpPeer.reply(held.remove(), SHORT));
            } else {
                answers.send(UdpPeer.reply(packet));
            }
            held.add(packet);
        }); var path = path(peer)) {
            int before = path.nextToken();
            held.add(new byte[]{(byte) 0xA6, (byte) (before >> 16), (byte) (before >> 8), (byte) before});
            UdpRound round = probe(SHORT, 3).run(path);
            assertEquals(1, round.lost());
            assertEquals(1, round.late());
            assertTrue(round.packets().stream().allMatch(it -> it.late().isEmpty()), round::toString);
        }
    }

    @Test
    void aReplyThatComesInTheNextRoundIsCountedThere() throws Exception {
        var held = new LinkedBlockingQueue<byte[]>();
        try (var peer = new UdpPeer((number, packet, answers) -> {
            switch (number) {
                case 1 -> held.add(packet);
                case 2 -> answers.send(UdpPeer.reply(packet));
                default -> {
                    answers.send(UdpPeer.reply(held.remove()));
                    answers.send(UdpPeer.reply(packet));
                }
            }
        }); var path = path(peer)) {
            UdpRound first = probe(SHORT, 2).run(path);
            assertEquals(50.0, first.loss());
            assertEquals(0, first.late());

            UdpRound second = probe(LONG, 1).run(path);
            assertEquals(0.0, second.loss());
            assertEquals(1, second.late());
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
                var running = Running.start(() -> probe(answers ? LONG : SHORT, 1).run(path));
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
                assertEquals(Optional.empty(), probe(LONG, 1).run(path).cause());
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
            UdpRound first = probe(LONG, 5).run(path);
            assertEquals(0.0, first.loss());
            assertEquals(4, first.duplicates(), "the fifth packet's is still under way");
            UdpRound second = probe(LONG, 5).run(path);
            assertEquals(5, second.duplicates());
            assertEquals(0, first.late() + second.late());
        }
    }

    @Test
    void aLateReplyThatComesTwiceIsADuplicateThen() throws Exception {
        var held = new LinkedBlockingQueue<byte[]>();
        try (var peer = new UdpPeer((number, packet, answers) -> {
            if (number == 1) {
                held.add(packet);
            } else {
                byte[] late = UdpPeer.reply(held.remove());
                answers.send(late);
                answers.send(late);
                answers.send(UdpPeer.reply(packet));
            }
        }); var path = path(peer)) {
            UdpRound round = probe(SHORT, 2).run(path);
            assertEquals(50.0, round.loss());
            assertEquals(1, round.late());
            assertEquals(1, round.duplicates());
        }
    }

    @Test
    void whatAnswersNoPacketOfOursIsIgnored() throws Exception {
        try (var peer = new UdpPeer((number, packet, answers) -> {
            int token = UdpPeer.token(packet);
            answers.send(UdpPeer.reply(token + 1 & EchoPacket.TOKEN_MASK));
            answers.send(UdpPeer.reply(token - 1000 & EchoPacket.TOKEN_MASK));
            answers.send(UdpPeer.reply(token ^ 0x80_0000));
            answers.send(UdpPeer.reply(packet));
        }); var path = path(peer)) {
            UdpRound round = probe(LONG, 5).run(path);
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
            UdpRound round = probe(Duration.ofMillis(100), 1).run(path);
            assertEquals(List.of(Optional.of(Cause.TIMEOUT)), causes(round));
            assertEquals(0, round.late() + round.duplicates());
        }
    }

    @Test
    void anEchoThatReturnsThePacketAsItCamePasses() throws Exception {
        try (var peer = new UdpPeer((number, packet, answers) -> answers.send(packet)); var path = path(peer)) {
            assertEquals(Optional.empty(), probe(LONG, 5).run(path).cause());
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
            UdpRound round = probe(LONG, 5).run(path);

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
            assertEquals(Optional.empty(), probe(LONG, 2).run(path).cause());
            peer.close();
            assertEquals(nCopies(2, Optional.of(Cause.REFUSED)), causes(probe(LONG, 2).run(path)));
            try (var again = new UdpPeer(Loopback.TWO, address.getPort(), UdpPeer.ECHO)) {
                UdpRound round = probe(LONG, 2).run(path);
                assertEquals(address, again.address());
                assertEquals(nCopies(2, Optional.empty()), causes(round));
            }
        }
    }

    /** The refusal of the last packet is told to whoever sends next: it must not cost the next packet. */
    @Test
    void aRefusalThatIsToldLateIsNotTheNextPackets() throws Exception {
        var peer = new UdpPeer(Loopback.TWO, 0, UdpPeer.ECHO);
        InetSocketAddress address = peer.address();
        try (var path = new UdpPath(Loopback.ONE, address)) {
            assertEquals(Optional.empty(), probe(LONG, 1).run(path).cause());
            peer.close();
            var stray = new DatagramPacket(new byte[4], 4);
            path.socket().send(stray); // its refusal waits in the socket
            try (var again = new UdpPeer(Loopback.TWO, address.getPort(), UdpPeer.ECHO)) {
                UdpRound round = probe(LONG, 1).run(path);
                assertEquals(address, again.address());
                assertEquals(Optional.empty(), round.cause());
            }
        }
    }

    @Test
    void anAddressThatIsNotOursIsALocalFailure() throws Exception {
        try (var peer = new UdpPeer(UdpPeer.ECHO); var path = new UdpPath(Loopback.NOT_OURS, peer.address())) {
            UdpRound round = probe(LONG, 3).run(path);
            assertEquals(nCopies(3, Optional.of(Cause.LOCAL)), causes(round));
            assertEquals(0, round.sent());
            assertEquals(0, round.lost());
        }
    }

    @Test
    void packetsLeaveFromTheSourceAddress() throws Exception {
        var from = new LinkedBlockingQueue<InetAddress>();
        try (var echo = UdpEcho.start(Loopback.ONE, 0, from::add, () -> 0);
                var path = new UdpPath(Loopback.TWO, new InetSocketAddress(Loopback.ONE, echo.port()))) {
            assertEquals(Optional.empty(), probe(LONG, 1).run(path).cause());
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
            var running = Running.start(() -> probe(Duration.ofHours(1), 5).run(path));
            Eventually.await(arrived);
            running.interrupt();
            assertThrows(InterruptedException.class, running::result);

            assertEquals(Optional.empty(), probe(LONG, 5).run(path).cause());
        }
    }
}
