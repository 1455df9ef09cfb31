package io.kconmon.charts;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Prometheus and promtool, which Maven cannot bring along. */
record Tool(int status, String output) {

    /** Skips the test if there is no such program. */
    static Tool run(String program, List<String> arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>(List.of(find(program).toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Tool(process.waitFor(), output);
    }

    static Path find(String program) {
        List<Path> found = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(it -> Path.of(it, program)).filter(Files::isExecutable).toList();
        assumeTrue(!found.isEmpty(),
                program + " is not on the PATH: not tested; one way to get it: apt-get install prometheus");
        return found.getFirst();
    }
}
