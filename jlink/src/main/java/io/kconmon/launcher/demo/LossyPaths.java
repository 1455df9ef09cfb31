package io.kconmon.launcher.demo;

import io.kconmon.agent.probe.InjectedFaults;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Losses on the ways to and from one node, by the other end's address, in percent. */
final class LossyPaths implements InjectedFaults {

    private final Map<InetAddress, Double> requests = new HashMap<>();
    private final Map<InetAddress, Double> replies = new HashMap<>();

    private LossyPaths() {
    }

    static LossyPaths of(DemoOptions options, String node, Map<String, InetSocketAddress> addresses) {
        var ways = new LossyPaths();
        var zones = new HashMap<String, String>();
        addresses.keySet().forEach(it -> zones.put(it, DemoOptions.zone(zones.size() + 1, options.zones())));
        addresses.forEach((other, address) -> {
            for (DemoOptions.Loss loss : options.losses()) {
                if (loss.from().equals(other) && loss.to().equals(node)) {
                    ways.requests.put(address.getAddress(), (double) loss.percent());
                }
                if (loss.from().equals(node) && loss.to().equals(other)) {
                    ways.replies.put(address.getAddress(), (double) loss.percent());
                }
            }
            for (Fault fault : options.faults()) {
                if (fault instanceof Fault.ZoneLoss loss) {
                    if (loss.from().equals(zones.get(other)) && loss.to().equals(zones.get(node))) {
                        ways.requests.put(address.getAddress(), loss.percent());
                    }
                    if (loss.from().equals(zones.get(node)) && loss.to().equals(zones.get(other))) {
                        ways.replies.put(address.getAddress(), loss.percent());
                    }
                }
            }
        });
        return ways;
    }

    @Override
    public boolean hears(InetAddress sender) {
        return !isLost(requests.getOrDefault(sender, 0.0));
    }

    @Override
    public boolean isHeardBy(InetAddress sender) {
        return !isLost(replies.getOrDefault(sender, 0.0));
    }

    private static boolean isLost(double percent) {
        return ThreadLocalRandom.current().nextDouble(100) < percent;
    }
}
