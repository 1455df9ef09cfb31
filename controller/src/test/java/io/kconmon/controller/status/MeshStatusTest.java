package io.kconmon.controller.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class MeshStatusTest {

    private static final String[] LINES = {"1 5", "1 5", "1 5", "1 5"};

    private static Meshes mesh() {
        return new Meshes(4, true);
    }

    @Test
    void oneAgentsIntervalIsNotThatOfTheMesh() {
        var mesh = mesh();
        mesh.report("node-1", LINES);
        mesh.report("node-2", LINES);
        mesh.reportOf("node-3", 3_600_000, LINES);
        assertEquals(5, mesh.status.snapshot().interval());
        assertEquals(3600, mesh.status.snapshot().newest().getLast().interval());
    }

    private static String state(Meshes mesh, String node) {
        return mesh.status.snapshot().nodes().stream().filter(it -> it.name().equals(node)).findFirst().orElseThrow()
                .state();
    }

    @Test
    void aNodeDrainsIfEnoughOthersSaySo() {
        var mesh = new Meshes(6, true);
        String[] marked = {"1 5", "1 5", "1 5", "1 5", "1 5", "~1 5"};
        String[] plain = {"1 5", "1 5", "1 5", "1 5", "1 5", "1 5"};
        mesh.report("node-1", marked);
        assertEquals("active", state(mesh, "node-6"), "one alone, though all that is known");
        mesh.report("node-2", plain);
        mesh.report("node-3", plain);
        mesh.report("node-4", plain);
        mesh.pass(5);
        mesh.report("node-2", marked);
        assertEquals("draining", state(mesh, "node-6"), "two of four");
        mesh.report("node-5", plain);
        assertEquals("active", state(mesh, "node-6"), "two of five");
        mesh.pass(5);
        mesh.report("node-5", "1 5", "1 5", "1 5", "1 5", "1 5", "!- -");
        assertEquals("draining", state(mesh, "node-6"), "one of the five does not test it");
    }

    @Test
    void aRepeatedReportCountsOnceAndUpdatesWhetherItsAgentStops() {
        var mesh = mesh();
        String head = "source=node-1\ninterval=5000\nage=0\nprotocols=tcp udp\n";
        mesh.report(head, "node-1", LINES);
        mesh.pass(1);
        mesh.report(head.replace("age=0", "age=1020"), "node-1", LINES);
        assertEquals(1, mesh.status.history().end());
        assertEquals("active", state(mesh, "node-1"));
        mesh.report(head.replace("age=0", "age=1000\nstate=draining"), "node-1", LINES);
        assertEquals(1, mesh.status.history().end());
        assertEquals("draining", state(mesh, "node-1"));
        mesh.pass(4);
        mesh.report(head, "node-1", LINES);
        assertEquals(2, mesh.status.history().end());
    }
}
