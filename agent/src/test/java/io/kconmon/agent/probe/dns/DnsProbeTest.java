package io.kconmon.agent.probe.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.kernel.TestKernel;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.support.Loopback;
import io.kconmon.agent.support.Running;
import io.kconmon.shared.net.IpAddress;
import io.kconmon.testkit.Eventually;
import io.kconmon.testkit.NameServer;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class DnsProbeTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final Sockets sockets = Sockets.open();

    @AfterEach
    void close() {
        sockets.close();
    }

    private DnsProbe probe(Duration timeout, InetAddress source, String host, InetSocketAddress... servers) {
        return new DnsProbe(sockets, timeout, () -> List.of(servers), List.of(Type.A), source, host);
    }

    private Outcome<Duration> lookUp(String host, Duration timeout, InetSocketAddress... servers)
            throws InterruptedException {
        return probe(timeout, Loopback.ONE, host, servers).run().outcome();
    }

    private Optional<Cause> causeOf(NameServer.Script udp) throws Exception {
        return causeOf(udp, NameServer.SILENT);
    }

    private Optional<Cause> causeOf(NameServer.Script udp, NameServer.Script tcp) throws Exception {
        try (var server = new NameServer(udp, tcp)) {
            return lookUp("kconmon.test", LONG, server.address()).cause();
        }
    }

    private static byte[] good(Message query) {
        return NameServer.answer(query, Rcode.NOERROR, 1).toWire();
    }

    private static byte[] truncated(Message query) {
        Message answer = NameServer.answer(query, Rcode.NOERROR, 0);
        answer.getHeader().setFlag(Flags.TC);
        return answer.toWire();
    }

    /** A port of an address where nobody else is. */
    private static InetSocketAddress nobody() throws Exception {
        try (var socket = new DatagramSocket(new InetSocketAddress(Loopback.TWO, 0))) {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }
    }

    @Test
    void anAddressPasses() throws Exception {
        var questions = new LinkedBlockingQueue<Record>();
        try (var server = new NameServer(query -> {
            questions.add(query.getQuestion());
            return List.of(good(query));
        })) {
            Outcome<Duration> outcome = lookUp("www.google.com", LONG, server.address());
            assertTrue(outcome.success().orElseThrow().isPositive());
            assertEquals(1, server.overUdp());
            assertEquals(0, server.overTcp());
        }
        assertEquals(Record.newRecord(Name.fromString("www.google.com."), Type.A, DClass.IN), questions.remove());
    }

    @Test
    void aNameThatEndsInADotIsTheSame() throws Exception {
        try (var server = new NameServer(query -> List.of(
                query.getQuestion().getName().toString().equals("kconmon.test.") ? good(query) : new byte[0]))) {
            assertEquals(Optional.empty(), lookUp("kconmon.test.", LONG, server.address()).cause());
        }
    }

    @ParameterizedTest
    @CsvSource({"NXDOMAIN, NXDOMAIN", "SERVFAIL, SERVFAIL", "REFUSED, REFUSED", "FORMERR, BAD_STATUS",
            "NOTIMP, BAD_STATUS", "NOTAUTH, BAD_STATUS", "YXDOMAIN, BAD_STATUS"})
    void eachRcodeHasItsCause(String rcode, Cause cause) throws Exception {
        assertEquals(Optional.of(cause),
                causeOf(query -> List.of(NameServer.answer(query, Rcode.value(rcode), 0).toWire())));
    }

    @Test
    void aNameWithoutAddressesIsNoData() throws Exception {
        assertEquals(Optional.of(Cause.NODATA),
                causeOf(query -> List.of(NameServer.answer(query, Rcode.NOERROR, 0).toWire())));
    }

    @Test
    void anAddressOfTheOtherFamilyDoesNotCountAsAnAnswer() throws Exception {
        assertEquals(Optional.of(Cause.BAD_REPLY), causeOf(query -> {
            Message answer = NameServer.answer(query, Rcode.NOERROR, 0);
            answer.addRecord(new AAAARecord(query.getQuestion().getName(), DClass.IN, 60, Loopback.SIX),
                    Section.ANSWER);
            return List.of(answer.toWire());
        }));
    }

    @Test
    void noAnswerIsATimeout() throws Exception {
        try (var server = new NameServer(NameServer.SILENT)) {
            long begin = System.nanoTime();
            assertEquals(Optional.of(Cause.TIMEOUT), lookUp("kconmon.test", SHORT, server.address()).cause());
            long tookMillis = (System.nanoTime() - begin) / 1_000_000;
            assertTrue(tookMillis >= SHORT.toMillis() * 9 / 10 && tookMillis < 20 * SHORT.toMillis(),
                    tookMillis + " ms");
            assertEquals(1, server.overUdp(), "it is asked once");
        }
    }

    @Test
    void aPortWhereNothingListensIsUnreachable() throws Exception {
        assertEquals(Optional.of(Cause.UNREACHABLE), lookUp("kconmon.test", LONG, nobody()).cause());
    }

    @Test
    void anAnswerToAnotherQueryIsIgnored() throws Exception {
        assertEquals(Optional.empty(), causeOf(query -> {
            byte[] right = good(query);
            byte[] wrong = NameServer.answer(query, Rcode.NXDOMAIN, 0).toWire();
            wrong[0] ^= 1;
            return List.of(wrong, new byte[0], new byte[1], right);
        }));
    }

    @Test
    void aTruncatedAnswerIsRetriedOverTcp() throws Exception {
        try (var server = new NameServer(query -> List.of(truncated(query)),
                query -> List.of(NameServer.framed(NameServer.answer(query, Rcode.NOERROR, 200).toWire())))) {
            assertEquals(Optional.empty(), lookUp("kconmon.test", LONG, server.address()).cause());
            assertEquals(1, server.overTcp());
        }
    }

    @Test
    void anAnswerOverTcpMayComeInPieces() throws Exception {
        assertEquals(Optional.empty(), causeOf(query -> List.of(truncated(query)), query -> {
            byte[] whole = NameServer.framed(good(query));
            return List.of(Arrays.copyOf(whole, 1), Arrays.copyOfRange(whole, 1, 20),
                    Arrays.copyOfRange(whole, 20, whole.length));
        }));
    }

    @Test
    void anAnswerOverTcpThatIsCutShortIsABadReply() throws Exception {
        assertEquals(Optional.of(Cause.BAD_REPLY), causeOf(query -> List.of(truncated(query)),
                query -> List.of(Arrays.copyOf(NameServer.framed(good(query)), 10))));
        assertEquals(Optional.of(Cause.BAD_REPLY), causeOf(query -> List.of(truncated(query)), query -> List.of()));
    }

    @Test
    void garbageIsABadReply() throws Exception {
        assertEquals(Optional.of(Cause.BAD_REPLY), causeOf(query -> List.of(Arrays.copyOf(good(query), 3))));
        assertEquals(Optional.of(Cause.BAD_REPLY), causeOf(query -> {
            byte[] wire = good(query);
            Arrays.fill(wire, 4, wire.length, (byte) 0xff);
            return List.of(wire);
        }));
        assertEquals(Optional.of(Cause.BAD_REPLY), causeOf(query -> List.of(truncated(query)),
                query -> List.of(NameServer.framed(new byte[]{1, 2, 3}))));
    }

    @Test
    void theNextServerIsAskedIfOneIsSilent() throws Exception {
        try (var silent = new NameServer(NameServer.SILENT);
                var second = new NameServer(query -> List.of(good(query)))) {
            Outcome<Duration> outcome = lookUp("kconmon.test", Duration.ofSeconds(2), silent.address(),
                    second.address());
            assertTrue(outcome.success().orElseThrow().toMillis() >= 1000, "half the time was the first one's");
        }
    }

    @Test
    void theNextServerIsAskedAtOnceIfNothingListens() throws Exception {
        try (var second = new NameServer(query -> List.of(good(query)))) {
            Outcome<Duration> outcome = lookUp("kconmon.test", LONG, nobody(), second.address());
            assertTrue(outcome.success().orElseThrow().compareTo(LONG.dividedBy(2)) < 0, outcome::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SERVFAIL", "REFUSED", "NOTIMP", "FORMERR"})
    void theNextServerIsAskedAfterAnError(String rcode) throws Exception {
        try (var first = new NameServer(query -> List.of(NameServer.answer(query, Rcode.value(rcode), 0).toWire()));
                var second = new NameServer(query -> List.of(good(query)))) {
            assertEquals(Optional.empty(), lookUp("kconmon.test", LONG, first.address(), second.address()).cause());
            assertEquals(1, first.overUdp());
            assertEquals(1, second.overUdp());
        }
    }

    @ParameterizedTest
    @CsvSource({"NXDOMAIN, NXDOMAIN", "NOERROR, NODATA"})
    void aServerThatKnowsTheNameIsTheLastToBeAsked(String rcode, Cause cause) throws Exception {
        try (var first = new NameServer(query -> List.of(NameServer.answer(query, Rcode.value(rcode), 0).toWire()));
                var second = new NameServer(query -> List.of(good(query)))) {
            assertEquals(Optional.of(cause),
                    lookUp("kconmon.test", LONG, first.address(), second.address()).cause());
            assertEquals(0, second.overUdp());
        }
    }

    @Test
    void oneServersErrorCountsMoreThanAnothersSilence() throws Exception {
        try (var first = new NameServer(query -> List.of(NameServer.answer(query, Rcode.SERVFAIL, 0).toWire()));
                var second = new NameServer(NameServer.SILENT)) {
            DnsResult result = probe(SHORT, Loopback.ONE, "kconmon.test", first.address(), second.address(), nobody())
                    .run();
            assertEquals(Optional.of(Cause.SERVFAIL), result.cause());
            assertEquals(DnsServerResult.label(first.address()) + ": the server failed", result.detail());
            assertEquals(
                    List.of(Optional.of(Cause.SERVFAIL), Optional.of(Cause.TIMEOUT), Optional.of(Cause.UNREACHABLE)),
                    result.asked().stream().map(DnsServerResult::cause).toList());
        }
    }

    @Test
    void severalSilentServersShareTheTime() throws Exception {
        try (var first = new NameServer(NameServer.SILENT); var second = new NameServer(NameServer.SILENT)) {
            long begin = System.nanoTime();
            assertEquals(Optional.of(Cause.TIMEOUT),
                    lookUp("kconmon.test", SHORT, first.address(), second.address()).cause());
            assertTrue((System.nanoTime() - begin) / 1_000_000 >= SHORT.toMillis() * 9 / 10);
            assertEquals(1, second.overUdp());
        }
    }

    @Test
    void queriesComeFromTheSourceAddress() throws Exception {
        try (var socket = new DatagramSocket(new InetSocketAddress(Loopback.ONE, 0))) {
            socket.setSoTimeout((int) Eventually.PATIENCE.toMillis());
            var packet = new DatagramPacket(new byte[512], 512);
            var running = Running.start(() -> probe(LONG, Loopback.TWO, "kconmon.test",
                    (InetSocketAddress) socket.getLocalSocketAddress()).run());
            socket.receive(packet);
            assertEquals(Loopback.TWO, packet.getAddress());
            running.interrupt();
        }
    }

    /** As of systemd-resolved, which answers none but its own machine, and of one that is reached over the other family. */
    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "fd00::1"})
    void aNameServerOfThisMachineIsAskedFromIt(String source) throws Exception {
        try (var server = new NameServer(query -> List.of(good(query)))) {
            var probe = probe(LONG, IpAddress.of(source), "kconmon.test", server.address());
            assertEquals(Optional.empty(), probe.run().cause());
        }
    }

    @Test
    void anAddressThatIsNotOursIsALocalFailure() throws Exception {
        var server = new InetSocketAddress(Loopback.NOT_OURS, 53);
        var probe = probe(LONG, Loopback.NOT_OURS, "kconmon.test", server);
        assertEquals(Optional.of(Cause.LOCAL), probe.run().cause());
    }

    @Test
    void anInvalidNameIsALocalFailure() throws Exception {
        assertEquals(Optional.of(Cause.LOCAL), lookUp("x".repeat(64) + ".test", LONG, nobody()).cause());
    }

    /** Such as one that drops or refuses queries that it does not know. */
    @Test
    void noServerNeedsToKnowEdns() throws Exception {
        passes(query -> query.getOPT() == null ? List.of(good(query)) : List.of());
        passes(query -> List.of(query.getOPT() == null
                ? good(query)
                : NameServer.answer(query, Rcode.FORMERR, 0).toWire()));
    }

    private void passes(NameServer.Script script) throws Exception {
        assertEquals(Optional.empty(), causeOf(script));
    }

    @Test
    void anErrorWithoutItsQuestionIsThatError() throws Exception {
        assertEquals(Optional.of(Cause.REFUSED), causeOf(query -> {
            byte[] header = Arrays.copyOf(NameServer.answer(query, Rcode.REFUSED, 0).toWire(), 12);
            header[5] = 0;
            return List.of(header);
        }));
    }

    @Test
    void anEchoedQueryIsNotAnAnswer() throws Exception {
        assertEquals(Optional.of(Cause.BAD_REPLY), causeOf(query -> List.of(query.toWire())));
    }

    @Test
    void anAnswerFromAnotherAddressIsIgnored() throws Exception {
        try (var asked = new DatagramSocket(new InetSocketAddress(Loopback.TWO, 0));
                var other = new DatagramSocket(new InetSocketAddress(Loopback.ONE, 0))) {
            var running = Running.start(() -> lookUp("kconmon.test", SHORT,
                    (InetSocketAddress) asked.getLocalSocketAddress()));
            var packet = new DatagramPacket(new byte[512], 512);
            asked.receive(packet);
            byte[] answer = good(new Message(Arrays.copyOf(packet.getData(), packet.getLength())));
            other.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            assertEquals(Optional.of(Cause.TIMEOUT), running.result().cause());
        }
    }

    private DnsResult lookUp(NameServer server, Integer... types) throws InterruptedException {
        return new DnsProbe(sockets, LONG, () -> List.of(server.address()), List.of(types), Loopback.ONE,
                "kconmon.test").run();
    }

    /** A server of names that have addresses of some types, and others at which it fails. */
    private static NameServer.Script knows(List<Integer> types, List<Integer> failing) {
        return query -> {
            Record question = query.getQuestion();
            Message answer = NameServer.answer(query, failing.contains(question.getType()) ? Rcode.SERVFAIL : 0, 0);
            if (types.contains(question.getType())) {
                answer.addRecord(question.getType() == Type.AAAA
                        ? new AAAARecord(question.getName(), DClass.IN, 60, Loopback.SIX)
                        : new ARecord(question.getName(), DClass.IN, 60, Loopback.NOT_OURS), Section.ANSWER);
            }
            return List.of(answer.toWire());
        };
    }

    @Test
    void aNameOfAnIpv6OnlyClusterHasAnAddress() throws Exception {
        try (var server = new NameServer(knows(List.of(Type.AAAA), List.of()))) {
            assertEquals(Optional.empty(), lookUp(server, Type.AAAA).cause());
            assertEquals(Optional.of(Cause.NODATA), lookUp(server, Type.A).cause());
        }
    }

    @Test
    void oneRecordTypeIsEnoughUnlessTheOtherFails() throws Exception {
        for (int type : List.of(Type.A, Type.AAAA)) {
            try (var server = new NameServer(knows(List.of(type), List.of()))) {
                DnsResult result = lookUp(server, Type.A, Type.AAAA);
                assertEquals(Optional.empty(), result.cause());
                assertEquals(2, result.asked().size());
                assertEquals(result.asked().get(0).took().plus(result.asked().get(1).took()),
                        result.outcome().success().orElseThrow());
            }
        }
        try (var server = new NameServer(knows(List.of(), List.of()))) {
            assertEquals(Optional.of(Cause.NODATA), lookUp(server, Type.A, Type.AAAA).cause());
        }
        for (int type : List.of(Type.A, Type.AAAA)) {
            try (var server = new NameServer(knows(List.of(Type.A + Type.AAAA - type), List.of(type)))) {
                assertEquals(Optional.of(Cause.SERVFAIL), lookUp(server, Type.A, Type.AAAA).cause());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Sockets.Clock.class)
    void bothClocksGiveTheSameResults(Sockets.Clock clock) throws Exception {
        try (Sockets others = TestKernel.open(clock);
                var server = new NameServer(query -> List.of(truncated(query)),
                        query -> List.of(NameServer.framed(NameServer.answer(query, Rcode.NOERROR, 200).toWire())));
                var silent = new NameServer(NameServer.SILENT)) {
            DnsResult result = new DnsProbe(others, Duration.ofSeconds(2),
                    () -> List.of(silent.address(), server.address()), List.of(Type.A), Loopback.ONE, "kconmon.test")
                    .run();
            assertEquals(List.of(Optional.of(Cause.TIMEOUT), Optional.empty()),
                    result.asked().stream().map(DnsServerResult::cause).toList());
        }
    }

    /** However late it is read. */
    @Test
    void theTimeIsTakenByTheKernel() throws Exception {
        Assumptions.assumeTrue(sockets.clock() == Sockets.Clock.KERNEL);
        Duration late = Duration.ofMillis(400);
        var strained = new StrainedSockets(sockets, late);
        try (var overUdp = new NameServer(query -> List.of(good(query)));
                var overTcp = new NameServer(query -> List.of(truncated(query)),
                        query -> List.of(NameServer.framed(good(query))))) {
            for (NameServer server : List.of(overUdp, overTcp)) {
                long begin = System.nanoTime();
                DnsResult result = new DnsProbe(strained, LONG, () -> List.of(server.address()), List.of(Type.A),
                        Loopback.ONE, "kconmon.test").run();
                assertTrue(System.nanoTime() - begin > late.toNanos());
                assertTrue(result.outcome().success().orElseThrow().compareTo(late) < 0, result::toString);
            }
        }
    }

    @Test
    void anInterruptCutsItShort() throws Exception {
        var asked = new CountDownLatch(1);
        try (var server = new NameServer(query -> {
            asked.countDown();
            return List.of();
        })) {
            var running = Running.start(() -> lookUp("kconmon.test", Duration.ofHours(1), server.address()));
            Eventually.await(asked);
            running.interrupt();
            assertThrows(InterruptedException.class, running::result);
        }
    }

    @Test
    void anInterruptCutsItShortOverTcp() throws Exception {
        var asked = new CountDownLatch(1);
        var over = new CountDownLatch(1);
        try (var server = new NameServer(query -> List.of(truncated(query)), query -> {
            asked.countDown();
            try {
                Eventually.await(over);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return List.of();
        })) {
            var running = Running.start(() -> lookUp("kconmon.test", Duration.ofHours(1), server.address()));
            Eventually.await(asked);
            running.interrupt();
            assertThrows(InterruptedException.class, running::result);
            over.countDown();
        }
    }
}
