package io.kconmon.controller.web;

/** The faults of the screenshots and of the development server. */
final class Scene {

    private Scene() {
    }

    static void showing(SimulatedMesh mesh) {
        int size = mesh.nodes().size();
        double now = SimulatedMesh.now();
        mesh.begin(new Fault.Dead(size * 13 / 30), now - 55);
        mesh.begin(new Fault.Zones("eu-1a", "eu-1c", 0.02), now - 150);
        mesh.begin(new Fault.Slow(size / 2 + 3, size - 8, 2.7), now - 900);
        mesh.begin(new Fault.Flow(2, size / 2), now - 300);
    }
}
