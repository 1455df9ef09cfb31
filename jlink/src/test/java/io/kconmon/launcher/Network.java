package io.kconmon.launcher;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hosts 1 to N, each a network namespace, on one switch, where faults are made; nothing of it touches the machine's own
 * network. Needs root, iproute2, nftables and curl.
 */
final class Network implements AutoCloseable {

    private static final String SWITCH_ADDRESS = "10.99.0.254";

    private final String prefix = "kconmon-" + ProcessHandle.current().pid() + "-";
    private final List<String> namespaces = new ArrayList<>();

    Network(int hosts) throws IOException, InterruptedException {
        assumeTrue(System.getProperty("user.name").equals("root"), "network namespaces need root");
        String hub = add("switch");
        ip("-n", hub, "link", "add", "br0", "type", "bridge");
        ip("-n", hub, "addr", "add", SWITCH_ADDRESS + "/24", "dev", "br0");
        ip("-n", hub, "link", "set", "br0", "up");
        for (int host = 1; host <= hosts; host++) {
            String namespace = add(String.valueOf(host));
            ip("-n", hub, "link", "add", port(host), "type", "veth", "peer", "name", "eth0", "netns", namespace);
            ip("-n", hub, "link", "set", port(host), "master", "br0", "up");
            ip("-n", namespace, "link", "set", "lo", "up");
            ip("-n", namespace, "addr", "add", address(host) + "/24", "dev", "eth0");
            ip("-n", namespace, "link", "set", "eth0", "up");
            // Packets as they are on a wire: none put together, so that their length is what a rule sees.
            on(host, "ethtool", "-K", "eth0", "tso", "off", "gso", "off", "gro", "off", "tx", "off");
        }
        onSwitch("nft",
                "add table bridge faults; add chain bridge faults forward { type filter hook forward priority 0; }");
    }

    private String add(String name) throws IOException, InterruptedException {
        ip("netns", "add", prefix + name);
        namespaces.add(prefix + name);
        return prefix + name;
    }

    static String address(int host) {
        return "10.99.0." + host;
    }

    private static String port(int host) {
        return "p" + host;
    }

    /** What makes a command run on that host; before others, for these hosts share the CPUs of a machine that may be busy. */
    List<String> at(int host) {
        return List.of("nice", "-n", "-10", "ip", "netns", "exec", prefix + host);
    }

    /** IPv4 packets from one host to another that match are dropped; ARP passes. */
    void drop(int from, int to, String match) throws IOException, InterruptedException {
        onSwitch("nft", "add rule bridge faults forward iifname %s oifname %s ether type ip %s counter drop"
                .formatted(port(from), port(to), match));
    }

    /** IPv4 packets towards a host that are larger vanish, and nobody is told. */
    void mtuHole(int to, int bytes) throws IOException, InterruptedException {
        onSwitch("nft", "add rule bridge faults forward oifname %s ether type ip ip length > %d counter drop"
                .formatted(port(to), bytes));
    }

    /** Packets that rules have dropped since the faults were cleared. */
    double dropped() throws IOException, InterruptedException {
        Matcher counter = Pattern.compile("counter packets ([0-9]+)")
                .matcher(onSwitch("nft", "list table bridge faults"));
        double sum = 0;
        while (counter.find()) {
            sum += Double.parseDouble(counter.group(1));
        }
        return sum;
    }

    void link(int host, String state) throws IOException, InterruptedException {
        ip("-n", prefix + "switch", "link", "set", port(host), state);
    }

    /** Ends what {@link #drop} and {@link #mtuHole} began. */
    void clear() throws IOException, InterruptedException {
        onSwitch("nft", "flush chain bridge faults forward");
    }

    /** The answer's body, empty if there is none. */
    String get(int host, String path) throws InterruptedException {
        try {
            return onSwitch("curl", "-sf", "-m", "5", "http://%s:8080%s".formatted(address(host), path));
        } catch (IOException e) {
            return "";
        }
    }

    String on(int host, String... command) throws IOException, InterruptedException {
        var words = new ArrayList<>(at(host));
        words.addAll(List.of(command));
        return run(words);
    }

    private String onSwitch(String... command) throws IOException, InterruptedException {
        var words = new ArrayList<>(List.of("ip", "netns", "exec", prefix + "switch"));
        words.addAll(List.of(command));
        return run(words);
    }

    private static void ip(String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        run(command);
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("kconmon", ".err");
        try {
            Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(command + ": " + Files.readString(errors).strip());
            }
            return output;
        } finally {
            Files.delete(errors);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (String namespace : namespaces.reversed()) {
            ip("netns", "del", namespace);
        }
    }
}
