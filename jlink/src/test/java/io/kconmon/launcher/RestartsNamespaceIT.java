package io.kconmon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents and their controller come and go, as they do on every upgrade: the network has no part in it. */
class RestartsNamespaceIT {

    private static final int AGENTS = 20;
    private static final int AT_ONCE = 2;
    private static final int BUSY_LOOPS = 2;
    /** Of all agents; 10 by hand. */
    private static final int ROUNDS = Integer.getInteger("kconmon.restarts", 1);

    @TempDir
    private Path folder;

    @Test
    void aRollingRestartBesideBusyLoopsFailsNothing() throws Exception {
        try (var mesh = new NetworkMesh(AGENTS, folder, "-Dkconmon.drain=6s"); var loops = BusyLoops.of(BUSY_LOOPS)) {
            mesh.awaitRounds(1, mesh.hosts());
            var failures = new TreeMap<String, Double>(mesh.lostOrRefused());
            var all = new TreeMap<String, Double>(mesh.causes());
            for (int restarted = 0; restarted < ROUNDS * AGENTS; restarted += AT_ONCE) {
                int first = restarted % AGENTS + 1;
                List<Integer> leaving = List.of(first, first + 1);
                leaving.forEach(mesh::leave);
                mesh.writeRoster();
                leaving.forEach(it -> mesh.process(it).destroy());
                // While they drain they test no more, so their figures are final.
                failures.putAll(mesh.lostOrRefused());
                all.putAll(mesh.causes());
                for (int host : leaving) {
                    assertTrue(mesh.process(host).waitFor(30, TimeUnit.SECONDS));
                    assertEquals(0, mesh.process(host).exitValue());
                    mesh.start(host);
                }
                for (int host : leaving) {
                    mesh.awaitServing(host);
                    mesh.join(host);
                }
                mesh.writeRoster();
            }
            mesh.awaitRounds(1, mesh.hosts());
            failures.putAll(mesh.lostOrRefused());
            all.putAll(mesh.causes());
            System.out.printf(
                    "[namespaces] %d agents restarted %d times, %d at once, beside %d busy loops: failed %s%n",
                    AGENTS, ROUNDS, AT_ONCE, BUSY_LOOPS, all);
            assertEquals(Map.of(), failures, mesh::begunFailures);
        }
    }

    @Test
    void testsGoOnWithoutAControllerAndANewAgentTestsOnceItIsBack() throws Exception {
        try (var mesh = new NetworkMesh(3, folder, "-Dkconmon.drain=3s", "-Dkconmon.tcp.interval=1000",
                "-Dkconmon.udp.interval=2500", "-Dkconmon.tcp.timeout=900")) {
            mesh.awaitRounds(2, mesh.hosts());
            mesh.killController();
            mesh.awaitRounds(3, mesh.hosts());
            Page page = mesh.page(1);
            assertTrue(page.sum("kconmon_roster_age_seconds") > 2, "the roster's age");
            mesh.leave(3);
            mesh.writeRoster();
            mesh.startController();
            for (int host : List.of(1, 2)) {
                Processes.await("node-3 is gone", () -> !mesh.page(host).text().contains("node-3"));
            }
            mesh.killController();
            // Out of the roster already: it starts while there is no controller, and waits for one.
            restart(mesh, 3);
            mesh.join(3);
            mesh.writeRoster();
            mesh.startController();
            mesh.awaitRounds(2, mesh.hosts());
            assertEquals(Map.of(), mesh.lostOrRefused());
        }
    }

    /** It is in every roster, and only it knows that it restarts. */
    @Test
    void anAgentThatRestartsWhileThereIsNoControllerIsNotBlamed() throws Exception {
        try (var mesh = new NetworkMesh(3, folder, "-Dkconmon.drain=3s", "-Dkconmon.tcp.interval=1000",
                "-Dkconmon.udp.interval=2500", "-Dkconmon.tcp.timeout=900")) {
            mesh.awaitRounds(2, mesh.hosts());
            mesh.killController();
            restart(mesh, 3);
            mesh.awaitRounds(2, List.of(1, 2), List.of(3));
            assertEquals(Map.of(), mesh.lostOrRefused());
            double excused = mesh.page(1).sum("kconmon_excused_rounds_total")
                    + mesh.page(2).sum("kconmon_excused_rounds_total");
            mesh.join(3);
            mesh.writeRoster();
            mesh.startController();
            mesh.awaitRounds(2, mesh.hosts());
            assertEquals(Map.of(), mesh.lostOrRefused());
            System.out.printf("[namespaces] restarted without a controller: %.0f rounds excused, no failed result%n",
                    excused);
            mesh.killController();
            mesh.kill(3);
            for (int host : List.of(1, 2)) { // it had no time to say so
                Processes.await("node-3 fails", () -> mesh.page(host).sum("kconmon_tcp_results_total",
                        "destination=node-3", "result=fail") > 0);
            }
        }
    }

    private static void restart(NetworkMesh mesh, int host) throws Exception {
        mesh.process(host).destroy();
        assertTrue(mesh.process(host).waitFor(30, TimeUnit.SECONDS));
        mesh.start(host);
        mesh.awaitServing(host);
    }
}
