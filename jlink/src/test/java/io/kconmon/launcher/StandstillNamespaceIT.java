package io.kconmon.launcher;

import static io.kconmon.launcher.Processes.await;
import static io.kconmon.launcher.Processes.signal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kconmon.shared.udp.EchoPacket;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that really stands still, stopped or without CPU time, blames nobody. Needs root, and cgroups. */
class StandstillNamespaceIT {

    private static final int STOPS = 5;
    private static final int THROTTLED_ROUNDS = 5;
    private static final String ECHO = "127.82.0.4";

    private Trio trio;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        trio = new Trio(folder, "127.82.0", 250);
    }

    @AfterEach
    void stop() {
        trio.close();
    }

    /** It is stopped when it has sent a packet and before the answer comes, which waits until it can be read. */
    @Test
    void anAgentThatIsStoppedBlamesNobody() throws Exception {
        Process victim = trio.startVictim();
        var stops = new LinkedBlockingQueue<Process>();
        try (var socket = new DatagramSocket(new InetSocketAddress(ECHO, trio.port()))) {
            Thread.ofVirtual().start(() -> echo(socket, stops));
            trio.add(ECHO);
            for (int i = 1; i <= STOPS; i++) {
                double passed = echoed("result=pass");
                await("the echo is tested", () -> echoed("result=pass") > passed);
                double tainted = tainted("lag");
                double failed = trio.tests(trio.control(), trio.victim(), "result=fail");
                stops.add(victim);
                await("others see that it does not answer",
                        () -> trio.tests(trio.control(), trio.victim(), "result=fail") > failed + 1);
                signal(victim, "CONT");
                await("the test that was under way is marred", () -> tainted("lag") > tainted);
            }
            trio.awaitMorePasses(trio.victim());
            assertEquals(0, failedOfAll(), "failed results of the one that was stopped");
            System.out.printf("[standstill] stopped and continued %d times: %.0f rounds tainted, no failed result%n",
                    STOPS, tainted("lag"));
        }
    }

    /** Answers everyone, and stops the victim first if it is to be stopped. */
    private void echo(DatagramSocket socket, Queue<Process> stops) {
        var packet = new DatagramPacket(new byte[EchoPacket.SIZE], EchoPacket.SIZE);
        try {
            while (true) {
                socket.receive(packet);
                if (packet.getAddress().getHostAddress().equals(trio.victim()) && !stops.isEmpty()) {
                    signal(stops.remove(), "STOP");
                }
                if (EchoPacket.answer(ByteBuffer.wrap(packet.getData()), Duration.ZERO)) {
                    socket.send(packet);
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    private double echoed(String result) {
        return trio.page(trio.victim()).sum("kconmon_udp_results_total", "destination=" + ECHO, result);
    }

    @Test
    void anAgentWithoutCpuTimeBlamesNobody() throws Exception {
        var quota = CpuQuota.make("kconmon-" + ProcessHandle.current().pid());
        try {
            // It joins before it looks for its cgroup, and begins at its own pace.
            trio.startVictim("sh", "-c", "echo $$ > " + quota.members() + " && exec \"$@\"", "sh");
            quota.set(10, 1000);
            await("rounds are tainted", () -> tainted("throttled") >= THROTTLED_ROUNDS);
            quota.lift();
            trio.awaitMorePasses(trio.victim());
            assertEquals(0, failedOfAll(), "failed results of the one that was throttled");
            System.out.printf("[standstill] 10 ms of CPU a second: %.0f rounds tainted as throttled, %.0f as lag,"
                    + " no failed result%n", tainted("throttled"), tainted("lag"));
        } finally {
            trio.close(); // a cgroup with members cannot be removed
            quota.close();
        }
    }

    private double failedOfAll() {
        Page page = trio.page(trio.victim());
        assertTrue(page.has("kconmon_udp_results_total"), page.text());
        return page.sum("kconmon_udp_results_total", "result=fail")
                + page.sum("kconmon_tcp_results_total", "result=fail")
                - page.sum("kconmon_tcp_results_total", "result=fail", "destination=" + ECHO); // which has no TCP
    }

    private double tainted(String reason) {
        return trio.page(trio.victim()).sum("kconmon_tainted_rounds_total", "reason=" + reason);
    }

    /** A cgroup of this test's own, of either version. */
    private record CpuQuota(Path group, boolean v2) implements AutoCloseable {

        static CpuQuota make(String name) throws IOException {
            Path root = Path.of("/sys/fs/cgroup");
            boolean v2 = Files.exists(root.resolve("cgroup.controllers"));
            if (v2) {
                Files.writeString(root.resolve("cgroup.subtree_control"), "+cpu");
            }
            Path group = (v2 ? root : root.resolve("cpu")).resolve(name);
            assumeTrue(Files.isWritable(group.getParent()), "cgroups need root");
            return new CpuQuota(Files.createDirectory(group), v2);
        }

        Path members() {
            return group.resolve("cgroup.procs");
        }

        void set(int millis, int periodMillis) throws IOException {
            if (v2) {
                Files.writeString(group.resolve("cpu.max"), "%d000 %d000".formatted(millis, periodMillis));
            } else {
                Files.writeString(group.resolve("cpu.cfs_period_us"), periodMillis + "000");
                Files.writeString(group.resolve("cpu.cfs_quota_us"), millis + "000");
            }
        }

        void lift() throws IOException {
            Files.writeString(group.resolve(v2 ? "cpu.max" : "cpu.cfs_quota_us"), v2 ? "max" : "-1");
        }

        @Override
        public void close() throws IOException {
            Files.delete(group);
        }
    }
}
