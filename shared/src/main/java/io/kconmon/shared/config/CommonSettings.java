package io.kconmon.shared.config;

import io.kconmon.shared.net.HostPort;
import io.kconmon.shared.log.JsonLines;
import io.kconmon.shared.net.IpAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The settings that both programs have. */
public final class CommonSettings {

    private static final Pattern CONTROLLER = Pattern.compile("https?://[^\\s/?#]+/?");

    public static final Setting<Integer> PORT = Setting.integer("port", 8080, 0, 65535,
            "TCP and UDP port that is listened on, and on which agents test each other; 0 for any free one");
    public static final Setting<String> BIND_ADDRESS = Setting.address("bind-address", "",
            "address to listen on and to test from; all addresses if empty");
    public static final Setting<String> METRICS_PREFIX = Setting.text("metricsPrefix", "kconmon",
            Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]{0,63}"),
            "letters, digits and underscores, 64 at most, not a digit first", "first part of every metric's name");
    public static final Setting<Duration> DRAIN = Setting.duration("drain", Duration.ofMillis(7500), Duration.ZERO,
            Duration.ofMinutes(5), "how long a stopping program goes on answering while others learn that it goes");
    public static final Setting<JsonLines.Threshold> LOG_LEVEL = Setting.choice("log-level",
            JsonLines.Threshold.INFO, JsonLines.Threshold.class, levels(),
            "least severe log lines to write; also LOG_LEVEL");

    public static final Setting<Optional<Path>> TOKEN_FILE = Setting.optionalPath("token-file",
            "file of a token that agents show the controller, and who asks for a test shows an agent; none if empty");

    public static final Setting<URI> CONTROLLER_URL = new Setting<>("controller-url",
            "http://kconmon-controller:8080", "http://host or http://host:port, or https", false,
            CommonSettings::controller, "where the roster comes from");

    public static final List<Setting<?>> ALL = List.of(PORT, BIND_ADDRESS, METRICS_PREFIX, DRAIN, LOG_LEVEL,
            TOKEN_FILE, CONTROLLER_URL);

    private CommonSettings() {
    }

    /** Levels as syslog, java.util.logging and other programs name them that have a LOG_LEVEL, too. */
    private static Map<String, JsonLines.Threshold> levels() {
        var levels = new HashMap<String, JsonLines.Threshold>();
        List.of("all", "finest", "finer", "silly").forEach(it -> levels.put(it, JsonLines.Threshold.TRACE));
        levels.put("fine", JsonLines.Threshold.DEBUG);
        List.of("information", "informational", "notice", "config", "default")
                .forEach(it -> levels.put(it, JsonLines.Threshold.INFO));
        levels.put("warning", JsonLines.Threshold.WARN);
        List.of("err", "severe", "fatal", "crit", "critical", "alert", "emerg", "emergency", "panic")
                .forEach(it -> levels.put(it, JsonLines.Threshold.ERROR));
        List.of("none", "silent", "quiet").forEach(it -> levels.put(it, JsonLines.Threshold.OFF));
        return levels;
    }

    private static Optional<URI> controller(String text) {
        try {
            return Optional.of(new URI(text.replaceAll("/$", "")))
                    .filter(it -> CONTROLLER.matcher(text).matches() && HostPort.of(it).isPresent());
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** Where to listen and to test from: the wildcard address if nothing is set. */
    public static InetAddress address(Settings settings) {
        String literal = settings.get(BIND_ADDRESS);
        return IpAddress.of(literal.isEmpty() ? "0.0.0.0" : literal);
    }
}
