package io.kconmon.launcher;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A way that has become long does not look like one that is cut, and no end's own waits hide it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DelayNamespaceIT {

    private static final int SECONDS = Integer.getInteger("kconmon.stops.seconds", 30);
    private static final long SEED = Long.getLong("kconmon.stops.seed", 9);
    private static final Map<Integer, Integer> PAIRS = Map.of(1, 2, 2, 1);
    /** Each way. */
    private static final int DELAY_MILLIS = 150;
    private static final double ROUND_TRIP_MILLIS = 2 * DELAY_MILLIS;
    private static final double TOLERANCE_MILLIS = 20;
    /** Of the peer's HTTP server on a busy machine. */
    private static final double PEER_MILLIS = 250;

    private @Nullable NetworkMesh started;
    private @Nullable Wire laid;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        NetworkMesh mesh = new NetworkMesh(2, folder, "-Dkconmon.tcp.interval=2000", "-Dkconmon.udp.interval=2000");
        started = mesh;
        laid = mesh.network().wire(2);
        mesh.awaitRounds(2, mesh.hosts());
    }

    @AfterAll
    void stop() throws Exception {
        if (laid != null) {
            laid.close();
        }
        if (started != null) {
            started.close();
        }
    }

    @AfterEach
    void repair() throws Exception {
        wire().delay(0);
        mesh().awaitRounds(2, mesh().hosts());
        for (int source : PAIRS.keySet()) {
            Processes.await("no more packets are lost",
                    () -> mesh().page(source).value("kconmon_udp_loss").equals(OptionalDouble.of(0)));
        }
    }

    @Test
    void aDelayedRoundIsLateAndItsDelayIsShown() throws Exception {
        wire().delay(DELAY_MILLIS);
        Map<Integer, Page> begin = pages();
        awaitFailures(begin, 2); // packets of the first may have left before
        for (int source : PAIRS.keySet()) {
            Page now = mesh().page(source);
            assertTrue(grown(begin, now, source, "kconmon_udp_results_total", "result=pass") <= 1,
                    "none passes but one that was under way");
            assertEquals(grown(begin, now, source, "kconmon_udp_failures_total"),
                    grown(begin, now, source, "kconmon_udp_failures_total", "cause=late"));
            assertEquals(OptionalDouble.of(100), now.value("kconmon_udp_loss"));
        }
        awaitTcpPasses(begin);
        double late = wire().delay(DELAY_MILLIS);
        for (int source : PAIRS.keySet()) {
            Page now = mesh().page(source);
            assertEquals(0, grown(begin, now, source, "kconmon_tcp_results_total", "result=fail"));
            assertNear(ROUND_TRIP_MILLIS, 2 * late, now.value("kconmon_udp_duration_milliseconds"));
            assertNear(ROUND_TRIP_MILLIS, 2 * late, now.value("kconmon_tcp_connect_milliseconds"));
            assertNear(2 * ROUND_TRIP_MILLIS, 4 * late + PEER_MILLIS, now.value("kconmon_tcp_duration_milliseconds"));
            System.out.printf("[namespaces] 300 ms, node-%d: UDP %s ms, TCP connect %s ms, whole %s ms; failed %s%n",
                    source, now.value("kconmon_udp_duration_milliseconds").orElse(0),
                    now.value("kconmon_tcp_connect_milliseconds").orElse(0),
                    now.value("kconmon_tcp_duration_milliseconds").orElse(0), mesh().causes());
        }
    }

    /** Connecting and asking take a round trip each; the timeout is for both. */
    @Test
    void anAnswerOverTcpIsLate() throws Exception {
        wire().delay(2 * DELAY_MILLIS);
        Map<Integer, Page> begin = pages();
        Processes.await("TCP is late both ways", () -> PAIRS.keySet().stream().allMatch(
                it -> grown(begin, mesh().page(it), it, "kconmon_tcp_failures_total", "cause=late") > 0));
        awaitFailures(begin, 1);
        double late = wire().delay(2 * DELAY_MILLIS);
        for (int source : PAIRS.keySet()) {
            Page now = mesh().page(source);
            assertEquals(grown(begin, now, source, "kconmon_tcp_failures_total"),
                    grown(begin, now, source, "kconmon_tcp_failures_total", "cause=late"));
            assertNear(2 * ROUND_TRIP_MILLIS, 2 * late, now.value("kconmon_udp_duration_milliseconds"));
        }
    }

    @Test
    void strainedEndsAreNotBlamedOnTheNetwork() throws Exception {
        Figures figures;
        Map<Integer, Page> begin;
        double late;
        var one = new Stops(mesh().process(1), SEED);
        var other = new Stops(mesh().process(2), SEED + 1);
        try (one; other; var loops = BusyLoops.of(2)) {
            wire().delay(DELAY_MILLIS);
            begin = pages();
            awaitFailures(begin, 1);
            awaitTcpPasses(begin);
            begin = pages();
            figures = Figures.during(SECONDS, mesh(), mesh().hosts());
            awaitFailures(begin, 2);
            late = wire().delay(DELAY_MILLIS);
        }
        System.out.printf("[namespaces] 300 ms, both ends stopped (%s; %s) and two busy loops: %s; failed %s;"
                + " the cable was late by %.1f ms at most%n", one, other, figures, mesh().causes(), late);
        for (int source : PAIRS.keySet()) {
            assertEquals(0, grown(begin, mesh().page(source), source, "kconmon_udp_results_total", "result=pass"));
        }
        for (List<Double> of : List.of(figures.udp(), figures.tcp())) {
            for (double part : List.of(0.0, 0.5)) {
                assertNear(ROUND_TRIP_MILLIS, 0, OptionalDouble.of(Figures.quantile(part, of)));
            }
            assertNear(ROUND_TRIP_MILLIS, 2 * late, OptionalDouble.of(Figures.quantile(1, of)));
        }
    }

    private void awaitFailures(Map<Integer, Page> begin, int more) {
        Processes.await("UDP is late both ways", () -> PAIRS.keySet().stream().allMatch(
                it -> grown(begin, mesh().page(it), it, "kconmon_udp_failures_total", "cause=late") >= more));
    }

    private void awaitTcpPasses(Map<Integer, Page> begin) {
        Processes.await("TCP has seen it", () -> PAIRS.keySet().stream().allMatch(
                it -> grown(begin, mesh().page(it), it, "kconmon_tcp_results_total", "result=pass") >= 2));
    }

    private Map<Integer, Page> pages() {
        var pages = new HashMap<Integer, Page>();
        PAIRS.keySet().forEach(it -> pages.put(it, mesh().wholePage(it)));
        return pages;
    }

    private static double grown(Map<Integer, Page> begin, Page now, int source, String name, String... labels) {
        return now.sum(name, labels) - requireNonNull(begin.get(source)).sum(name, labels);
    }

    /** @param late what the cable and the peer, which are programs, may have added */
    private static void assertNear(double millis, double late, OptionalDouble found) {
        assertTrue(found.isPresent() && found.getAsDouble() >= millis
                && found.getAsDouble() < millis + TOLERANCE_MILLIS + late,
                "%s ms, %.1f ms late at most: %s".formatted(millis, late, found));
    }

    private NetworkMesh mesh() {
        return requireNonNull(started);
    }

    private Wire wire() {
        return requireNonNull(laid);
    }
}
