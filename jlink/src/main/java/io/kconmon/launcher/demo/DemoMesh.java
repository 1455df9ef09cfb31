package io.kconmon.launcher.demo;

import static java.util.Objects.requireNonNull;

import io.kconmon.agent.AgentProgram;
import io.kconmon.agent.AgentSettings;
import io.kconmon.agent.Protocols;
import io.kconmon.agent.probe.ProtocolType;
import io.kconmon.controller.ControllerProgram;
import io.kconmon.controller.ControllerSettings;
import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.CommonSettings;
import io.kconmon.shared.config.Setting;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.RosterJson;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A controller with a static roster and an agent a node, in this process, on real sockets. */
final class DemoMesh implements AutoCloseable {

    private static final List<Setting<?>> CONTROLLER = join(CommonSettings.ALL, ControllerSettings.ALL);
    private static final List<Setting<?>> AGENT = join(CommonSettings.ALL, AgentSettings.ALL);

    private final Path rosterFile = Files.createTempFile("kconmon-demo-", ".json");
    private final Map<String, AgentProgram> agents = new LinkedHashMap<>();
    private final Map<String, String> urls = new LinkedHashMap<>();
    private final List<SilentListener> deaf = new ArrayList<>();
    private final List<SlowPath> slowWays = new ArrayList<>();
    private final ControllerProgram controller;
    private final String controllerUrl;

    DemoMesh(DemoOptions options) throws IOException {
        Loopback loopback = Loopback.find(options.nodes() + 1);
        if (!loopback.manyAddresses() && !(options.losses().isEmpty() && options.faults().isEmpty())) {
            throw new BadSettingException(
                    "--loss, --fault: cannot be shown here; allowed: where 127.0.0.0/8 can be bound");
        }
        Map<String, InetSocketAddress> addresses = new LinkedHashMap<>();
        for (int i = 1; i <= options.nodes(); i++) {
            addresses.put("node-" + i, loopback.of(i));
        }
        writeRoster(options, addresses);
        InetSocketAddress at = loopback.of(0);
        controllerUrl = url(at);
        controller = new ControllerProgram(Settings.of(CONTROLLER,
                Map.of("roster", "static", "roster-file", rosterFile.toString(), "bind-address", literal(at), "port",
                        String.valueOf(at.getPort()))));
        for (String node : addresses.keySet()) {
            startAgent(options, node, addresses);
        }
    }

    private void writeRoster(DemoOptions options, Map<String, InetSocketAddress> addresses) throws IOException {
        var roster = new ArrayList<Agent>();
        addresses.forEach((node, address) -> roster.add(new Agent("kconmon-" + node, node, literal(address),
                DemoOptions.zone(roster.size() + 1, options.zones()), address.getPort(), false)));
        Files.writeString(rosterFile, RosterJson.encode(roster).toString());
    }

    /** A broken node's agent works, but at another address; at its own address a listener answers nothing. */
    private void startAgent(DemoOptions options, String node, Map<String, InetSocketAddress> addresses)
            throws IOException {
        InetSocketAddress address = requireNonNull(addresses.get(node));
        if (options.broken().contains(node)) {
            deaf.add(new SilentListener(address));
            address = new InetSocketAddress(address.getAddress(), Loopback.freePort(address.getAddress()));
        }
        for (Fault fault : options.faults()) {
            if (fault instanceof Fault.Slow(String slow, Duration delay) && slow.equals(node)) {
                InetSocketAddress behind = new InetSocketAddress(address.getAddress(),
                        Loopback.freePort(address.getAddress()));
                slowWays.add(new SlowPath(address, behind, delay));
                address = behind;
            }
        }
        var settings = new HashMap<String, String>();
        settings.put("controller-url", controllerUrl);
        settings.put("bind-address", literal(address));
        settings.put("port", String.valueOf(address.getPort()));
        settings.put("pod-name", "kconmon-" + node);
        settings.put("node-name", node);
        for (ProtocolType<?> protocol : Protocols.ALL) {
            settings.putAll(settings(protocol, options));
        }
        agents.put(node, new AgentProgram(Settings.of(AGENT, settings), LossyPaths.of(options, node, addresses)));
        urls.put(node, url(address));
    }

    /** The demo's interval, no longer timeout than that, and its host where hosts are tested. */
    private static Map<String, String> settings(ProtocolType<?> protocol, DemoOptions options) {
        Setting<Duration> timeout = protocol.timing().timeout();
        long interval = options.interval().toMillis();
        var settings = new HashMap<String, String>();
        settings.put(protocol.timing().interval().key(), String.valueOf(interval));
        settings.put(timeout.key(), String.valueOf(Math.min(Long.parseLong(timeout.fallback()), interval)));
        protocol.settings().stream().filter(it -> it.key().equals(protocol.name() + ".hosts"))
                .forEach(it -> settings.put(it.key(), options.host().orElse("")));
        return settings;
    }

    /** The controller's status of the mesh. */
    String status(boolean coloured) {
        return controller.statusText(coloured);
    }

    /** Of an agent's own HTTP server. */
    Map<String, String> urls() {
        return urls;
    }

    String controllerUrl() {
        return controllerUrl;
    }

    Path rosterFile() {
        return rosterFile;
    }

    /** Leaves nothing behind but threads that end with the process. */
    void forget() {
        try {
            Files.deleteIfExists(rosterFile);
        } catch (IOException e) {
            // the system clears its temporary folder
        }
    }

    @Override
    public void close() {
        agents.values().forEach(AgentProgram::close);
        controller.close();
        deaf.forEach(SilentListener::close);
        slowWays.forEach(SlowPath::close);
        forget();
    }

    private static String url(InetSocketAddress address) {
        return "http://%s:%d".formatted(literal(address), address.getPort());
    }

    private static String literal(InetSocketAddress address) {
        return address.getAddress().getHostAddress();
    }

    private static List<Setting<?>> join(List<Setting<?>> some, List<Setting<?>> more) {
        var all = new ArrayList<Setting<?>>(some);
        all.addAll(more);
        return List.copyOf(all);
    }
}
