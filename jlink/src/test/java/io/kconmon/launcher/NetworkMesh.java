package io.kconmon.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Agents on the first hosts of a network, controllers on the last; node and zone are named by the host's number. */
final class NetworkMesh implements AutoCloseable {

    private static final Pattern FAILED = Pattern.compile("(?m)^kconmon_(tcp|udp)_failures_total\\{cause=\"([^\"]*)\","
            + "destination=\"node-([0-9]+)\".*} ([0-9.E]+)$");

    private static final int STARTS_AT_ONCE = 4;

    private final Network network;
    private final int agents;
    private final int zones;
    private final int controllers;
    private final Path folder;
    private final List<String> settings;
    private final Processes processes = new Processes();
    private final Map<Integer, Process> running = new TreeMap<>();
    /** By host: its pod's name, as it is in the roster. */
    private final Map<Integer, String> members = new ConcurrentSkipListMap<>();
    private final Map<Integer, Path> logs = new TreeMap<>();
    private final Set<Integer> paused = new TreeSet<>();
    private int pods;

    /** Of two zones, with one controller. */
    NetworkMesh(int agents, Path folder, String... settings) throws IOException, InterruptedException {
        this(agents, 2, 1, folder, settings);
    }

    NetworkMesh(int agents, int zones, int controllers, Path folder, String... settings)
            throws IOException, InterruptedException {
        this.agents = agents;
        this.zones = zones;
        this.controllers = controllers;
        this.folder = folder;
        this.settings = List.of(settings);
        network = new Network(agents + controllers);
        try {
            startAll();
        } catch (IOException | AssertionError e) {
            close(); // nobody else has it yet
            throw e;
        }
    }

    private void startAll() throws IOException {
        writeRoster();
        startController();
        // A few at a time, as the CPUs allow: a start takes seconds of them.
        for (int first = 1; first <= agents; first += STARTS_AT_ONCE) {
            List<Integer> starting = IntStream.range(first, Math.min(first + STARTS_AT_ONCE, agents + 1)).boxed()
                    .toList();
            for (int host : starting) {
                start(host);
            }
            starting.forEach(this::awaitServing);
            starting.forEach(this::join);
        }
        writeRoster();
    }

    Network network() {
        return network;
    }

    List<Integer> hosts() {
        return IntStream.rangeClosed(1, agents).boxed().toList();
    }

    static String node(int host) {
        return "node-" + host;
    }

    /** All of them read the same roster; agents ask the first. */
    void startController() throws IOException {
        for (int host : controllers()) {
            var words = new ArrayList<>(
                    List.of("controller", "-Dkconmon.roster=static", "-Dkconmon.roster-file=" + roster()));
            words.addAll(settings);
            running.put(host, processes.startWith(network.at(host), "-Xmx64m", controllerLog(host),
                    words.toArray(String[]::new)));
        }
    }

    List<Integer> controllers() {
        return IntStream.rangeClosed(agents + 1, agents + controllers).boxed().toList();
    }

    Path controllerLog(int host) {
        return folder.resolve("controller-%d.log".formatted(host - agents));
    }

    void killController() {
        kill(agents + 1);
    }

    void start(int host) throws IOException {
        startFrom(System.getProperty("java.class.path"), host, List.of());
    }

    /** From another class path, and under a command that runs it. */
    void startFrom(String classPath, int host, List<String> under) throws IOException {
        String pod = "pod-" + host + "-" + ++pods;
        members.put(-host, pod);
        var command = new ArrayList<>(network.at(host));
        command.addAll(under);
        logs.put(host, folder.resolve(pod + ".log"));
        running.put(host, processes.startFrom(classPath, command, "-Xmx64m", log(host), words(host, pod)));
    }

    /** Of the agent that was started there last. */
    Path log(int host) {
        return logs.getOrDefault(host, folder);
    }

    private String[] words(int host, String pod) {
        var words = new ArrayList<>(List.of("agent", "-Dkconmon.pod-name=" + pod,
                "-Dkconmon.node-name=" + node(host), "-Dkconmon.pod-ip=" + Network.address(host),
                "-Dkconmon.controller-url=http://%s:8080".formatted(Network.address(agents + 1)),
                "-Dkconmon.dns.hosts="));
        words.addAll(settings);
        return words.toArray(String[]::new);
    }

    void awaitServing(int host) {
        processes.awaitAll(node(host) + " serves", () -> !get(host, "/readiness").isEmpty());
    }

    /** From the next {@link #writeRoster} on nobody tests it, as on a node that is drained, until it joins again. */
    void pause(int host) {
        paused.add(host);
    }

    static String zone(int host, int zones) {
        return "zone-" + (char) ('a' + host % zones);
    }

    /** From the next {@link #writeRoster} on it is in. */
    void join(int host) {
        paused.remove(host);
        members.put(host, String.valueOf(members.remove(-host)));
    }

    /** From the next {@link #writeRoster} on it is out. */
    void leave(int host) {
        members.put(-host, String.valueOf(members.remove(host)));
    }

    /** Replaced as a whole, for it is read whenever it changes. */
    void writeRoster() throws IOException {
        writeRoster("");
    }

    /** With others in it, as lines of YAML. */
    void writeRoster(String others) throws IOException {
        String yaml = others + members.entrySet().stream().filter(it -> it.getKey() > 0)
                .map(it -> "- {name: %s, nodeName: %s, ip: %s, zone: %s, paused: %s}%n".formatted(it.getValue(),
                        node(it.getKey()), Network.address(it.getKey()), zone(it.getKey(), zones),
                        paused.contains(it.getKey())))
                .collect(Collectors.joining());
        Path next = Files.writeString(folder.resolve("roster.next"), yaml.isEmpty() ? "[]" : yaml);
        Files.move(next, roster(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path roster() {
        return folder.resolve("roster.yaml");
    }

    Process process(int host) {
        Process process = running.get(host);
        if (process == null) {
            throw new IllegalArgumentException("host " + host + " runs nothing");
        }
        return process;
    }

    void kill(int host) {
        // `ip netns exec` becomes the program: this is its own pid.
        process(host).destroyForcibly().onExit().join();
    }

    /** Empty while the agent does not answer. */
    Page page(int host) {
        return new Page(get(host, "/metrics"));
    }

    /** Of an agent that serves: not the empty page of a request that a busy machine has failed. */
    Page wholePage(int host) {
        var found = new AtomicReference<>(page(host));
        Processes.await(node(host) + " shows its metrics", () -> {
            if (found.get().text().isEmpty()) {
                found.set(page(host));
            }
            return !found.get().text().isEmpty();
        });
        return found.get();
    }

    private String get(int host, String path) {
        try {
            return network.get(host, path);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Until each of these has passed that many more tests of each other one. */
    void awaitRounds(int rounds, Collection<Integer> hosts) {
        awaitRounds(rounds, hosts, hosts);
    }

    void awaitRounds(int rounds, Collection<Integer> sources, Collection<Integer> destinations) {
        Map<Integer, Page> begin = sources.stream().collect(Collectors.toMap(it -> it, this::wholePage));
        for (int source : sources) {
            Page before = begin.getOrDefault(source, new Page(""));
            processes.awaitAll("%d rounds of %s".formatted(rounds, node(source)), () -> {
                Page now = page(source);
                return destinations.stream().filter(it -> it != source)
                        .allMatch(it -> passed(now, "tcp", it) >= passed(before, "tcp", it) + rounds
                                && passed(now, "udp", it) >= passed(before, "udp", it) + rounds);
            });
        }
    }

    private static double passed(Page page, String kind, int to) {
        return page.sum("kconmon_%s_results_total".formatted(kind), "destination=" + node(to), "result=pass");
    }

    /** Failed tests by path and cause, of the agents that answer. */
    Map<String, Double> causes() {
        var causes = new TreeMap<String, Double>();
        for (int source : hosts()) {
            Matcher series = FAILED.matcher(page(source).text());
            while (series.find()) {
                causes.merge("%s %d -> %s %s".formatted(series.group(1), source, series.group(3), series.group(2)),
                        Double.parseDouble(series.group(4)), Double::sum);
            }
        }
        return causes;
    }

    /** Failed tests by path and cause, without the causes that are not the network's. */
    Map<String, Double> networkCauses() {
        return causes().entrySet().stream().filter(it -> isNetworks(it.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Double::sum, TreeMap::new));
    }

    /** The same without late replies: the network of these tests is this machine, and a busy one delays packets. */
    Map<String, Double> lostOrRefused() {
        var causes = new TreeMap<>(networkCauses());
        causes.keySet().removeIf(it -> it.endsWith(" late"));
        return causes;
    }

    /** A test may fail by another cause on a machine that is short of CPU. */
    static boolean isNetworks(String pathAndCause) {
        return !pathAndCause.endsWith(" stalled") && !pathAndCause.endsWith(" local");
    }

    /** The log lines of all agents so far about tests that begin to fail. */
    String begunFailures() {
        try (Stream<Path> files = Files.list(folder)) {
            var lines = new StringBuilder();
            for (Path file : files.filter(it -> it.toString().endsWith(".log")).sorted().toList()) {
                for (String line : Files.readAllLines(file)) {
                    if (line.contains("begins to fail")) {
                        lines.append(file.getFileName()).append(' ').append(line).append('\n');
                    }
                }
            }
            return lines.toString();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        processes.close();
        network.close();
    }
}
