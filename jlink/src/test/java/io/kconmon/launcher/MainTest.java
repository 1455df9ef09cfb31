package io.kconmon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program as a user starts it, in a JVM of its own. */
@Timeout(120)
final class MainTest {

    private record Ended(int status, String out, String err) {
    }

    @TempDir
    private Path folder;

    private Process start(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                "io.kconmon.launcher.Main"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().keySet().removeIf(it -> it.startsWith("KCONMON_") || it.startsWith("JAVA_TOOL"));
        return builder.start();
    }

    private Ended run(String... arguments) throws Exception {
        return ended(start(arguments));
    }

    private Ended ended(Process process) throws Exception {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return new Ended(process.waitFor(), Files.readString(folder.resolve("out")),
                Files.readString(folder.resolve("err")));
    }

    @Test
    void aMistakeIsOneLineAndStatusOne() throws Exception {
        assertEquals(new Ended(1, "", "kconmon: \"contoller\" is no command; allowed: agent, controller, status, demo,"
                + " config, check, verdict, sysctl, --help, --version\n"), run("contoller"));
        assertEquals(new Ended(1, "", "kconmon: port: \"70000\" is not allowed (system property); allowed: a whole"
                + " number from 0 to 65535\n"), run("config", "-Dkconmon.port=70000"));
        assertEquals(new Ended(1, "",
                "kconmon: roster-file: \"/no/such\" is not allowed: there is no such file\n"),
                run("controller", "-Dkconmon.roster=static", "-Dkconmon.roster-file=/no/such"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent", "controller", "status", "demo", "config", "check", "sysctl", "verdict"})
    void everyCommandHelps(String command) throws Exception {
        Ended help = run(command, "--help");
        assertEquals(0, help.status);
        assertEquals("", help.err);
        assertTrue(help.out.contains("kconmon " + command) || help.out.contains("\n  " + command + " "), help.out);
    }

    @Test
    void aStatusThatCannotBeHadIsNotKnown() throws Exception {
        assertEquals(2, run("status", "http://127.0.0.1:1").status);
        assertEquals(2, run("status", "--no-such-option").status);
    }

    @Test
    void anOccupiedPortIsOneLineAndStatusOne() throws Exception {
        Path roster = Files.writeString(folder.resolve("roster.yaml"), "[]");
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertEquals(new Ended(1, "", "kconmon: port: \"%d\" cannot be listened on at 127.0.0.1: Address already in"
                    .formatted(other.getLocalPort()) + " use\n"),
                    run("controller", "-Dkconmon.roster=static", "-Dkconmon.roster-file=" + roster,
                            "-Dkconmon.bind-address=127.0.0.1", "-Dkconmon.port=" + other.getLocalPort()));
        }
    }

    @Test
    void configPrintsEverySettingAndWhereItIsFrom() throws Exception {
        Path file = Files.writeString(folder.resolve("kconmon.yaml"), "udp:\n  packets: 7\n");
        Ended config = run("config", "--config", file.toString(), "-Dkconmon.zone=a b");
        assertEquals("", config.err);
        assertEquals(0, config.status);
        assertEquals(Options.ALL.size(), config.out.lines().count());
        assertTrue(config.out.lines().anyMatch(it -> it.matches("udp.packets: 7 +# %s, line 2".formatted(file))));
        assertTrue(config.out.lines().anyMatch(it -> it.matches("zone: \"a b\" +# system property")));
    }

    @Test
    void stopsWithStatusZeroWhenItIsToldTo() throws Exception {
        Path roster = Files.writeString(folder.resolve("roster.yaml"), "[]");
        Process controller = start("controller", "-Dkconmon.roster=static", "-Dkconmon.roster-file=" + roster,
                "-Dkconmon.bind-address=127.0.0.1", "-Dkconmon.port=0", "-Dkconmon.drain=10");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.readString(folder.resolve("out")).contains("\"controller started\"")) {
            assertTrue(System.nanoTime() < deadline && controller.isAlive(), "it has not started");
            controller.waitFor(10, TimeUnit.MILLISECONDS);
        }
        controller.destroy();
        Ended ended = ended(controller);
        assertEquals(0, ended.status);
        assertEquals("", ended.err);
        assertTrue(ended.out.lines().allMatch(it -> it.startsWith("{\"timestamp\":\"") && it.endsWith("}")), ended.out);
        assertTrue(ended.out.lines().toList().getLast().contains("\"message\":\"stopped\""), ended.out);
    }
}
