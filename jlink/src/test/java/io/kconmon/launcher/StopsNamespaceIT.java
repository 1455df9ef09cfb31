package io.kconmon.launcher;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** An agent that does not get to run blames nobody, is blamed by nobody, and its figures stay the network's. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StopsNamespaceIT {

    /** Of each phase; 120 by hand. */
    private static final int SECONDS = Integer.getInteger("kconmon.stops.seconds", 30);
    private static final long SEED = Long.getLong("kconmon.stops.seed", 9);
    /** It tests the others, and they test it. */
    private static final int VICTIM = 1;

    private @Nullable NetworkMesh started;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        // The shortest interval that is longer than what UDP waits for a reply that lay with its peer.
        NetworkMesh mesh = new NetworkMesh(3, folder, "-Dkconmon.tcp.interval=1300", "-Dkconmon.udp.interval=1300");
        started = mesh;
        mesh.awaitRounds(3, mesh.hosts());
    }

    @AfterAll
    void stop() throws Exception {
        if (started != null) {
            started.close();
        }
    }

    @Test
    void anAgentThatIsStopped() throws Exception {
        Map<String, Double> failed = mesh().networkCauses();
        Figures without = Figures.during(SECONDS, mesh(), List.of(VICTIM));
        double lag = mesh().page(VICTIM).sum("kconmon_schedule_lag_seconds_sum");
        Figures with;
        var stops = new Stops(mesh().process(VICTIM), SEED);
        try (stops) {
            with = Figures.during(SECONDS, mesh(), List.of(VICTIM));
        }
        System.out.printf("[namespaces] seed %d, %d s, %s: without %s; with %s; failed %s%n", SEED, SECONDS, stops,
                without, with, mesh().causes());
        assertTrue(mesh().page(VICTIM).sum("kconmon_schedule_lag_seconds_sum") > lag + 0.05 * SECONDS,
                "it was stopped");
        judge(failed, without, with);
    }

    @Test
    void oneCpuOfTwoIsTaken() throws Exception {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "needs a CPU to take and one to leave");
        Map<String, Double> failed = mesh().networkCauses();
        Figures without = Figures.during(SECONDS, mesh(), mesh().hosts());
        Figures with;
        try (var loops = BusyLoops.ofRealTime(1, 0.4, 1.6)) {
            with = Figures.during(SECONDS, mesh(), mesh().hosts());
        }
        System.out.printf("[namespaces] a real-time thread on one CPU, 400 ms of 2 s, %d s: without %s; with %s;"
                + " failed %s%n", SECONDS, without, with, mesh().causes());
        judge(failed, without, with);
    }

    private void judge(Map<String, Double> failedBefore, Figures without, Figures with) {
        mesh().awaitRounds(2, mesh().hosts());
        // One may be this machine's own; a stop that counted as a failure would make one of four rounds fail.
        mesh().networkCauses().forEach(
                (path, failed) -> assertTrue(failed <= failedBefore.getOrDefault(path, 0.0) + 1, path + " " + failed));
        assertAlike("UDP", without.udp(), with.udp());
        assertAlike("TCP connect", without.tcp(), with.tcp());
    }

    /** Stops lie in a quarter of the time, and would show as tens of milliseconds at least. */
    private static void assertAlike(String name, List<Double> without, List<Double> with) {
        double most = Figures.quantile(0.9, without) * 3 + 0.2;
        assertTrue(Figures.quantile(0.9, with) < most,
                "%s: p90 %.3f ms, without %.3f".formatted(name, Figures.quantile(0.9, with),
                        Figures.quantile(0.9, without)));
    }

    private NetworkMesh mesh() {
        return requireNonNull(started);
    }
}
