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
}
