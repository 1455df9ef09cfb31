package io.kconmon.image;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A controller and two agents on loopback addresses that test each other, and a third that is not there. */
final class Training implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile(" started\",\"fields\":\\{\"port\":(\\d+)");
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private final Programs programs;
    private final Path work;
    private final List<Process> started = new ArrayList<>();

    private Training(Programs programs, Path work) {
        this.programs = programs;
        this.work = work;
    }

    /** Returns the lists of the classes that the agents have loaded. */
    static List<Path> run(Programs programs, Path work) throws IOException {
        try (var training = new Training(programs, work)) {
            return training.run();
        }
    }

    private List<Path> run() throws IOException {
        Path roster = Files.writeString(work.resolve("roster.yaml"), "[]");
        start("controller", programs.controller(), "controller", "-Dkconmon.roster=static",
                "-Dkconmon.roster-file=" + roster, "-Dkconmon.bind-address=127.77.0.250", "-Dkconmon.port=0");
        String controller = "http://127.77.0.250:" + awaitPort("controller");
        int port = freePort();
        startAgent("a", controller, "127.77.0.1", port);
        startAgent("b", controller, "127.77.0.2", port);
        awaitPort("a");
        awaitPort("b");
        Files.writeString(roster, """
                - {name: a, nodeName: a, ip: 127.77.0.1, zone: one}
                - {name: b, nodeName: b, ip: 127.77.0.2, zone: two}
                - {name: c, nodeName: c, ip: 127.77.0.3, zone: two}
                """);

        String agent = "http://127.77.0.1:" + port;
        for (String protocol : List.of("tcp", "udp")) {
            for (String result : List.of("destination=\"b\".*\"pass\"", "destination=\"c\".*\"fail\"")) {
                await(agent + "/metrics", "kconmon_%s_results_total\\{.*%s.* [1-9]".formatted(protocol, result));
            }
        }
        for (String path : List.of("/readiness", "/health", "/health/ready", "/test/udp", "/test/tcp")) {
            get(agent + path);
        }
        // As Prometheus does.
        get(HttpRequest.newBuilder(URI.create(agent + "/metrics")).header("Accept-Encoding", "gzip"));
        for (String path : List.of("/readiness", "/health/ready", "/agents", "/agent/a", "/metrics")) {
            get(controller + path);
        }
        started.forEach(Process::destroy);
        for (Process process : started) {
            int status = Tool.wait(process);
            if (status != 0) {
                throw new IOException("a program of the training ended with status " + status);
            }
        }
        return List.of(list("a"), list("b"));
    }

    /** With its settings in a file, as the chart has them. */
    private void startAgent(String name, String controller, String address, int port) throws IOException {
        Path settings = Files.writeString(work.resolve(name + ".yaml"), """
                port: %d
                tcp: {interval: 300, timeout: 200}
                udp: {interval: 300, timeout: 200}
                dns:
                  interval: 300
                  timeout: 200
                  hosts: [a.test]
                  servers: ["127.77.0.3:53"]
                """.formatted(port));
        start(name, programs.agent(), "agent", "--config", settings.toString(), "-Dkconmon.controller-url=" + controller,
                "-Dkconmon.pod-name=" + name, "-Dkconmon.bind-address=" + address);
    }

    private void start(String name, List<String> jars, String... words) throws IOException {
        var command = new ArrayList<>(programs.java());
        command.addAll(List.of("-Xshare:off", "-XX:DumpLoadedClassList=" + list(name), "-cp",
                programs.classPathHere(jars), Programs.MAIN));
        command.addAll(List.of(words));
        command.add("-Dkconmon.drain=0");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log(name).toFile());
        builder.environment().keySet().removeIf(it -> it.startsWith("KCONMON_") || it.equals("LOG_LEVEL"));
        started.add(builder.start());
    }

    private Path list(String name) {
        return work.resolve(name + ".classes");
    }

    private Path log(String name) {
        return work.resolve(name + ".log");
    }

    /** For TCP and UDP, at every address. */
    private static int freePort() throws IOException {
        while (true) {
            try (var tcp = new ServerSocket(0); var udp = new DatagramSocket(tcp.getLocalPort())) {
                return udp.getLocalPort();
            } catch (SocketException e) {
                pause();
            }
        }
    }

    private int awaitPort(String name) throws IOException {
        for (long begin = System.nanoTime(); System.nanoTime() - begin < PATIENCE; pause()) {
            Matcher matcher = PORT.matcher(Files.readString(log(name)));
            if (matcher.find()) {
                return Integer.parseInt(matcher.group(1));
            }
        }
        throw new IOException("training: %s has not started:%n%s".formatted(name, Files.readString(log(name))));
    }

    private static void await(String url, String line) throws IOException {
        Pattern pattern = Pattern.compile(line);
        for (long begin = System.nanoTime(); System.nanoTime() - begin < PATIENCE; pause()) {
            if (pattern.matcher(get(url)).find()) {
                return;
            }
        }
        throw new IOException("training: %s has no %s".formatted(url, line));
    }

    private static String get(String url) throws IOException {
        return get(HttpRequest.newBuilder(URI.create(url)));
    }

    private static String get(HttpRequest.Builder request) throws IOException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void pause() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }

    @Override
    public void close() {
        started.forEach(Process::destroyForcibly);
    }
}
