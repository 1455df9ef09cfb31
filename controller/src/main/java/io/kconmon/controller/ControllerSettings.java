package io.kconmon.controller;

import io.kconmon.k8s.K8sSettings;
import io.kconmon.shared.config.Setting;
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

    public static final Setting<Boolean> REPORTS = Setting.flag("reports.enabled", true,
            "whether controllers ask agents for what they measured, for /status, the page and verdicts");

    public static final Setting<Boolean> EVENTS = Setting.flag("events.enabled", true,
            "whether verdicts about nodes are written as Kubernetes Events of these nodes");

    public static final Setting<Optional<Path>> TLS_CERTIFICATE = Setting.optionalPath("tls-certificate",
            "PEM file of the controller's certificate and those that lead to its authority; it serves HTTPS then");
    public static final Setting<Optional<Path>> TLS_PRIVATE_KEY = Setting.optionalPath("tls-private-key",
            "PEM file of that certificate's private key");

    public static final List<Setting<?>> ALL = Stream
            .concat(Stream.of(ROSTER, ROSTER_FILE, HEARTBEAT, REPORTS, EVENTS, TLS_CERTIFICATE, TLS_PRIVATE_KEY),
                    K8sSettings.ALL.stream())
            .toList();

    private ControllerSettings() {
    }
}
