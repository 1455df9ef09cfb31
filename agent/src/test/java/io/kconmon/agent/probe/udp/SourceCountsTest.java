package io.kconmon.agent.probe.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.net.IpAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceCountsTest {

    private static final int FORGED = 100_000;

    private final SourceCounts counts = new SourceCounts();

    private static InetSocketAddress source(String address, int port) {
        return new InetSocketAddress(IpAddress.of(address), port);
    }

    /** No two alike. */
    private static InetSocketAddress forged(int number) {
        try {
            byte[] address = ByteBuffer.allocate(4).putInt(0x0B_00_00_00 + number / 7).array();
            return new InetSocketAddress(InetAddress.getByAddress(address), 1024 + number % 7);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "fd00::1", "::1", "::"})
    void eachSourceBeginsAtOne(String address) {
        for (int i = 1; i <= 1000; i++) {
            assertEquals(i, counts.next(source(address, 5000)));
        }
    }

    @Test
    void anotherPortOrAddressIsAnotherSource() {
        var sources = IntStream.range(0, 1500).mapToObj(it -> switch (it % 3) {
            case 0 -> source("10.0.0.1", 1 + it);
            case 1 -> source("10.0.%d.%d".formatted(1 + it / 256, it % 256), 1);
            default -> source("fd00::%x".formatted(it), 1);
        }).toList();
        assertEquals(sources.size(), sources.stream().distinct().count());
        for (int i = 1; i <= 3; i++) {
            for (InetSocketAddress source : sources) {
                assertEquals(i, counts.next(source), source::toString);
            }
        }
    }

    /** IPv6 differs in its last bytes, its first ones, or in between. */
    @Test
    void everyByteOfAnIpv6AddressCounts() {
        for (String address : new String[]{"fd00::1", "fd00::2", "fd01::1", "fd00:0:0:1::1", "fd00::1:0:0:1",
                "fd00::1:1"}) {
            assertEquals(1, counts.next(source(address, 9)), address);
        }
    }

    /**
     * Some sources share a set, and the one that has been silent for longest gives way. So a few newcomers cannot cost a
     * source its count, whatever they are.
     */
    @Test
    void anActiveSourceIsNotForgottenDuringAFloodOfForgedAddresses() {
        var active = source("10.0.0.1", 5000);
        var active6 = source("fd00::1", 5000);
        int sent = 0;
        for (int i = 0; i < FORGED; i++) {
            assertEquals(1, counts.next(forged(i)), "the count of a newcomer is of nobody else's requests");
            if (i % 2 == 0) {
                sent++;
                assertEquals(sent, counts.next(active));
                assertEquals(sent, counts.next(active6));
            }
        }
    }

    /** Also one that sends now and then, as agents do. */
    @Test
    void aSourceThatSendsNowAndThenIsNotForgotten() {
        var active = source("10.0.0.1", 5000);
        int sent = 0;
        for (int i = 0; i < FORGED; i++) {
            counts.next(forged(i));
            if (i % 1000 == 0) {
                assertEquals(++sent, counts.next(active));
            }
        }
    }

    /** Its place is needed, and there are only so many. */
    @Test
    void aSourceThatIsSilentForLongBeginsAnew() {
        var silent = source("10.0.0.1", 5000);
        for (int i = 1; i <= 10; i++) {
            assertEquals(i, counts.next(silent));
        }
        IntStream.range(0, FORGED).forEach(it -> counts.next(forged(it)));
        assertEquals(1, counts.next(silent));
        long remembered = IntStream.range(0, FORGED).filter(it -> counts.next(forged(it)) > 1).count();
        assertTrue(remembered <= 1024 * 16, () -> remembered + " sources were remembered");
    }

    /** As many as 1,000 agents of five flows have, all of them at the same pace. */
    @Test
    void aLargeClusterIsRememberedWhole() {
        int forgotten = 0;
        for (int round = 1; round <= 5; round++) {
            for (int i = 0; i < 5000; i++) {
                forgotten += counts.next(forged(i)) == round ? 0 : 1;
            }
        }
        assertTrue(forgotten < 5000 * 5 / 50, forgotten + " counts of 25,000 began anew");
    }
}
