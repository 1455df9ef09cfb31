package io.kconmon.k8s;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A program that prints a credential. Its standard error is dropped: it may be chatter or a secret.
 *
 * @param name
 *            as it is in the kubeconfig
 * @param environment
 *            variables beside those of this process
 */
record ExecPlugin(String name, Path program, List<String> arguments, Map<String, String> environment,
        String apiVersion, Duration patience) {

    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MAX_BYTES = 1024 * 1024;
    private static final Duration AFTERWARDS = Duration.ofSeconds(5);

    ExecPlugin {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /**
     * A program by its path, or by its name as a shell finds it.
     *
     * @param folder
     *            that a path is relative to
     */
    static Optional<Path> find(String command, Path folder, String searchPath) {
        Stream<Path> candidates = command.indexOf('/') >= 0
                ? Stream.of(folder.resolve(command))
                : Stream.of(searchPath.split(File.pathSeparator, -1)).filter(it -> !it.isEmpty())
                        .map(it -> Path.of(it).resolve(command));
        return candidates.filter(it -> Files.isRegularFile(it) && Files.isExecutable(it)).findFirst();
    }

    /** Whether this JVM can start programs; the image's JVM cannot. */
    static boolean canStart() {
        return !System.getProperty("os.name", "").equals("Linux")
                || !System.getProperty("jdk.lang.Process.launchMechanism", "POSIX_SPAWN").equals("POSIX_SPAWN")
                || Files.exists(Path.of(System.getProperty("java.home", "/"), "lib", "jspawnhelper"));
    }

    /**
     * Runs the program and returns its output.
     *
     * @throws IOException
     *             in one line with its name and its exit code, without its output
     */
    byte[] run() throws IOException, InterruptedException {
        Process process = start();
        try {
            var printed = new CompletableFuture<byte[]>();
            Thread.ofPlatform().daemon().name("plugin").start(() -> read(process, printed));
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        "credential plugin %s has not ended within %d s".formatted(name, patience.toSeconds()));
            }
            if (process.exitValue() != 0) {
                throw new IOException(
                        "credential plugin %s ended with exit code %d".formatted(name, process.exitValue()));
            }
            return printed.get(AFTERWARDS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("what credential plugin %s prints cannot be read".formatted(name), e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private Process start() throws IOException {
        var command = Stream.concat(Stream.of(program.toString()), arguments.stream()).toList();
        ProcessBuilder builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        try {
            builder.environment().putAll(environment);
            return builder.start();
        } catch (IOException | RuntimeException e) {
            throw new IOException("credential plugin %s cannot be started".formatted(name), e);
        }
    }

    private static void read(Process process, CompletableFuture<byte[]> printed) {
        try (InputStream out = process.getInputStream()) {
            printed.complete(out.readNBytes(MAX_BYTES));
        } catch (IOException e) {
            printed.completeExceptionally(e);
        }
    }
}
