package io.kconmon.agent.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.support.BusyCarriers;
import io.kconmon.agent.support.Eventually;
import io.kconmon.agent.support.Loopback;
import io.kconmon.agent.support.Running;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Replies that come after their packet was given up: counted as what they are, and asked whose doing it was. */
class UdpLateReplyTest {

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
}
