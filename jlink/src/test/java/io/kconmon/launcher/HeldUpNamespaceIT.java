package io.kconmon.launcher;

import static io.kconmon.launcher.Processes.await;
import static io.kconmon.launcher.Processes.signal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that stands still for a while answers late, says why, and is not blamed; one that does not come back is. */
class HeldUpNamespaceIT {

    private static final int TIMES = 5;
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final Duration SHORT_TIMEOUT = Duration.ofMillis(200);
    /** The exit status of timeout(1). */
    private static final int TIMED_OUT = 124;
    private static final int CPUS = Runtime.getRuntime().availableProcessors();

    /** 127.83.0.1, its bytes in the order of this machine. */
    private static final String VICTIM_IN_PROC = "0100537F";

    @TempDir
    private Path folder;
    private Trio trio;

    private void start(Duration timeout) throws IOException {
        trio = new Trio(folder, "127.83.0", (int) timeout.toMillis());
    }

    @AfterEach
    void stop() {
        if (trio != null) {
            trio.close();
        }
    }

    @Test
    void aPeerThatStandsStillForAWhileIsNotBlamed() throws Exception {
        start(TIMEOUT);
        Process victim = trio.startVictim();
        int stops = 0;
        while (excused() < TIMES) { // a round that its source has marred itself is not excused
            assertTrue(++stops <= 4 * TIMES, () -> "excused: " + excused());
            signal(victim, "STOP");
            await("a packet waits to be read by the victim", this::aPacketWaits);
            long lost = System.nanoTime() + TIMEOUT.toNanos();
            await("it has waited for too long", () -> System.nanoTime() > lost);
            signal(victim, "CONT");
            awaitPasses();
        }
        assertEquals(0, timedOut(), "failed tests of the one that stood still");
        System.out.printf("[standstill] a peer stood still %d times: %.0f rounds excused, no failed result%n", stops,
                excused());
        signal(victim, "STOP");
        await("it is blamed that does not come back", () -> timedOut() > 0);
        signal(victim, "CONT");
    }

    /** Its other threads run, so that the process as a whole does not stand still. Needs a second CPU. */
    @Test
    void aPeerWhoseEchoHasNoCpuForAWhileIsNotBlamed() throws Exception {
        assumeTrue(CPUS > 1);
        start(SHORT_TIMEOUT);
        Process victim = trio.startVictim();
        run("taskset", "-a", "-c", "-p", CPUS == 2 ? "0" : "0-" + (CPUS - 2), String.valueOf(victim.pid()));
        assertEquals(0, run("taskset", "-c", "-p", String.valueOf(CPUS - 1), echoThread(victim)));
        int times = 0;
        while (excused() < TIMES) {
            double before = excused();
            assertTrue(++times <= 20 * TIMES, () -> "excused: " + excused());
            // Nothing else gets the CPU meanwhile, for twice as long as a reply is waited for.
            assertEquals(TIMED_OUT, run("taskset", "-c", String.valueOf(CPUS - 1), "chrt", "-f", "50", "timeout", "0.4",
                    "chrt", "-f", "40", "sh", "-c", "while :; do :; done"));
            if (excused() > before) {
                awaitPasses();
            }
        }
        assertEquals(0, timedOut(), "failed tests of the one whose echo had no CPU");
        System.out.printf("[standstill] a peer's echo had no CPU %d times: %.0f rounds excused, no failed result%n",
                times, excused());
    }

    /** Its exit status. */
    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.DISCARD).start().waitFor();
    }

    private static String echoThread(Process process) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/%d/task".formatted(process.pid())))) {
            return threads.filter(it -> lines(it.resolve("comm")).anyMatch("udp-echo"::equals)).findFirst()
                    .orElseThrow().getFileName().toString();
        }
    }

    /** Which ends what is excused in a row. */
    private void awaitPasses() {
        for (String source : List.of(trio.control(), trio.peer())) {
            double passed = trio.tests(source, trio.victim(), "result=pass");
            await(source + " passes again", () -> trio.tests(source, trio.victim(), "result=pass") > passed + 1);
        }
    }

    private double excused() {
        return sum("kconmon_excused_rounds_total", "reason=held-up");
    }

    /** Not those that were refused, before it was there. */
    private double timedOut() {
        String victim = "destination=" + trio.victim();
        return sum("kconmon_udp_failures_total", victim, "cause=timeout")
                + sum("kconmon_tcp_failures_total", victim, "cause=timeout");
    }

    /** Of both that test it. */
    private double sum(String metric, String... labels) {
        return List.of(trio.control(), trio.peer()).stream().mapToDouble(it -> trio.page(it).sum(metric, labels)).sum();
    }

    /** Whether the kernel says that the victim's socket, which is one of IPv6 also where addresses are not, has some. */
    private boolean aPacketWaits() {
        String local = "%s:%04X".formatted(VICTIM_IN_PROC, trio.port());
        return Stream.of("/proc/net/udp", "/proc/net/udp6").flatMap(it -> lines(Path.of(it)))
                .map(it -> it.strip().split(" +")).filter(it -> it[1].endsWith(local))
                .anyMatch(it -> !it[4].endsWith(":00000000"));
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
