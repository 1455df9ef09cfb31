package io.kconmon.controller.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.controller.verdict.Subject;
import io.kconmon.controller.verdict.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusTextTest {

    static final Verdict VERDICT = new Verdict(Verdict.Kind.NODE, new Subject.OneNode("node-3"), Verdict.Direction.TO,
            Verdict.Protocol.BOTH, 1, Map.of(), 0.99, 1_764_150_000.0, "node-3: nobody reaches it");

    private static Meshes faulty() {
        var mesh = new Meshes(3, true);
        mesh.report("node-1", "", "1,3m 5,7u,c,j", "0;f=1;timeout=1 5;g=0");
        mesh.report("node-2", "1,3m 5,7u,c,j;g=4;t=1", "", "0;f=1;timeout=1 5;g=0");
        mesh.pass(16);
        mesh.status.verdicts(List.of(VERDICT));
        return mesh;
    }

    @Test
    void theVerdictComesFirst() {
        assertEquals("""
                node-3: nobody reaches it

                3 nodes in 2 zones at 09:40:16 UTC, intervals of 5 s, 2 report; silent: node-3

                zones; each cell: udp loss, udp ms, tcp connect ms
                from \\ to  zone-a          zone-b
                zone-a     100% fail fail  0% 0.28 0.13
                zone-b     60% 0.28 0.13

                worst pairs
                  node-1 → node-3: UDP 5 of 5 lost, TCP 1 of 1 failed (timeout 1)
                  node-2 → node-3: UDP 5 of 5 lost, TCP 1 of 1 failed (timeout 1)
                  node-2 → node-1: UDP 1 of 5 lost

                nodes; each cell: tcp connect ms, udp ms, udp loss
                from \\ to  node-1         node-2        node-3
                node-1                    0.13 0.28 0%  fail fail 100%
                node-2     0.13 0.28 20%                fail fail 100%
                node-3     ·              ·
                """, StatusText.of(faulty().status.snapshot(), false));
    }

    @Test
    void coloursShowTheSeverity() {
        String text = StatusText.of(faulty().status.snapshot(), true);
        assertTrue(text.startsWith("\u001b[1m\u001b[31mnode-3: nobody reaches it\u001b[0m\n"), text);
        assertTrue(text.contains("\u001b[32m0.13 0.28 0%  \u001b[0m\u001b[31mfail fail 100%  \u001b[0m"), text);
        assertTrue(text.contains("\u001b[33m0.13 0.28 20%"), text);
    }

    @Test
    void unknownStatesAreNamed() {
        assertTrue(StatusText.of(new Meshes(3, false).status.snapshot(), false)
                .startsWith("not known: agents are not asked for reports (reports.enabled is false)"));
        var begun = new Meshes(3, true);
        begun.report("node-1", "", "1 5", "1 5");
        begun.pass(5);
        assertEquals("not known yet: 1 of 3 agents have reported, and this controller began 5 s ago",
                StatusText.of(begun.status.snapshot(), false).lines().findFirst().orElseThrow());
        assertEquals(MeshHealth.UNKNOWN, MeshHealth.of(begun.status.snapshot()));
    }

    @Test
    void oneActiveNodeAloneHasNoVerdict() {
        var mesh = new Meshes(2, true);
        mesh.post(List.of("node-2"));
        mesh.pass(20);
        mesh.report("node-1", "", "1 5");
        mesh.report("node-2", "1 5", "");
        assertEquals(MeshHealth.UNKNOWN, MeshHealth.of(mesh.status.snapshot()));
        assertTrue(StatusText.of(mesh.status.snapshot(), false)
                .startsWith("not known: a test takes two active nodes, and there are fewer\n"));
        mesh.post(List.of());
        assertEquals(MeshHealth.WELL, MeshHealth.of(mesh.status.snapshot()));
    }

    @Test
    void nodesWithCountedReportsAreActive() {
        var mesh = new Meshes(3, true);
        mesh.post(List.of("node-3"));
        mesh.pass(20);
        mesh.report("node-1", "", "1 5", "");
        mesh.report("node-3", "1 5", "1 5", "");
        assertEquals(MeshHealth.UNKNOWN, MeshHealth.of(mesh.status.snapshot()), "one of the two that are active");
    }

    @Test
    void aPairThatNobodyTestedIsNotHealthy() {
        var mesh = new Meshes(2, true);
        mesh.pass(20);
        mesh.report("node-1", "", "- -");
        mesh.report("node-2", "- -", "");
        assertEquals(MeshHealth.UNKNOWN, MeshHealth.of(mesh.status.snapshot()));
        assertTrue(StatusText.of(mesh.status.snapshot(), false)
                .startsWith("not known: no agent has told of a test of another\n"));
    }

    @Test
    void aHealthyMeshIsReportedHealthy() {
        var mesh = new Meshes(2, true);
        mesh.pass(20);
        mesh.report("node-1", "", "1 5");
        mesh.report("node-2", "1 5", "");
        assertEquals(MeshHealth.WELL, MeshHealth.of(mesh.status.snapshot()));
        assertTrue(StatusText.of(mesh.status.snapshot(), false).startsWith("all is well: no verdict\n\n2 nodes"));
        mesh.pass(60);
        assertEquals(MeshHealth.UNKNOWN, MeshHealth.of(mesh.status.snapshot()),
                "what was a minute ago is not what is now");
    }

    @Test
    void statesAreShown() {
        var mesh = new Meshes(4, true);
        mesh.post(List.of("node-2"));
        mesh.report("node-1", "", "- -", "1 5", "1 5");
        String text = StatusText.of(mesh.status.snapshot(), false);
        assertTrue(text.contains("1 report; silent: node-3, node-4; paused: node-2\n"), text);
    }

    @Test
    void aLargeMeshIsShownByItsZonesAndWorstPairs() {
        var mesh = new Meshes(40, true);
        var lines = new String[40];
        java.util.Arrays.fill(lines, "0;f=1;reset=1 5;g=0");
        lines[0] = "";
        mesh.report("node-1", lines);
        String text = StatusText.of(mesh.status.snapshot(), false);
        assertEquals(10, text.lines().filter(it -> it.contains("→")).count());
        assertTrue(text.contains("zone-b") && !text.contains("\nnodes;"), text);
    }
}
