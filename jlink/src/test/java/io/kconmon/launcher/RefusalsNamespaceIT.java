package io.kconmon.launcher;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All peers share the flows: an ICMP error for one peer counts for no other. */
class RefusalsNamespaceIT {

    private static final int DEAD = 300;
    private static final int CONTROLLER = 3;

    @TempDir
    private Path folder;

    @Test
    void oneAgentAnswersBesideManyThatRefuse() throws Exception {
        try (var mesh = new NetworkMesh(2, folder, "-Dkconmon.tcp.interval=60000", "-Dkconmon.udp.interval=500",
                "-Dkconmon.mesh=full");
                var wire = mesh.network().wire(CONTROLLER)) {
            wire.delay(2); // the ICMP error arrives while another packet is sent
            mesh.network().on(CONTROLLER, "sysctl", "-qw", "net.ipv4.icmp_ratelimit=0",
                    "net.ipv4.icmp_msgs_per_sec=100000", "net.ipv4.icmp_msgs_burst=10000");
            mesh.writeRoster(IntStream.rangeClosed(1, DEAD).mapToObj(
                    it -> "- {name: dead-%d, nodeName: dead-%d, ip: %s, zone: zone-c, port: %d}%n".formatted(it, it,
                            Network.address(CONTROLLER), 9000 + it))
                    .collect(Collectors.joining()));
            Processes.await("many are refused", Duration.ofMinutes(3),
                    () -> mesh.page(1).sum("kconmon_udp_failures_total",
                            "cause=refused") >= 50 * DEAD);
            System.out.printf("[namespaces] %d peers refuse, %.0f rounds; of the others failed: %s; by cause: %s%n",
                    DEAD, mesh.page(1).sum("kconmon_udp_failures_total", "cause=refused"), mesh.causes(),
                    mesh.page(1).text().lines().filter(it -> it.startsWith("kconmon_udp_failures_total"))
                            .collect(Collectors.groupingBy(it -> it.replaceAll(".*cause=\"([^\"]*).*", "$1"),
                                    Collectors.summingDouble(
                                            it -> Double.parseDouble(it.substring(it.lastIndexOf(' ')))))));
            // Of 50 rounds; a machine that is short of CPU may cost one or two of them, and none is refused.
            mesh.networkCauses().forEach((path, failed) -> assertTrue(failed <= 2 && !path.endsWith(" refused"),
                    path + " " + failed));
        }
    }
}
