package io.kconmon.launcher;

import io.kconmon.testkit.Eventually;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Real kconmon processes, and their HTTP answers. */
final class Processes implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
    private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final List<Process> started = new ArrayList<>();
    private final List<Path> outputs = new ArrayList<>();

    /** The answer to a GET. */
    record Answer(int status, String body) {
    }

    /** Starts {@code kconmon WORDS}; nothing of this process's KCONMON_ environment reaches it. */
    Process start(Path output, String... words) throws IOException {
        return startWith(List.of(), "-Xmx64m", output, words);
    }

    /** The same, with another heap, and under a command that runs it. */
    Process startWith(List<String> under, String heap, Path output, String... words) throws IOException {
        return startFrom(System.getProperty("java.class.path"), under, heap, output, words);
    }

    /** The same, from another class path. */
    Process startFrom(String classPath, List<String> under, String heap, Path output, String... words)
            throws IOException {
        var command = new ArrayList<>(under);
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", heap,
                "--enable-native-access=ALL-UNNAMED", "-cp", classPath, Main.class.getName()));
        command.addAll(List.of(words));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("KCONMON_") || name.equals("LOG_LEVEL"));
        Process process = builder.start();
        started.add(process);
        outputs.add(output);
        return process;
    }

    static Answer get(String url, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(10));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body());
    }

    /** Fails after a minute. */
    static void await(String what, BooleanSupplier condition) {
        await(what, PATIENCE, condition);
    }

    static void await(String what, Duration patience, BooleanSupplier condition) {
        Eventually.eventually(() -> what, patience, BETWEEN_LOOKS, condition::getAsBoolean);
    }

    /** As {@link #await}, and its failure shows what every process here has logged, and which have ended. */
    void awaitAll(String what, BooleanSupplier condition) {
        try {
            await(what, condition);
        } catch (AssertionError e) {
            var message = new StringBuilder(e.getMessage());
            for (int i = 0; i < started.size(); i++) {
                message.append("\n--- ").append(outputs.get(i))
                        .append(started.get(i).isAlive() ? " (runs)\n" : " (ended)\n")
                        .append(tail(outputs.get(i)));
            }
            throw new AssertionError(message.toString(), e);
        }
    }

    private static String tail(Path output) {
        try {
            String text = Files.readString(output);
            return text.substring(Math.max(0, text.length() - 2000));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Sends one by its name: STOP, CONT. */
    static void signal(Process process, String name) {
        try {
            if (new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).inheritIO().start()
                    .waitFor() != 0) {
                throw new AssertionError("%s cannot be sent to %s".formatted(name, process));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Kills whatever still runs. */
    @Override
    public void close() {
        started.forEach(Process::destroyForcibly);
        started.forEach(process -> {
            try {
                process.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
