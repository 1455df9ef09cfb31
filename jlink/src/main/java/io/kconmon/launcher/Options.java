package io.kconmon.launcher;

import io.kconmon.agent.AgentSettings;
import io.kconmon.controller.ControllerSettings;
import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.CommonSettings;
import io.kconmon.shared.config.FilePath;
import io.kconmon.shared.config.Setting;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.config.SettingsLoader;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** What stands behind the command, and the settings that come of it. */
final class Options {

    /** Both programs read one file, so each knows the settings of both. */
    static final List<Setting<?>> ALL = Stream
            .of(CommonSettings.ALL, AgentSettings.ALL, ControllerSettings.ALL)
            .flatMap(List::stream).toList();

    private Options() {
    }

    static Settings settings(List<String> options) {
        return settings(options, System.getenv(), System.getProperties());
    }

    static Settings settings(List<String> options, Map<String, String> environment, Properties properties) {
        Optional<Path> file = Optional.empty();
        var system = new Properties();
        system.putAll(properties);
        for (Iterator<String> it = options.iterator(); it.hasNext();) {
            String option = it.next();
            if (option.equals("--config") && it.hasNext()) {
                file = Optional.of(file(it.next()));
            } else if (option.startsWith("--config=")) {
                file = Optional.of(file(option.substring("--config=".length())));
            } else if (option.startsWith("-Dkconmon.") && option.contains("=")) {
                int equals = option.indexOf('=');
                system.setProperty(option.substring(2, equals), option.substring(equals + 1));
            } else {
                throw new BadSettingException(
                        "\"%s\" is no option; allowed: --config FILE, -Dkconmon.KEY=VALUE".formatted(option));
            }
        }
        Settings settings = new SettingsLoader(ALL).load(file, environment, system);
        AgentSettings.check(settings);
        return settings;
    }

    private static Path file(String text) {
        return FilePath.of(text).orElseThrow(() -> new BadSettingException(
                "--config: \"%s\" is not allowed; allowed: %s".formatted(text, FilePath.ALLOWED)));
    }
}
