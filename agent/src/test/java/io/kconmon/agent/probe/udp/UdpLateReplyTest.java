package io.kconmon.agent.probe.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.support.Loopback;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Replies that come after their packet was given up: they are counted as what they are. */
class UdpLateReplyTest {

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

    /** The first kconmon took it for the next packet's, and from there on each for the one before. */
    @Test
    void aLateReplyIsNotTakenForTheNextPackets() throws Exception {
        var held = new LinkedBlockingQueue<byte[]>();
        try (var peer = new UdpPeer((number, packet, answers) -> {
            switch (number) {
                case 1 -> held.add(packet);
                case 2 -> answers.send(UdpPeer.reply(held.remove())); // and nothing for this one
                default -> answers.send(UdpPeer.reply(packet));
            }
        }); var path = path(peer)) {
            UdpResult round = probe(path, SHORT, 3).run();

            Optional<Cause> lost = Optional.of(Cause.TIMEOUT);
            assertEquals(List.of(lost, lost, Optional.empty()), causes(round));
            assertEquals(1, round.late());
            assertEquals(0, round.duplicates());
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
            UdpResult first = probe(path, SHORT, 2).run();
            assertEquals(50.0, first.loss());
            assertEquals(0, first.late());

            UdpResult second = probe(path, LONG, 1).run();
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
            UdpResult round = probe(path, SHORT, 2).run();
            assertEquals(50.0, round.loss());
            assertEquals(1, round.late());
            assertEquals(1, round.duplicates());
        }
    }
}
