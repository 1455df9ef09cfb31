package io.kconmon.launcher.demo;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.log.JsonLines;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The demo's agents and controller, on loopback addresses, and the status they come to. */
@Timeout(120)
final class DemoMeshIT {

    @BeforeAll
    static void beQuiet() {
        JsonLines.install(JsonLines.Threshold.OFF);
    }

    private static void says(Predicate<String> expected, String... words) throws Exception {
        try (var mesh = new DemoMesh(DemoOptions.parse(List.of(words)))) {
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            String text = mesh.status(false);
            while (!expected.test(text)) {
                assertTrue(System.nanoTime() < deadline, text);
                LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
                text = mesh.status(false);
            }
        }
    }

    @Test
    void aHealthyMeshHasNoVerdict() throws Exception {
        says(text -> text.startsWith("all is well: no verdict\n\n3 nodes in 3 zones") && text.contains(", 3 report\n"),
                "--nodes", "3");
    }

    @Test
    void aNodeThatAnswersNobodyIsNamed() throws Exception {
        says(text -> text.lines().findFirst().orElse("").contains("node-3"), "--nodes", "4", "--break", "node-3");
    }

    @Test
    void aLossyPathBetweenZonesIsNamed() throws Exception {
        says(text -> text.lines().findFirst().orElse("").startsWith("zone-a → zone-b loses"), "--fault",
                "zone-a>zone-b=10%");
    }

    @Test
    void aLossyPairIsNamed() throws Exception {
        says(text -> text.lines().findFirst().orElse("").startsWith("node-1 → node-4"), "--loss", "node-1:node-4=40");
    }

    @Test
    void aSlowNodeIsNamed() throws Exception {
        says(text -> text.lines().findFirst().orElse("").startsWith("node-2 is slow"), "--fault",
                "node-2=slow:80ms");
    }

    @Test
    void aSlowPathToANodeShowsInItsColumn() throws Exception {
        says(text -> text.lines().anyMatch(it -> it.matches("node-1 .* \\d\\.\\d+ 8\\d\\.\\d 0% .*")), "--nodes", "3",
                "--fault", "node-2=slow:80ms");
    }
}
