package io.kconmon.agent.probe.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.support.Loopback;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LossDirectionsTest {

    /** One flow and a peer that counts its requests. */
    private static final class Path {

        private static final InetSocketAddress PEER = new InetSocketAddress(Loopback.ONE, 9);

        private final LossDirections.Of directions = new LossDirections.Of();
        private final List<Packet> round = new ArrayList<>();
        private int seen;
        private boolean counts = true;
        private boolean flowsDiffer;

        /** A request that is answered. */
        void answered() {
            Packet packet = send();
            seen++;
            packet.receive(new EchoPacket.Reply(packet.token, 0, counts ? seen : 0), 1, true);
        }

        void lostThere() {
            send();
        }

        void lostBack() {
            send();
            seen++;
        }

        private Packet send() {
            var packet = new Packet(PEER, 0, round.size());
            packet.ordinal = directions.send();
            round.add(packet);
            return packet;
        }

        LossDirections end(boolean peerIsSilent) {
            LossDirections known = LossDirections.NONE;
            for (Packet packet : round) {
                if (packet.isAnswered()) {
                    known = known.plus(directions.answered(packet));
                } else {
                    directions.lost();
                }
            }
            round.clear();
            return known.plus(directions.roundEnds(peerIsSilent, flowsDiffer));
        }

        /**
         * A round: {@code .} is answered, {@code t} lost there, {@code b} lost back; after the round the peer is known to be
         * silent if it ends in {@code !}.
         */
        LossDirections round(String packets) {
            packets.chars().forEach(it -> {
                switch (it) {
                    case '.' -> answered();
                    case 't' -> lostThere();
                    case 'b' -> lostBack();
                    case '!' -> {
                        // of the round's end
                    }
                    default -> throw new IllegalArgumentException(packets);
                }
            });
            return end(packets.endsWith("!"));
        }

        void restart() {
            seen = 0;
        }
    }

    private final Path path = new Path();

    private void round(String packets, int there, int back, int unknown) {
        assertEquals(new LossDirections(there, back, unknown), path.round(packets), packets);
    }

    /** Rounds, and the result that is known after the last one only. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            .,              0, 0
            .....,          0, 0
            t.,             1, 0
            b.,             0, 1
            tb.,            1, 1
            bt.,            1, 1
            ttbt.bb.t.,     4, 3
            t .,            1, 0
            b .,            0, 1
            .t .,           1, 0
            .b .,           0, 1
            .tb b t .,      2, 2
            . . .t . ,      1, 0
            tttt tt bb .,   6, 2
            .tbt .,         2, 1
            """)
    void aPacketThatThePeerCountedWasLostOnTheWayBack(String rounds, int there, int back) {
        String[] each = rounds.split(" ", -1);
        for (int i = 0; i < each.length - 1; i++) {
            round(each[i], 0, 0, 0);
        }
        round(each[each.length - 1], there, back, 0);
    }

    @Test
    void aLossAfterTheLastAnswerIsDecidedByTheNextAnswer() {
        round("t.bb", 1, 0, 0);
        round("t.t", 1, 2, 0);
        round("b", 0, 0, 0);
        round(".", 1, 1, 0);
        round(".", 0, 0, 0);
    }

    @Test
    void aPeerThatSendsNoCountDecidesNothing() {
        path.counts = false;
        round("t.b", 0, 0, 1);
        round(".", 0, 0, 1);
        path.counts = true;
        round("t.", 0, 0, 1);
        round("t.", 1, 0, 0);
        path.counts = false;
        round("b.", 0, 0, 1);
    }

    /** The packets that it had seen by then are not known. */
    @Test
    void aPeerThatBeginsToCountDecidesNothingAtFirst() {
        path.counts = false;
        round(".", 0, 0, 0);
        path.counts = true;
        round("tt.", 0, 0, 2);
        round("tb.", 1, 1, 0);
    }

    @Test
    void aPeerThatCountsAnewDecidesNothingUntilItHasCountedTwice() {
        round("......", 0, 0, 0);
        path.restart();
        round("t.", 0, 0, 1);
        round("t.", 1, 0, 0);
        round("b.", 0, 1, 0);
        path.restart();
        round(".", 0, 0, 0);
        round("tb.", 1, 1, 0);
    }

    /** Its count goes on from somewhere else after it has been away, as one does that has forgotten this source. */
    @Test
    void theDirectionOfALossDuringAPeersRestartIsUnknown() {
        round(".....", 0, 0, 0);
        round("ttt", 0, 0, 0);
        path.restart();
        round("b.", 0, 0, 4);
        round("t.", 1, 0, 0);
    }

    /** A network that duplicates requests makes a count that cannot be. */
    @Test
    void aCountThatIsTooHighIsIgnored() {
        round(".", 0, 0, 0);
        path.seen += 3;
        round("t.", 0, 0, 1);
        round("t.", 1, 0, 0);
    }

    /** A count that would make more packets lost than are missing. */
    @Test
    void aCountThatIsTooLowIsIgnored() {
        round(".", 0, 0, 0);
        path.restart();
        round("t....", 0, 0, 1);
        path.restart();
        round("t.....", 0, 0, 1);
        round("b.", 0, 1, 0);
        path.seen--;
        round("..", 0, 0, 0);
        round("t.", 1, 0, 0);
    }

    @Test
    void aCountThatGoesBackIsIgnored() {
        round("....", 0, 0, 0);
        path.seen -= 2;
        round("t.", 0, 0, 1);
        round("b.", 0, 1, 0);
    }

    @Test
    void countsHave32BitsAndNoSign() {
        path.seen = Integer.MAX_VALUE - 2;
        round(".", 0, 0, 0);
        round("b..b.t.", 1, 2, 0);
        path.seen = -3;
        round(".", 0, 0, 0);
        round("t.", 1, 0, 0);
    }

    @Test
    void aSilentPeerIsGivenUpAndItsLaterCountsAreOfLaterPackets() {
        round(".", 0, 0, 0);
        round("tb", 0, 0, 0);
        round("tt!", 0, 0, 4);
        round("bb!", 0, 0, 2);
        round(".", 0, 0, 0);
        round("tb.", 1, 1, 0);
    }

    @Test
    void theFirstAnswerAfterAPeerWasGivenUpDecidesNothing() {
        round(".", 0, 0, 0);
        round("t!", 0, 0, 1);
        round("bbb.", 0, 0, 3);
        round("tb.", 1, 1, 0);
    }

    /** Its peer may answer all others for ever. */
    @Test
    void aFlowThatIsSilentIsGivenUpAfterAWhile() {
        round(".", 0, 0, 0);
        for (int i = 1; i < 12; i++) {
            round("t", 0, 0, 0);
        }
        round("t", 0, 0, 12);
        round("t", 0, 0, 1);
    }

    @Test
    void aSilentFlowIsGivenUpSoonWhereFlowsDiffer() {
        round(".", 0, 0, 0);
        for (int i = 1; i < 6; i++) {
            round("t", 0, 0, 0);
        }
        path.flowsDiffer = true;
        round("t", 0, 0, 6);
        round("t", 0, 0, 1);
        round(".", 0, 0, 0);
        round("t", 0, 0, 0);
        round(".", 1, 0, 0);
    }

    @Test
    void aFlowThatIsHeardWithinAWhileIsDecided() {
        round(".", 0, 0, 0);
        for (int i = 1; i < 12; i++) {
            round(i % 3 == 0 ? "t" : "b", 0, 0, 0);
        }
        round(".", 3, 8, 0);
    }

    @Test
    void aRoundThatWasCutShortIsNotCounted() {
        round(".", 0, 0, 0);
        path.answered();
        path.lostBack();
        path.round.clear(); // interrupted
        round("t.", 1, 0, 0);
        round("b.", 0, 1, 0);
    }

    /** Every decided packet is decided correctly, and only the last ones stay undecided. */
    @Test
    void everySumIsExact() {
        for (int seed = 1; seed <= 200; seed++) {
            var random = new Random(seed);
            double lossThere = random.nextDouble() / 2;
            double lossBack = random.nextDouble() / 2;
            var one = new Path();
            LossDirections known = LossDirections.NONE;
            LossDirections truth = LossDirections.NONE;
            for (int sent = 0; sent < 1000;) {
                for (int i = 3 + random.nextInt(5); i > 0; i--) {
                    sent++;
                    if (random.nextDouble() < lossThere) {
                        truth = truth.plus(new LossDirections(1, 0, 0));
                        one.lostThere();
                    } else if (random.nextDouble() < lossBack) {
                        truth = truth.plus(new LossDirections(0, 1, 0));
                        one.lostBack();
                    } else {
                        one.answered();
                    }
                }
                known = known.plus(one.end(false));
            }
            assertEquals(truth, known.plus(one.round(".")), "seed " + seed);
        }
    }

    /** Over real sockets and all flows, compared with the packets that the peer has dropped. */
    @ParameterizedTest
    @EnumSource(Sockets.Clock.class)
    void everySumIsExactOverSockets(Sockets.Clock clock) throws Exception {
        var random = new Random(7);
        var there = new AtomicInteger();
        var back = new AtomicInteger();
        var drops = new AtomicBoolean(true);
        var counts = new HashMap<Integer, Integer>();
        try (var source = new UdpSource(clock); var peer = new UdpPeer(request -> {
            if (drops.get() && random.nextInt(10) < 3) {
                there.incrementAndGet();
                return;
            }
            int seen = counts.merge(request.from.getPort(), 1, Integer::sum);
            if (drops.get() && random.nextInt(10) < 2) {
                back.incrementAndGet();
                return;
            }
            request.send(UdpPeer.reply(request.token(), EchoPacket.UNKNOWN, seen));
        })) {
            UdpProbe probe = source.hasty(peer.address(), 100);
            LossDirections known = LossDirections.NONE;
            int lost = 0;
            int late = 0;
            int lateInTheirRound = 0;
            for (int i = 1; drops.get() || lost > 0; i++) {
                drops.set(i <= 10);
                UdpResult round = probe.run();
                known = known.plus(round.directions());
                lost = round.lost();
                late += round.late();
                lateInTheirRound += (int) round.packets().stream()
                        .filter(it -> it.cause().equals(Optional.of(Cause.LATE))).count();
            }
            // On a machine that stands still for a while, replies that came back too late are lost as well.
            assertEquals(new LossDirections(there.get(), back.get() + late - lateInTheirRound, 0), known);
        }
    }

    /** A dead peer is given up after two rounds; when it is back, its counts are of the packets that come then. */
    @ParameterizedTest
    @EnumSource(Sockets.Clock.class)
    void aPeerThatWasDeadForAWhile(Sockets.Clock clock) throws Exception {
        var dead = new AtomicBoolean();
        try (var source = new UdpSource(clock); var peer = new UdpPeer(request -> {
            if (!dead.get()) {
                request.answer();
            }
        })) {
            UdpProbe probe = source.hasty(peer.address(), 5);
            assertEquals(LossDirections.NONE, probe.run().directions());
            dead.set(true);
            assertEquals(LossDirections.NONE, probe.run().directions());
            assertEquals(new LossDirections(0, 0, 10), probe.run().directions());
            assertEquals(new LossDirections(0, 0, 5), probe.run().directions());
            dead.set(false);
            assertEquals(LossDirections.NONE, probe.run().directions());
        }
    }

    /** It was heard again in the next round, so that nothing was given up; it had seen all of them. */
    @ParameterizedTest
    @EnumSource(Sockets.Clock.class)
    void aPeerThatWasSilentForARound(Sockets.Clock clock) throws Exception {
        var silent = new AtomicBoolean(true);
        try (var source = new UdpSource(clock); var peer = new UdpPeer(request -> {
            if (!silent.get()) {
                request.answer();
            }
        })) {
            UdpProbe probe = source.hasty(peer.address(), 5);
            assertEquals(LossDirections.NONE, probe.run().directions());
            silent.set(false);
            assertEquals(new LossDirections(0, 5, 0), probe.run().directions());
        }
    }
}
