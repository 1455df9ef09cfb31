package io.kconmon.agent.probe.udp;

import static java.util.Collections.nCopies;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.kernel.TestKernel;
import io.kconmon.agent.kernel.UdpServer;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.support.Loopback;
import io.kconmon.testkit.Eventually;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Replies that come late: by the network's fault, by the peer's, or after their packet was given up. */
@ParameterizedClass(name = "{0}")
@EnumSource(Sockets.Clock.class)
class UdpLateReplyTest {

    private static final Duration TIMEOUT = Duration.ofMillis(200);
    private static final Duration LATER = Duration.ofMillis(300);

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

    /** A path that has become long must not look like one that is cut. */
    @Test
    void aReplyThatTheNetworkDelaysIsLateAndItsRoundTripIsShown() throws Exception {
        try (var peer = new UdpPeer(request -> {
            Eventually.pause(LATER);
            request.answer();
        })) {
            UdpResult round = source.strict(peer.address(), TIMEOUT, 1).run();
            assertEquals(Optional.of(Cause.LATE), round.cause());
            assertEquals(100.0, round.loss());
            assertEquals(1, round.late());
            Duration roundTrip = round.packets().getFirst().roundTrip().orElseThrow();
            assertTrue(roundTrip.compareTo(LATER) >= 0, roundTrip::toString);
            assertEquals(roundTrip.toNanos() / 1e6, round.meanMillis().orElseThrow());
            assertEquals("after %d ms; the timeout is 200".formatted(roundTrip.toMillis()), round.detail());
            assertEquals(LossDirections.NONE, round.directions(), "nothing was lost");
        }
    }

    @Test
    void theTimeThatThePeerHeldAPacketIsNotTheNetworks() throws Exception {
        try (var peer = new UdpPeer(request -> {
            Eventually.pause(LATER);
            request.send(UdpPeer.reply(request.token(), System.nanoTime() - request.receivedNanoTime, request.seen));
        })) {
            long begin = System.nanoTime();
            UdpResult round = source.strict(peer.address(), TIMEOUT, 1).run();
            assertTrue(System.nanoTime() - begin >= LATER.toNanos());
            assertEquals(Optional.empty(), round.cause());
            assertEquals(0, round.late());
            assertTrue(round.meanMillis().orElseThrow() <= TIMEOUT.toMillis(), round::toString);
        }
    }

    /** The peer's share is subtracted, and not more. */
    @Test
    void onlyTheTimeThatThePeerHeldAPacketIsSubtracted() throws Exception {
        Duration held = Duration.ofMillis(100);
        try (var peer = new UdpPeer(request -> {
            Eventually.pause(LATER);
            request.send(UdpPeer.reply(request.token(), held.toNanos(), request.seen));
        })) {
            UdpResult round = source.strict(peer.address(), Duration.ofMillis(150), 1).run();
            assertEquals(Optional.of(Cause.LATE), round.cause());
            assertTrue(round.meanMillis().orElseThrow() >= LATER.minus(held).toMillis(), round::toString);
        }
    }

    /** Its thread was stopped between the two: how long the network took is not known, but not that it took too long. */
    @Test
    void anAnswerThatThePeerTakesBackIsNeitherLateNorTimed() throws Exception {
        try (var peer = new UdpPeer(request -> {
            Eventually.pause(LATER);
            request.send(UdpPeer.reply(request.token(), 1, request.seen));
            request.send(UdpPeer.reply(request.token(), EchoPacket.UNKNOWN, request.seen));
        })) {
            UdpProbe probe = source.strict(peer.address(), TIMEOUT, 1);
            UdpResult round = probe.run();
            if (round.cause().isPresent()) { // looked between the two
                round = probe.run();
            }
            assertEquals(Optional.empty(), round.cause());
            assertEquals(Optional.empty(), round.packets().getFirst().roundTrip());
            assertEquals(0, round.duplicates());
        }
    }

    /** A whole agent at the other end that got no CPU for a while: all that lay there is in time, by the kernel's word. */
    @Test
    void anEchoThatWasBusyIsSubtractedFromEachRoundTrip() throws Exception {
        var held = new LinkedBlockingQueue<Duration>();
        var busyOnce = new UdpEcho(sender -> {
            if (held.isEmpty()) {
                Eventually.pause(LATER);
            }
            return true;
        }, held::add);
        try (Sockets others = TestKernel.open(clock);
                UdpServer server = others.udpServer(new InetSocketAddress(Loopback.ONE, 0), busyOnce)) {
            UdpResult round = source.strict(new InetSocketAddress(Loopback.ONE, server.port()), TIMEOUT, 5).run();
            if (clock == Sockets.Clock.KERNEL) {
                assertEquals(nCopies(5, Optional.empty()), causes(round));
                assertTrue(round.packets().stream()
                        .allMatch(it -> it.roundTrip().orElseThrow().compareTo(TIMEOUT) < 0), round::toString);
                assertEquals(5, held.stream().filter(it -> it.compareTo(TIMEOUT) > 0).count(), held::toString);
            } else {
                assertEquals(Optional.empty(), causes(round).getFirst(), "it had been looked at");
                assertEquals(nCopies(4, Optional.of(Cause.LATE)), causes(round).subList(1, 5), "these had not");
            }
        }
    }

    /** Packets of one socket are read in their order. */
    private UdpSource oneFlow() throws IOException {
        return new UdpSource(clock, Loopback.ONE, 1);
    }

    @Test
    void aReplyThatComesInTheNextRoundIsCountedThere() throws Exception {
        var held = new LinkedBlockingQueue<UdpPeer.Request>();
        try (var peer = new UdpPeer(request -> {
            switch (request.number) {
                case 1 -> held.add(request);
                case 3 -> {
                    held.remove().answer();
                    request.answer();
                }
                default -> request.answer();
            }
        }); var from = oneFlow()) {
            UdpProbe probe = from.hasty(peer.address(), 2);
            UdpResult first = probe.run();
            assertEquals(50.0, first.loss());
            assertEquals(0, first.late());

            UdpResult second = probe.run();
            assertEquals(0.0, second.loss());
            assertEquals(1, second.late());
            assertEquals(0, second.duplicates());
            assertEquals(0, probe.run().late());
        }
    }

    @Test
    void aLateReplyThatComesTwiceIsADuplicate() throws Exception {
        var held = new LinkedBlockingQueue<UdpPeer.Request>();
        try (var peer = new UdpPeer(request -> {
            if (request.number == 1) {
                held.add(request);
                return;
            }
            if (request.number == 3) {
                UdpPeer.Request late = held.remove();
                late.answer();
                late.answer();
            }
            request.answer();
        }); var from = oneFlow()) {
            UdpProbe probe = from.hasty(peer.address(), 2);
            probe.run();
            UdpResult round = probe.run();
            assertEquals(0.0, round.loss());
            assertEquals(1, round.late());
            assertEquals(1, round.duplicates());
        }
    }

    /** A reply that comes after the next round is ignored; it answers no later packet either. */
    @Test
    void aReplyThatComesTwoRoundsLaterIsIgnored() throws Exception {
        var held = new LinkedBlockingQueue<UdpPeer.Request>();
        try (var peer = new UdpPeer(request -> {
            switch (request.number) {
                case 1 -> held.add(request);
                case 3 -> {
                    held.remove().answer();
                    request.answer();
                }
                default -> request.answer();
            }
        }); var from = oneFlow()) {
            UdpProbe probe = from.hasty(peer.address(), 1);
            assertEquals(100.0, probe.run().loss());
            assertEquals(0.0, probe.run().loss());
            UdpResult third = probe.run();
            assertEquals(0.0, third.loss());
            assertEquals(0, third.late() + third.duplicates());
        }
    }

    /** Five times the timeout, two seconds more at least, and never into the next round. */
    @ParameterizedTest
    @CsvSource({"5000, 250, 2250", "5000, 100, 2100", "5000, 1, 2001", "5000, 1000, 5000", "5000, 900, 4500",
            "5000, 5000, 5000", "1000, 250, 1000", "100, 100, 100"})
    void patienceIsBounded(int intervalMillis, int timeoutMillis, int patienceMillis) {
        var settings = new UdpSettings(Duration.ofMillis(intervalMillis), Duration.ofMillis(timeoutMillis), 5, 5);
        assertEquals(Duration.ofMillis(patienceMillis), settings.patience());
    }

    @Test
    void aSilentPeerIsWaitedForUpToALimit() throws Exception {
        try (var peer = new UdpPeer(UdpPeer.SILENT)) {
            UdpProbe probe = source.probe(peer.address(),
                    new UdpSettings(Duration.ofMillis(300), Duration.ofMillis(50), 5, 5));
            long begin = System.nanoTime();
            assertEquals(100.0, probe.run().loss());
            long took = System.nanoTime() - begin;
            assertTrue(took >= 300_000_000 && took < 10_000_000_000L, took + " ns");
        }
    }
}
