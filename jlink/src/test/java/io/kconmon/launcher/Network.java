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
 * network. Needs root, iproute2, nftables, ethtool, curl and, for delay, Python.
 */
final class Network implements AutoCloseable {

    static final String SWITCH_ADDRESS = "10.99.0.254";

    private final String prefix = "kconmon-" + ProcessHandle.current().pid() + "-";
    private final List<String> namespaces = new ArrayList<>();

    Network(int hosts) throws IOException, InterruptedException {
        assumeTrue(System.getProperty("user.name").equals("root"), "network namespaces need root");
        try {
            build(hosts);
        } catch (IOException | InterruptedException e) {
            close(); // nobody else has it yet
            throw e;
        }
    }

    private void build(int hosts) throws IOException, InterruptedException {
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
            // No segmentation offload, so that a rule sees each packet's real length.
            on(host, "ethtool", "-K", "eth0", "tso", "off", "gso", "off", "gro", "off", "tx", "off");
        }
        onSwitch("nft", "add table bridge faults; add counter bridge faults dropped;"
                + " add chain bridge faults forward { type filter hook forward priority 0; }");
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
        onSwitch("nft",
                "add rule bridge faults forward iifname %s oifname %s ether type ip %s counter name dropped drop"
                        .formatted(port(from), port(to), match));
    }

    /** As {@link #drop}, and {@link #dropped} does not count them. */
    void dropUncounted(int from, int to, String match) throws IOException, InterruptedException {
        onSwitch("nft", "add rule bridge faults forward iifname %s oifname %s ether type ip %s drop"
                .formatted(port(from), port(to), match));
    }

    /** Matching IPv4 packets to a host are dropped, from any sender. */
    void dropTo(int to, String match) throws IOException, InterruptedException {
        onSwitch("nft", "add rule bridge faults forward oifname %s ether type ip %s counter name dropped drop"
                .formatted(port(to), match));
    }

    /** IPv4 packets of a host, to whomever, that match are dropped. */
    void dropFrom(int from, String match) throws IOException, InterruptedException {
        onSwitch("nft", "add rule bridge faults forward iifname %s ether type ip %s counter name dropped drop"
                .formatted(port(from), match));
    }

    /** Larger IPv4 packets towards a host vanish without an ICMP error. */
    void mtuHole(int to, int bytes) throws IOException, InterruptedException {
        onSwitch("nft",
                "add rule bridge faults forward oifname %s ether type ip ip length > %d counter name dropped drop"
                        .formatted(port(to), bytes));
    }

    /** Packets that rules have dropped since the faults were cleared. */
    double dropped() throws IOException, InterruptedException {
        Matcher counter = Pattern.compile("packets ([0-9]+)")
                .matcher(onSwitch("nft", "list counter bridge faults dropped"));
        if (!counter.find()) {
            throw new IOException("no counter");
        }
        return Double.parseDouble(counter.group(1));
    }

    /** A cable of its own between a host and the switch. */
    Wire wire(int host) throws IOException, InterruptedException {
        String hub = prefix + "switch";
        ip("-n", hub, "link", "add", "wire" + host, "type", "veth", "peer", "name", "wired" + host);
        for (String end : List.of("wire" + host, "wired" + host)) {
            onSwitch("ethtool", "-K", end, "tso", "off", "gso", "off", "gro", "off", "tx", "off");
        }
        ip("-n", hub, "link", "set", port(host), "nomaster");
        ip("-n", hub, "link", "set", "wire" + host, "up");
        ip("-n", hub, "link", "set", "wired" + host, "master", "br0", "up");
        return new Wire(List.of("ip", "netns", "exec", hub), port(host), "wire" + host);
    }

    /** Matching IPv4 packets of one host to another are refused by a router between them, with an ICMP error each. */
    void refuseByRouter(int from, int to, String match) throws IOException, InterruptedException {
        onSwitch("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.icmp_ratelimit=0",
                "net.ipv4.conf.br0.send_redirects=0",
                "net.ipv4.conf.all.send_redirects=0");
        onSwitch("nft", "add table ip router; add chain ip router forward { type filter hook forward priority 0; };"
                + " add rule ip router forward ip saddr %s ip daddr %s %s reject with icmp host-unreachable"
                        .formatted(address(from), address(to), match));
        on(from, "ip", "route", "add", address(to) + "/32", "via", SWITCH_ADDRESS);
    }

    /** Ends what {@link #refuseByRouter} began. */
    void repairRouter(int from, int to) throws IOException, InterruptedException {
        on(from, "ip", "route", "del", address(to) + "/32", "via", SWITCH_ADDRESS);
        onSwitch("nft", "delete table ip router");
    }

    void link(int host, String state) throws IOException, InterruptedException {
        ip("-n", prefix + "switch", "link", "set", port(host), state);
    }

    /** Ends what {@link #drop} and {@link #mtuHole} began; returns how many packets they have dropped. */
    double clear() throws IOException, InterruptedException {
        onSwitch("nft", "flush chain bridge faults forward");
        double dropped = dropped();
        onSwitch("nft", "reset counter bridge faults dropped");
        return dropped;
    }

    /** The answer's body, empty if there is none. */
    String get(int host, String path) throws InterruptedException {
        try {
            return onSwitch("nice", "-n", "-10", "curl", "-sf", "-m", "5",
                    "http://%s:8080%s".formatted(address(host), path));
        } catch (IOException e) {
            return "";
        }
    }

    String on(int host, String... command) throws IOException, InterruptedException {
        var words = new ArrayList<>(at(host));
        words.addAll(List.of(command));
        return run(words);
    }

    String onSwitch(String... command) throws IOException, InterruptedException {
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
