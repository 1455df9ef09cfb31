package io.kconmon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Twenty nodes in three zones, each of which five others test: as much is found as where all test all, and no more. */
class BoundedMeshNamespaceIT {

    private static final int AGENTS = 20;
    private static final int PEERS = 5;
    private static final int ZONES = 3;
    private static final int AT_ONCE = 4;
    private static final int DEAD = 7;
    /** 10 to 12 s on a machine that is not busy. */
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Pattern TESTED = Pattern
            .compile("(?m)^kconmon_tcp_results_total\\{destination=\"(node-[0-9]+)\".*result=\"pass\".* ([0-9.E]+)$");

    @TempDir
    private Path folder;

    @Test
    void eachIsTestedByEnoughARestartIsNoFaultAndADeadNodeIsFoundSoon() throws Exception {
        try (var mesh = new NetworkMesh(AGENTS, ZONES, 1, folder, "-Dkconmon.drain=6s", "-Dkconmon.mesh=bounded",
                "-Dkconmon.mesh-peers=" + PEERS, "-Dkconmon.mesh-zone-pairs=2")) {
            int controller = mesh.controllers().getFirst();
            awaitTested(mesh);
            restartAll(mesh);
            awaitTested(mesh);
            assertEquals(List.of(), said(mesh));
            assertEquals(Map.of(), mesh.lostOrRefused(), mesh::begunFailures);

            long died = System.nanoTime();
            mesh.network().link(DEAD, "down");
            Processes.await("a verdict", SOON, () -> !said(mesh).isEmpty());
            System.out.printf("[namespaces] %d nodes, %d test each: %s after %.1f s%n", AGENTS, PEERS, said(mesh),
                    (System.nanoTime() - died) / 1e9);
            String verdict = said(mesh).getFirst();
            assertTrue(verdict.contains("\"kind\":\"node\"") && verdict.contains("\"node\":\"node-" + DEAD + "\""),
                    verdict);
            assertTrue(mesh.network().get(controller, "/status").contains("node-" + DEAD));
            assertEquals(1, said(mesh).size());
        }
    }

    /** Until as many as are to test each node do, and say so by results and by themselves. */
    private static void awaitTested(NetworkMesh mesh) {
        Processes.await("each is tested", Duration.ofMinutes(1), () -> {
            var sources = new TreeMap<String, Set<Integer>>();
            boolean told = true;
            for (int host : mesh.hosts()) {
                Page page = mesh.page(host);
                told &= page.sum("kconmon_incoming_peers") == PEERS;
                for (Matcher it = TESTED.matcher(page.text()); it.find();) {
                    if (Double.parseDouble(it.group(2)) > 0) {
                        sources.computeIfAbsent(it.group(1), none -> new TreeSet<>()).add(host);
                    }
                }
            }
            return told && sources.size() == AGENTS && sources.values().stream().allMatch(it -> it.size() == PEERS);
        });
    }

    private static void restartAll(NetworkMesh mesh) throws IOException, InterruptedException {
        for (int first = 1; first <= AGENTS; first += AT_ONCE) {
            List<Integer> leaving = mesh.hosts().subList(first - 1, first - 1 + AT_ONCE);
            leaving.forEach(mesh::leave);
            mesh.writeRoster();
            leaving.forEach(it -> mesh.process(it).destroy());
            for (int host : leaving) {
                assertTrue(mesh.process(host).waitFor(30, TimeUnit.SECONDS));
                mesh.start(host);
            }
            for (int host : leaving) {
                mesh.awaitServing(host);
                mesh.join(host);
            }
            mesh.writeRoster();
        }
    }

    /** The verdicts that the controller has logged. */
    private static List<String> said(NetworkMesh mesh) {
        try {
            return Files.readAllLines(mesh.controllerLog(mesh.controllers().getFirst())).stream()
                    .filter(it -> it.contains("\"verdict begins\"")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
