package io.kconmon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.testkit.Ports;
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
        return command(List.of(), arguments).redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile()).start();
    }

    private static ProcessBuilder command(List<String> under, String... arguments) {
        var command = new ArrayList<>(under);
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                "io.kconmon.launcher.Main"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(it -> it.startsWith("KCONMON_") || it.startsWith("JAVA_TOOL"));
        return builder;
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
    void anUnavailableStatusIsUnknown() throws Exception {
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
    void configPrintsEverySettingAndItsOrigin() throws Exception {
        Path file = Files.writeString(folder.resolve("kconmon.yaml"), "udp:\n  packets: 7\n");
        Ended config = run("config", "--config", file.toString(), "-Dkconmon.zone=a b");
        assertEquals("", config.err);
        assertEquals(0, config.status);
        assertEquals(Options.ALL.size(), config.out.lines().count());
        assertTrue(config.out.lines().anyMatch(it -> it.matches("udp.packets: 7 +# %s, line 2".formatted(file))));
        assertTrue(config.out.lines().anyMatch(it -> it.matches("zone: \"a b\" +# system property")));
    }

    @Test
    void stopsWithStatusZeroOnSigterm() throws Exception {
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

    /** With a log that is full when it starts, and that nobody reads. */
    private static Process startUnread(String... arguments) throws IOException {
        return command(List.of("sh", "-c", "head -c 65536 /dev/zero && exec \"$@\"", "sh"), arguments)
                .redirectErrorStream(true).start();
    }

    @Test
    void aLogThatNobodyReadsBlocksNothing() throws Exception {
        Path roster = Files.writeString(folder.resolve("roster.yaml"), "[]");
        int port = Ports.free();
        Process controller = startUnread("controller", "-Dkconmon.roster=static", "-Dkconmon.roster-file=" + roster,
                "-Dkconmon.bind-address=127.0.0.1", "-Dkconmon.port=" + port, "-Dkconmon.drain=10",
                "-Dkconmon.log-level=trace");
        try {
            Processes.await("the page", () -> answers("http://127.0.0.1:%d/metrics".formatted(port)));
            controller.destroy();
            assertTrue(controller.waitFor(60, TimeUnit.SECONDS), "it does not stop");
            assertEquals(0, controller.exitValue());
        } finally {
            controller.destroyForcibly();
        }
    }

    @Test
    void aRefusalThatNobodyReadsIsStatusOneAllTheSame() throws Exception {
        Process controller = startUnread("controller", "-Dkconmon.roster=static", "-Dkconmon.roster-file=/no/such");
        try {
            assertTrue(controller.waitFor(60, TimeUnit.SECONDS), "it does not end");
            assertEquals(1, controller.exitValue());
        } finally {
            controller.destroyForcibly();
        }
    }

    private static boolean answers(String url) {
        try {
            return Processes.get(url).status() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 80, 94})
    void tooFewDescriptorsAreOneLineAndStatusOne(int descriptors) throws Exception {
        for (String program : List.of("agent", "controller")) {
            Ended ended = ended(command(List.of("sh", "-c", "ulimit -n %d && exec \"$@\"".formatted(descriptors), "sh"),
                    program).redirectOutput(folder.resolve("out").toFile())
                    .redirectError(folder.resolve("err").toFile()).start());
            assertEquals(1, ended.status);
            assertEquals("", ended.out);
            assertTrue(ended.err
                    .matches("kconmon: too few file descriptors: %s needs \\d+, and may have %d \\(ulimit -n\\)\n"
                            .formatted(program, descriptors)),
                    ended.err);
        }
    }

    @Test
    void tooFewDescriptorsForTheRosterAreOneLineAndStatusOne() throws Exception {
        var agents = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            agents.append("- {name: a%1$d, nodeName: n%1$d, ip: 10.0.0.%1$d}\n".formatted(i));
        }
        Path roster = Files.writeString(folder.resolve("roster.yaml"), agents);
        Ended ended = ended(command(List.of("sh", "-c", "ulimit -n 400 && exec \"$@\"", "sh"), "controller",
                "-Dkconmon.roster=static", "-Dkconmon.roster-file=" + roster, "-Dkconmon.bind-address=127.0.0.1",
                "-Dkconmon.port=0").redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile()).start());
        assertEquals(new Ended(1, "", "kconmon: roster-file: \"%s\" is not allowed: its 200 agents need 464 file"
                .formatted(roster) + " descriptors, and there may be 400 (ulimit -n)\n"), ended);
    }
}
