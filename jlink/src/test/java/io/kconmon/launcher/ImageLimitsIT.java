package io.kconmon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The image in a place that is too tight for it, or with something put into it. */
final class ImageLimitsIT {

    @TempDir
    private Path folder;

    private Podman podman;

    @BeforeEach
    void open() throws IOException {
        podman = new Podman();
    }

    @AfterEach
    void close() throws IOException {
        podman.close();
    }

    private Podman.Ended run(List<String> options, String... words) throws IOException {
        String id = podman.start(options, words);
        return new Podman.Ended(Integer.parseInt(Podman.run("podman", "wait", id)), Podman.run("podman", "logs", id));
    }

    /** With fewer than these the JVM itself fails to start. */
    @ParameterizedTest
    @ValueSource(ints = {16, 20, 23})
    void tooFewThreadsAreOneLineAndStatusOne(int threads) throws Exception {
        for (String program : List.of("agent", "controller")) {
            Podman.Ended ended = run(List.of("--pids-limit=" + threads, "--entrypoint=" + program));
            assertEquals(1, ended.status(), ended.output());
            assertTrue(ended.output().matches("kconmon: too few threads: %s needs \\d+ more at its start, and may have"
                    .formatted(program) + " \\d+ \\(pids.max, ulimit -u\\)"), ended.output());
        }
    }

    @Test
    void tooFewDescriptorsAreOneLineAndStatusOne() throws Exception {
        Podman.Ended ended = run(List.of("--ulimit=nofile=80:80", "--entrypoint=agent"));
        assertEquals(1, ended.status(), ended.output());
        assertTrue(ended.output().matches(
                "kconmon: too few file descriptors: agent needs \\d+, and may have 80 \\(ulimit -n\\)"),
                ended.output());
    }

    /** Where operators for observability inject one. */
    @Test
    void aJavaAgentKeepsNobodyFromStarting() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        InjectedAgent.jar(folder.resolve("agent.jar"));
        Podman.Ended ended = run(List.of("--volume=" + folder + ":/injected:ro",
                "--env=JAVA_TOOL_OPTIONS=-javaagent:/injected/agent.jar=here"), "--version");
        assertEquals(0, ended.status(), ended.output());
        assertTrue(ended.output().contains("injected here") && ended.output().contains("kconmon 0."), ended.output());
    }
}
