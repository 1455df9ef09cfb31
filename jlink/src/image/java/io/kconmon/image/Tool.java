package io.kconmon.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A program of the build machine, run to its end. */
final class Tool {

    private Tool() {
    }

    /** Returns what it printed; what it printed is in the exception where it failed. */
    static String run(List<String> command) throws IOException {
        return run(command, Map.of());
    }

    static String run(List<String> command, Map<String, String> environment) throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = wait(process);
        if (status != 0) {
            throw new IOException("%s ended with status %d:%n%s".formatted(command.getFirst(), status, output));
        }
        return output;
    }

    static int wait(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
