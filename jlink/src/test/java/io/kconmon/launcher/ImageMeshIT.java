package io.kconmon.launcher;

import static io.kconmon.launcher.Processes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A controller and three agents from the image, as restricted as a pod can be. */
final class ImageMeshIT {

    private static final List<String> NODES = List.of("node-1", "node-2", "node-3");

    @TempDir
    private Path folder;

    private Podman podman;
    private String controller;
    private final Map<String, String> agents = new LinkedHashMap<>();

    @BeforeEach
    void start() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(folder.resolve("roster.yaml"), "[]");
        podman = new Podman();
        controller = podman.start(List.of("--volume=" + folder + ":/etc/kconmon:ro", "--entrypoint=controller"),
                "-Dkconmon.roster=static");
        String url = "http://" + podman.address(controller) + ":8080";
        for (String node : NODES) {
            agents.put(node, podman.start(List.of("--env=KCONMON_POD_NAME=pod-" + node, "--entrypoint=agent"),
                    "-Dkconmon.controller-url=" + url, "-Dkconmon.tcp.interval=1000", "-Dkconmon.udp.interval=1000",
                    "-Dkconmon.udp.timeout=1000", "-Dkconmon.dns.hosts="));
        }
        for (String id : List.copyOf(agents.values())) {
            await("an agent serves", () -> answers(id, "/readiness"));
        }
        StringBuilder roster = new StringBuilder();
        for (var agent : agents.entrySet()) {
            roster.append("- {name: pod-%1$s, nodeName: %1$s, ip: %2$s, zone: zone}%n".formatted(agent.getKey(),
                    podman.address(agent.getValue())));
        }
        Files.writeString(folder.resolve("roster.yaml"), roster);
    }

    @AfterEach
    void stop() throws IOException {
        podman.close();
    }

    @Test
    void agentsTestEachOtherWithNoRightsAndLittleMemory() throws Exception {
        for (var source : agents.entrySet()) {
            for (String destination : NODES) {
                for (String protocol : destination.equals(source.getKey())
                        ? List.<String>of()
                        : List.of("tcp", "udp")) {
                    String results = "kconmon_" + protocol + "_results_total";
                    await("%s tests %s over %s".formatted(source.getKey(), destination, protocol), () -> page(
                            source.getValue()).sum(results, "source=" + source.getKey(), "destination=" + destination,
                                    "result=pass") >= 3);
                }
            }
        }
        for (String id : agents.values()) {
            for (String protocol : List.of("tcp", "udp")) {
                assertEquals(0, page(id).sum("kconmon_" + protocol + "_results_total", "result=fail"));
            }
            assertRestricted(id);
        }
        assertRestricted(controller);
    }

    /** The kernel's value, not podman's option. */
    private void assertRestricted(String id) throws IOException {
        Map<String, String> status = Files.readAllLines(
                Path.of("/proc", podman.inspect(id, "{{.State.Pid}}"), "status")).stream()
                .map(it -> it.split(":\\s*", 2)).collect(Collectors.toMap(it -> it[0], it -> it[1]));
        assertEquals("65532\t65532\t65532\t65532", status.get("Uid"));
        assertEquals("65532\t65532\t65532\t65532", status.get("Gid"));
        assertEquals("0000000000000000", status.get("CapBnd"));
        assertEquals("1", status.get("NoNewPrivs"));
        assertEquals("false", podman.inspect(id, "{{.State.OOMKilled}}"));
    }

    @Test
    void stopsWithStatusZeroOnTheSignalOfAPodsEnd() throws Exception {
        String id = agents.get("node-1");
        Podman.run("podman", "stop", "--time=30", id);
        assertEquals("0", podman.inspect(id, "{{.State.ExitCode}}"));
        assertTrue(Podman.run("podman", "logs", id).endsWith("\"message\":\"stopped\"}"));
    }

    /**
     * A class path or collector that is not the archive's costs its use without a word. What the controller alone has is
     * not in it.
     */
    @Test
    void theClassArchiveIsInUse() throws Exception {
        for (String program : List.of("agent", "controller")) {
            String id = podman.start(List.of("--env=JDK_JAVA_OPTIONS=-Xlog:class+load",
                    "--volume=" + folder + ":/etc/kconmon:ro", "--entrypoint=" + program), "-Dkconmon.roster=static",
                    "-Dkconmon.dns.hosts=");
            await(program + " serves", () -> answers(id, "/health/started"));
            List<String> ours = Podman.run("podman", "logs", id).lines()
                    .filter(it -> it.matches(".* io\\.(kconmon|helidon)\\..* source: .*")).toList();
            List<String> others = ours.stream().filter(it -> !it.contains("shared objects file"))
                    .filter(it -> !it.contains(" io.kconmon.controller.")).toList();
            assertTrue(ours.size() > 300, program + " loads " + ours.size());
            assertTrue(others.size() * 50 < ours.size(), () -> program + " does not find in the archive: " + others);
        }
    }

    /** As {@code kubectl exec POD -- kconmon check URL}: a second JVM within the container's limit, which kills the agent if it does not fit. */
    @Test
    void aCheckInsideAnAgentFitsIntoItsLimit() throws Exception {
        String id = agents.get("node-1");
        await("it tests", () -> page(id).sum("kconmon_udp_results_total", "result=pass") > 0);
        String pid = podman.inspect(id, "{{.State.Pid}}");
        for (String other : agents.values()) {
            Podman.Ended check = Podman.end("podman", "exec", id, "kconmon", "check",
                    "http://" + address(other) + ":8080/readiness");
            assertEquals(0, check.status(), check.output());
        }
        assertEquals("false true " + pid,
                podman.inspect(id, "{{.State.OOMKilled}} {{.State.Running}} {{.State.Pid}}"));
        assertTrue(answers(id, "/readiness"));
    }

    @Test
    void commandsBesideTheProgramsWork() throws IOException {
        Podman.Ended version = podman.runToItsEnd("--version");
        assertEquals(0, version.status());
        assertTrue(version.output().matches("kconmon \\d+\\..*"), version.output());
        assertTrue(podman.runToItsEnd().output().startsWith("kconmon measures"));
        assertEquals(0, podman.runToItsEnd("config").status());
        assertEquals(new Podman.Ended(1,
                "kconmon: port: \"0x\" is not allowed (system property); allowed: a whole number from 0 to 65535"),
                podman.runToItsEnd("agent", "-Dkconmon.port=0x"));
        String alone = podman.start(List.of("--volume=" + folder + ":/etc/kconmon:ro"), "controller",
                "-Dkconmon.roster=static");
        await("a controller by the entry point", () -> answers(alone, "/readiness"));
        assertEquals(0, podman.runToItsEnd("check", "http://" + address(controller) + ":8080/readiness").status());
        Podman.Ended sysctl = podman.runToItsEnd("sysctl", "net.ipv4.no_such=1");
        assertEquals(new Podman.Ended(1, "kconmon: sysctl: \"net.ipv4.no_such\" is no parameter of this kernel"),
                sysctl);
        assertFalse(Podman.end("podman", "exec", controller, "/bin/sh", "-c", "true").status() == 0);
    }

    private boolean answers(String id, String path) {
        try {
            return Processes.get("http://%s:8080%s".formatted(address(id), path)).status() == 200;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Page page(String id) {
        try {
            return Page.of("http://%s:8080".formatted(address(id)));
        } catch (IOException e) {
            return new Page("");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String address(String id) throws IOException {
        return podman.address(id);
    }
}
