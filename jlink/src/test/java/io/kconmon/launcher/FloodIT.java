package io.kconmon.launcher;

import static io.kconmon.launcher.Processes.await;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** An agent with a small heap under fire, beside one that is left in peace; both test a third. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // the mesh takes longer to start than the floods last
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FloodIT {

    private static final int DATAGRAMS = 1_000_000;
    private static final int CLIENTS = 10_000;
    /** What compiled code and the allocator may have come to keep. */
    private static final long GROWTH_KILOBYTES = 24 * 1024;

    private Trio trio;
    private Process victim;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        trio = new Trio(folder, "127.80.0", 1000);
        victim = trio.startVictim();
    }

    @AfterAll
    void stop() {
        trio.close();
    }

    @Test
    @Order(1)
    void aMillionDatagramsHarmNothing() throws Exception {
        long before = residentKilobytes();
        double ignored = trio.page(trio.victim()).sum("kconmon_echo_ignored_total");
        var random = new Random(1);
        long begin = System.nanoTime();
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(new InetSocketAddress(trio.victim(), trio.port()));
            channel.configureBlocking(false);
            var datagram = ByteBuffer.allocate(1400);
            for (int i = 0; i < DATAGRAMS; i++) {
                random.nextBytes(datagram.array());
                // Most have the size of a packet, and many of these are one but for a bit or two.
                datagram.clear().limit(i % 8 == 0 ? 1 + random.nextInt(1400) : 4);
                if (i % 4 == 0) {
                    datagram.put(0, (byte) (0xA6 ^ (i % 3 == 0 ? 1 << random.nextInt(8) : 0)));
                }
                try {
                    channel.write(datagram);
                } catch (PortUnreachableException e) {
                    throw new AssertionError("it is gone after %d datagrams".formatted(i), e);
                }
            }
        }
        System.out.printf("%d datagrams in %d ms%n", DATAGRAMS, (System.nanoTime() - begin) / 1_000_000);
        assertTrue(trio.page(trio.victim()).sum("kconmon_echo_ignored_total") > ignored + 1000, "it has seen them");
        isUnharmed(before);
    }

    @Test
    @Order(2)
    void tenThousandSlowClientsHarmNothing() throws Exception {
        long before = residentKilobytes();
        List<byte[]> heads = Stream.of("", "GET /metr", "GET /metrics HTTP/1.1\r\nHost: a\r\nX-Slow: ",
                "POST /test/udp HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
                .map(it -> it.getBytes(US_ASCII))
                .toList();
        var clients = new ArrayList<SocketChannel>();
        long begin = System.nanoTime();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                var client = SocketChannel.open(new InetSocketAddress(trio.victim(), trio.port()));
                clients.add(client);
                say(client, heads.get(i % heads.size()));
            }
            System.out.printf("%d clients in %d ms%n", CLIENTS, (System.nanoTime() - begin) / 1_000_000);
            for (int i = 0; i < 2; i++) { // those who are still let: one byte more of a head that does not end
                clients.forEach(client -> say(client, new byte[]{'x'}));
            }
            await("it answers while they hold on", () -> trio.status("/readiness") == 200);
            isUnharmed(before);
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    /** Not even a connection can be accepted then, and Helidon gives up; its own tests cannot be made. */
    @Test
    @Order(3)
    void anAgentWithoutDescriptorsBlamesNobodyAndRecovers() throws Exception {
        victim.destroyForcibly().waitFor();
        int least = System.getProperty("java.class.path").split(":").length + 112; // with fewer it does not start
        victim = trio.startVictim("prlimit", "--nofile=" + least);
        var clients = new ArrayList<SocketChannel>();
        try {
            await("it has none left", () -> {
                try {
                    for (int i = 0; i < 20; i++) {
                        clients.add(SocketChannel.open(new InetSocketAddress(trio.victim(), trio.port())));
                    }
                    return clients.size() >= 400;
                } catch (IOException e) {
                    return true; // it does not even listen any more
                }
            });
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
        await("it answers again", () -> trio.status("/readiness") == 200);
        trio.awaitMorePasses(trio.victim());
        assertEquals(0, trio.tests(trio.victim(), "result=fail"));
    }

    /** It may have been cut off. */
    private static void say(SocketChannel client, byte[] bytes) {
        try {
            client.write(ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            // as it should be
        }
    }

    private void isUnharmed(long residentBefore) throws Exception {
        trio.awaitMorePasses(trio.victim());
        trio.awaitMorePasses(trio.control());
        assertEquals(0, trio.tests(trio.control(), "result=fail"), "the control's failed tests of the peer");
        assertEquals(0, trio.tests(trio.victim(), "result=fail"), "the victim's failed tests of the peer");
        assertEquals(0, trio.page(trio.victim()).sum("kconmon_loop_bugs"));
        assertTrue(victim.isAlive());
        await("its memory is back where it was, %d kB".formatted(residentBefore),
                () -> residentKilobytes() < residentBefore + GROWTH_KILOBYTES);
        String log = Files.readString(trio.log(trio.victim()));
        assertTrue(!log.contains("xception") && !log.contains("Error") && log.lines().count() < 20, log);
        System.out.printf("resident: %d kB before, %d after; echo delay: %.3f s%n", residentBefore,
                residentKilobytes(), trio.page(trio.victim()).sum("kconmon_echo_delay_seconds_sum"));
    }

    private long residentKilobytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/%d/status".formatted(victim.pid())))) {
            return lines.filter(it -> it.startsWith("VmRSS:")).map(it -> it.replaceAll("\\D", ""))
                    .mapToLong(Long::parseLong).findFirst().orElse(0);
        } catch (IOException e) {
            throw new AssertionError("it has ended", e);
        }
    }
}
