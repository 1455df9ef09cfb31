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
    /** Of all agents; 10 by hand. */
    private static final int ROUNDS = Integer.getInteger("kconmon.restarts", 1);

    @TempDir
    private Path folder;

    @Test
    void aRollingRestartFailsNothing() throws Exception {
        try (var mesh = new NetworkMesh(AGENTS, folder, "-Dkconmon.drain=4s")) {
            mesh.awaitRounds(1, mesh.hosts());
            var failures = new TreeMap<String, Double>(mesh.causes());
            for (int restarted = 0; restarted < ROUNDS * AGENTS; restarted += AT_ONCE) {
                int first = restarted % AGENTS + 1;
                List<Integer> leaving = List.of(first, first + 1);
                leaving.forEach(mesh::leave);
                mesh.writeRoster();
                leaving.forEach(it -> mesh.process(it).destroy());
                // While they drain they test no more: what they say is final.
                failures.putAll(mesh.causes());
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
            failures.putAll(mesh.causes());
            assertEquals(Map.of(), failures);
            System.out.printf("[namespaces] %d agents restarted %d times, %d at once: no failed result%n", AGENTS,
                    ROUNDS,
                    AT_ONCE);
        }
    }

    @Test
    void withoutAControllerTestsGoOnAndAnAgentThatStartsMeanwhileTestsOnceItIsBack() throws Exception {
        try (var mesh = new NetworkMesh(3, folder, "-Dkconmon.drain=1s", "-Dkconmon.tcp.interval=1000",
                "-Dkconmon.udp.interval=1000", "-Dkconmon.tcp.timeout=900")) {
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
            mesh.process(3).destroy();
            assertTrue(mesh.process(3).waitFor(30, TimeUnit.SECONDS));
            mesh.start(3);
            mesh.awaitServing(3);
            mesh.join(3);
            mesh.writeRoster();
            mesh.startController();
            mesh.awaitRounds(2, mesh.hosts());
            assertEquals(Map.of(), mesh.causes());
        }
    }
}
