package io.kconmon.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.Program;
import io.kconmon.shared.config.CommonSettings;
import io.kconmon.shared.config.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of a process one of whose threads ends. */
class RunningTest {

    /** A program one thread of which ends by what {@code main} is told. */
    private record Broken() implements Program {

        @Override
        public void drain() {
            // nothing to do
        }

        @Override
        public void close() {
            // nothing to do
        }
    }

    /** In a process of its own. */
    public static void main(String[] arguments) throws IOException {
        Running.until(settings -> {
            Thread.ofVirtual().name("caretaker").start(() -> {
                if (arguments[0].equals("error")) {
                    throw new OutOfMemoryError("Java heap space");
                }
                throw new IllegalStateException("a bug");
            });
            return new Broken();
        }, Settings.of(CommonSettings.ALL, Map.of("drain", "0")));
    }

    private static Process start(String how) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m", "-cp",
                System.getProperty("java.class.path"), RunningTest.class.getName(), how).redirectErrorStream(true)
                .start();
    }

    @Test
    void withoutMemoryForAThreadTheProcessEndsWithOneLine() throws Exception {
        Process process = start("error");
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(1, process.waitFor(), said);
        assertEquals(1, said.lines().count(), said);
        assertTrue(said.contains("\"a thread cannot go on; this process ends\",\"fields\":{\"thread\":\"caretaker\","
                + "\"reason\":\"java.lang.OutOfMemoryError: Java heap space\""), said);
    }

    @Test
    void aBugEndsItsThreadAlone() throws Exception {
        Process process = start("bug");
        try (var lines = process.inputReader()) {
            String line = lines.readLine();
            assertTrue(line.contains("a thread has ended by a bug"), line);
            assertFalse(process.waitFor(100, TimeUnit.MILLISECONDS));
        } finally {
            process.destroyForcibly();
        }
    }
}
