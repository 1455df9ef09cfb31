package io.kconmon.controller;

import io.kconmon.controller.mesh.MeshSettings;
import io.kconmon.k8s.K8sSettings;
import io.kconmon.shared.config.Setting;
import io.kconmon.shared.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The controller's settings. */
public final class ControllerSettings {

    /** The source of the roster. */
    public enum Source {
        KUBERNETES, STATIC
    }

    public static final Setting<Source> ROSTER = Setting.choice("roster", Source.KUBERNETES, Source.class,
            "where the roster comes from: the Kubernetes API, or a file");
    public static final Setting<Path> ROSTER_FILE = Setting.path("roster-file", "/etc/kconmon/roster.yaml",
            "with a static roster: the file of agents, YAML or JSON, read again when it changes");
    public static final Setting<Duration> HEARTBEAT = Setting.duration("heartbeat", Duration.ofSeconds(5),
            Duration.ofMillis(100), Duration.ofSeconds(10),
            "how often an agent hears on its stream that nothing has changed");

    public static final Setting<MeshSettings.Mode> MESH = Setting.choice("mesh", MeshSettings.Mode.AUTO,
            MeshSettings.Mode.class, "full: every node tests every other; bounded: some others, and all in turn; auto:"
                    + " full up to mesh-full-up-to nodes");
    public static final Setting<Integer> MESH_PEERS = Setting.integer("mesh-peers", 20, 2, 200,
            "in a bounded mesh: how many others test each node, or all if there are fewer");
    public static final Setting<Integer> MESH_ZONE_PAIRS = Setting.integer("mesh-zone-pairs", 10, 0, 100,
            "in a bounded mesh: how many nodes of each zone test nodes of each zone, or all if there are fewer");
    public static final Setting<Integer> MESH_FULL_UP_TO = Setting.integer("mesh-full-up-to", 100, 2, 1000,
            "with auto: the most nodes in a full mesh");

    public static final Setting<Boolean> REPORTS = Setting.flag("reports.enabled", true,
            "whether controllers ask agents for what they measured, for /status, the page and verdicts");

    public static final Setting<Boolean> EVENTS = Setting.flag("events.enabled", true,
            "whether verdicts about nodes are written as Kubernetes Events of these nodes");

    public static final Setting<Optional<Path>> TLS_CERTIFICATE = Setting.optionalPath("tls-certificate",
            "PEM file of the controller's certificate and those that lead to its authority; it serves HTTPS then");
    public static final Setting<Optional<Path>> TLS_PRIVATE_KEY = Setting.optionalPath("tls-private-key",
            "PEM file of that certificate's private key");

    public static final List<Setting<?>> ALL = Stream
            .concat(Stream.of(ROSTER, ROSTER_FILE, HEARTBEAT, MESH, MESH_PEERS, MESH_ZONE_PAIRS, MESH_FULL_UP_TO,
                    REPORTS, EVENTS, TLS_CERTIFICATE, TLS_PRIVATE_KEY),
                    K8sSettings.ALL.stream())
            .toList();

    private ControllerSettings() {
    }

    static MeshSettings mesh(Settings settings) {
        return new MeshSettings(settings.get(MESH), settings.get(MESH_PEERS), settings.get(MESH_ZONE_PAIRS),
                settings.get(MESH_FULL_UP_TO));
    }
}
