package io.kconmon.launcher;

import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A cable whose delay can be changed; a kernel need not have netem for it. */
final class Wire implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;

    /** Lies between two interfaces of one namespace, and carries without delay at first. */
    Wire(List<String> inNamespace, String one, String other) throws IOException {
        // Before all others: a cable does not wait for a CPU.
        var command = new ArrayList<>(List.of("chrt", "-f", "20"));
        command.addAll(inNamespace);
        command.addAll(List.of("python3", "-c", program(), one, other));
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        answers = process.inputReader(StandardCharsets.US_ASCII);
        delay(0);
    }

    private static String program() throws IOException {
        try (InputStream program = Wire.class.getResourceAsStream("wire.py")) {
            return new String(requireNonNull(program).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /**
     * Each way, for all that enters it from now on.
     *
     * @return the most that a frame was late since the last call, in milliseconds
     */
    double delay(int millis) throws IOException {
        OutputStream commands = process.getOutputStream();
        commands.write("%d%n".formatted(millis).getBytes(StandardCharsets.US_ASCII));
        commands.flush();
        String late = answers.readLine();
        if (late == null) {
            throw new IOException("the wire has ended");
        }
        return Double.parseDouble(late);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
        }
    }
}
