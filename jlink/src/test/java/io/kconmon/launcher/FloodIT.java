package io.kconmon.launcher;

import static io.kconmon.launcher.Processes.await;
import static io.kconmon.launcher.Processes.get;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
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

    private static final String VICTIM = "127.80.0.1";
    private static final String CONTROL = "127.80.0.2";
    private static final String PEER = "127.80.0.3";
    private static final String CONTROLLER = "127.80.0.250";
    private static final int DATAGRAMS = 1_000_000;
    private static final int CLIENTS = 10_000;
    /** What compiled code and the allocator may have come to keep. */
    private static final long GROWTH_KILOBYTES = 24 * 1024;

    private Path folder = Path.of("");

    private final Processes processes = new Processes();
    private Process victim;
    private int port;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        folder = temporary;
        try (var free = new ServerSocket(0, 1, InetAddress.getByName(VICTIM))) {
            port = free.getLocalPort();
        }
        Path roster = folder.resolve("roster.yaml");
        Files.writeString(roster, Stream.of(VICTIM, CONTROL, PEER)
                .map(ip -> "- {name: %s, nodeName: %s, ip: %s}%n".formatted(ip, ip, ip)).collect(Collectors.joining()));
        processes.start(folder.resolve("controller.log"), "controller", "-Dkconmon.roster=static",
                "-Dkconmon.roster-file=" + roster, "-Dkconmon.bind-address=" + CONTROLLER, "-Dkconmon.port=" + port);
        victim = agent(VICTIM);
        agent(CONTROL);
        agent(PEER);
        for (String ip : List.of(VICTIM, CONTROL)) {
            await(ip + " tests its peer", () -> tests(ip, "result=pass") >= 2);
        }
    }

    private Process agent(String ip, String... under) throws IOException {
        return processes.startWith(List.of(under), "-Xmx16m", folder.resolve(ip + ".log"), "agent",
                "-Dkconmon.bind-address=" + ip,
                "-Dkconmon.port=" + port, "-Dkconmon.controller-url=http://%s:%d".formatted(CONTROLLER, port),
                "-Dkconmon.pod-name=" + ip, "-Dkconmon.tcp.interval=1000", "-Dkconmon.udp.interval=1000",
                "-Dkconmon.udp.timeout=1000", "-Dkconmon.dns.hosts=");
    }

    @AfterAll
    void stop() {
        processes.close();
    }

    @Test
    @Order(1)
    void aMillionDatagramsHarmNothing() throws Exception {
        long before = residentKilobytes();
        double ignored = page(VICTIM).sum("kconmon_echo_ignored_total");
        var random = new Random(1);
        long begin = System.nanoTime();
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(new InetSocketAddress(VICTIM, port));
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
        assertTrue(page(VICTIM).sum("kconmon_echo_ignored_total") > ignored + 1000, "it has seen them");
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
                var client = SocketChannel.open(new InetSocketAddress(VICTIM, port));
                clients.add(client);
                say(client, heads.get(i % heads.size()));
            }
            System.out.printf("%d clients in %d ms%n", CLIENTS, (System.nanoTime() - begin) / 1_000_000);
            for (int i = 0; i < 2; i++) { // those who are still let: one byte more of a head that does not end
                clients.forEach(client -> say(client, new byte[]{'x'}));
            }
            await("it answers while they hold on", () -> status("/readiness") == 200);
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
        victim = agent(VICTIM, "prlimit", "--nofile=110");
        await("it tests its peer", () -> tests(VICTIM, "result=pass") >= 2);
        var clients = new ArrayList<SocketChannel>();
        try {
            await("it has none left", () -> {
                try {
                    for (int i = 0; i < 20; i++) {
                        clients.add(SocketChannel.open(new InetSocketAddress(VICTIM, port)));
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
        await("it answers again", () -> status("/readiness") == 200);
        double more = tests(VICTIM, "result=pass") + 2;
        await("it goes on to test", () -> tests(VICTIM, "result=pass") >= more);
        assertEquals(0, tests(VICTIM, "result=fail"));
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
        for (String ip : List.of(VICTIM, CONTROL)) {
            double more = tests(ip, "result=pass") + 2;
            await(ip + " goes on to test", () -> tests(ip, "result=pass") >= more);
        }
        assertEquals(0, tests(CONTROL, "result=fail"), "the control's failed tests of the peer");
        assertEquals(0, tests(VICTIM, "result=fail"), "the victim's failed tests of the peer");
        assertEquals(0, page(VICTIM).sum("kconmon_loop_bugs"));
        assertTrue(victim.isAlive());
        await("its memory is back where it was, %d kB".formatted(residentBefore),
                () -> residentKilobytes() < residentBefore + GROWTH_KILOBYTES);
        String log = Files.readString(folder.resolve(VICTIM + ".log"));
        assertTrue(!log.contains("xception") && !log.contains("Error") && log.lines().count() < 20, log);
        System.out.printf("resident: %d kB before, %d after; tainted rounds: %.0f%n", residentBefore,
                residentKilobytes(), page(VICTIM).sum("kconmon_tainted_rounds_total"));
    }

    private long residentKilobytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/%d/status".formatted(victim.pid())))) {
            return lines.filter(it -> it.startsWith("VmRSS:")).map(it -> it.replaceAll("\\D", ""))
                    .mapToLong(Long::parseLong).findFirst().orElse(0);
        } catch (IOException e) {
            throw new AssertionError("it has ended", e);
        }
    }

    /** Of the peer: rounds that passed over both, or that failed over either. */
    private double tests(String ip, String result) {
        Page page = page(ip);
        double udp = page.sum("kconmon_udp_results_total", "destination=" + PEER, result);
        double tcp = page.sum("kconmon_tcp_results_total", "destination=" + PEER, result);
        return result.equals("result=pass") ? Math.min(udp, tcp) : udp + tcp;
    }

    private int status(String path) {
        try {
            return get("http://%s:%d%s".formatted(VICTIM, port, path)).status();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Page page(String ip) {
        try {
            return Page.of("http://%s:%d".formatted(ip, port));
        } catch (IOException e) {
            return new Page("");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
