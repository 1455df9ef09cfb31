package io.kconmon.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The built image, run as in a cluster, on a network of its own. Ends each container that it has started, by its id. */
final class Podman implements AutoCloseable {

    static final Path TAR = Path.of("target", "kconmon-image.tar");

    private static final List<String> RUN = List.of("podman", "--runtime", "/usr/sbin/runc", "run", "--detach",
            "--ulimit=nofile=1024:20000", "--ulimit=nproc=4096:4096", "--read-only", "--cap-drop=ALL",
            "--security-opt=no-new-privileges", "--memory=64m");

    private final String network = "kconmon-it-" + UUID.randomUUID();
    private final List<String> containers = new ArrayList<>();
    private final String image;

    /** How a command ended. */
    record Ended(int status, String output) {
    }

    Podman() throws IOException {
        String loaded = run("podman", "load", "--quiet", "--input", TAR.toString());
        image = loaded.substring(loaded.lastIndexOf(": ") + 2);
        run("podman", "network", "create", "--internal", network);
    }

    String image() {
        return image;
    }

    /** Starts a container and returns its id. */
    String start(List<String> options, String... words) throws IOException {
        var command = new ArrayList<>(RUN);
        command.add("--network=" + network);
        command.addAll(options);
        command.add(image);
        command.addAll(List.of(words));
        String[] output = run(command.toArray(String[]::new)).split("\n");
        String id = output[output.length - 1];
        containers.add(id);
        return id;
    }

    /** Runs a container to its end. */
    Ended runToItsEnd(String... words) throws IOException {
        String id = start(List.of(), words);
        int status = Integer.parseInt(run("podman", "wait", id));
        return new Ended(status, run("podman", "logs", id));
    }

    String inspect(String id, String format) throws IOException {
        return run("podman", "inspect", "--format=" + format, id);
    }

    String address(String id) throws IOException {
        return inspect(id, "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}");
    }

    /** The command's output; fails if the command does. */
    static String run(String... command) throws IOException {
        Ended ended = end(command);
        if (ended.status != 0) {
            throw new IOException(String.join(" ", command) + ":\n" + ended.output);
        }
        return ended.output;
    }

    static Ended end(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            return new Ended(process.waitFor(), output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        for (String id : containers) {
            end("podman", "rm", "--force", "--time=0", id);
        }
        run("podman", "network", "rm", network);
    }
}
