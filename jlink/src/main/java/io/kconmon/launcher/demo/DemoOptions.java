package io.kconmon.launcher.demo;

import io.kconmon.shared.config.BadSettingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The demo's options.
 *
 * @param broken
 *            nodes that answer nobody
 * @param faults
 *            of the network
 * @param host
 *            the host to test by the protocols that test hosts, if any
 * @param atMost
 *            the longest run time; until it is interrupted if empty
 */
record DemoOptions(int nodes, int zones, Duration interval, Set<String> broken, List<Loss> losses,
        List<Fault> faults, Optional<String> host, Optional<Duration> atMost) {

    private static final Pattern LOSS = Pattern.compile("(node-\\d+):(node-\\d+)=(\\d{1,3})%?");
    private static final String ALLOWED = "--nodes N, --zones N, --interval MILLISECONDS, --seconds N, --host NAME, --break NODE, --loss FROM:TO=PERCENT, --fault FAULT";

    /** So many percent of the packets that one node sends to another are lost, requests and replies. */
    record Loss(String from, String to, int percent) {
    }

    /** @throws BadSettingException in one line that names the option, its value and what is allowed */
    static DemoOptions parse(List<String> words) {
        int nodes = 6;
        int zones = 3;
        int interval = 1000;
        Optional<Duration> atMost = Optional.empty();
        Optional<String> host = Optional.empty();
        var broken = new HashSet<String>();
        var losses = new ArrayList<Loss>();
        var faults = new ArrayList<Fault>();
        for (Iterator<String> it = words.iterator(); it.hasNext();) {
            String[] word = it.next().split("=", 2);
            String value = word.length == 2 ? word[1] : it.hasNext() ? it.next() : "";
            switch (word[0]) {
                case "--nodes" -> nodes = number("--nodes", value, 2, 100);
                case "--zones" -> zones = number("--zones", value, 1, 26);
                case "--interval" -> interval = number("--interval", value, 200, 60_000);
                case "--seconds" -> atMost = Optional.of(Duration.ofSeconds(number("--seconds", value, 1, 86_400)));
                case "--host" -> host = Optional.of(value);
                case "--break" -> broken.add(value);
                case "--loss" -> losses.add(loss(value));
                case "--fault" -> faults.add(Fault.parse(value));
                default -> throw new BadSettingException(
                        "demo: \"%s\" is no option; allowed: %s".formatted(word[0], ALLOWED));
            }
        }
        var options = new DemoOptions(nodes, zones, Duration.ofMillis(interval), broken, losses, faults, host, atMost);
        broken.forEach(node -> options.checkNode("--break", node));
        losses.forEach(loss -> List.of(loss.from, loss.to).forEach(node -> options.checkNode("--loss", node)));
        faults.forEach(options::check);
        return options;
    }

    /** By their numbers nodes take their zones in turn. */
    static String zone(int node, int zones) {
        return "zone-" + (char) ('a' + (node - 1) % zones);
    }

    private void check(Fault fault) {
        switch (fault) {
            case Fault.Slow slow -> checkNode("--fault", slow.node());
            case Fault.ZoneLoss loss -> List.of(loss.from(), loss.to()).forEach(zone -> {
                if (zone.charAt(zone.length() - 1) - 'a' >= Math.min(zones, nodes)) {
                    throw new BadSettingException(
                            "--fault: \"%s\" is not allowed; allowed: zone-a to %s".formatted(zone,
                                    zone(Math.min(zones, nodes), zones)));
                }
            });
        }
    }

    private void checkNode(String option, String node) {
        for (int i = 1; i <= nodes; i++) {
            if (node.equals("node-" + i)) {
                return;
            }
        }
        throw new BadSettingException(
                "%s: \"%s\" is not allowed; allowed: node-1 to node-%d".formatted(option, node, nodes));
    }

    private static Loss loss(String value) {
        Matcher matcher = LOSS.matcher(value);
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > 100) {
            throw new BadSettingException(
                    "--loss: \"%s\" is not allowed; allowed: FROM:TO=PERCENT, such as node-1:node-4=30"
                            .formatted(value));
        }
        return new Loss(matcher.group(1), matcher.group(2), Integer.parseInt(matcher.group(3)));
    }

    private static int number(String option, String value, int min, int max) {
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw new BadSettingException(
                "%s: \"%s\" is not allowed; allowed: a whole number from %d to %d".formatted(option, value, min, max));
    }
}
