package io.kconmon.shared.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads settings from the weakest source to the strongest: defaults, a YAML file, {@code KCONMON_*} environment
 * variables, {@code kconmon.*} system properties. An empty variable counts as not set.
 */
public final class SettingsLoader {

    public static final Path USUAL_FILE = Path.of("/etc/kconmon/kconmon.yaml");

    private static final String VARIABLES = "KCONMON_";

    /** The folder of the developers' test cluster; it is set in the shells that they start kconmon from. */
    private static final String LAB = "KCONMON_LAB";
    private static final String PROPERTIES = "kconmon.";
    /** Many programs have this one; KCONMON_LOG_LEVEL, which is for this alone, is stronger. */
    private static final String LOG_LEVEL = "LOG_LEVEL";

    /**
     * What Kubernetes puts into every pod's environment for a Service called kconmon or kconmon-controller. These are
     * not for us, though some look it: KCONMON_PORT=tcp://10.96.0.7:8080.
     */
    private static final Pattern SERVICE_LINK = Pattern
            .compile("KCONMON_(.+_)?(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");
    private static final Pattern SERVICE_LINK_PORT = Pattern.compile("KCONMON_(.+_)?PORT=(tcp|udp|sctp)://.*");

    private final Collection<Setting<?>> declared;

    public SettingsLoader(Collection<Setting<?>> declared) {
        this.declared = declared;
    }

    /**
     * @param file
     *            empty for the usual file, which need not exist
     * @throws BadSettingException
     *             in one line
     */
    public Settings load(Optional<Path> file, Map<String, String> environment, Properties system) {
        var sources = new ArrayList<List<Entry>>();
        if (file.isPresent()) {
            sources.add(SettingsFile.read(file.get()));
        } else if (Files.exists(USUAL_FILE)) {
            sources.add(SettingsFile.read(USUAL_FILE));
        }
        sources.add(environment(environment));
        sources.add(systemProperties(system));
        return new Settings(declared, sources);
    }

    private List<Entry> environment(Map<String, String> environment) {
        Map<String, String> keys = declared.stream()
                .collect(Collectors.toMap(Setting::environmentVariable, Setting::key));
        keys.put(LOG_LEVEL, "log-level");
        return new TreeMap<>(environment).entrySet().stream()
                .filter(it -> isOurs(it.getKey(), it.getValue(), environment))
                .map(it -> entry(it.getKey(), it.getValue(), keys)).toList();
    }

    private static Entry entry(String name, String text, Map<String, String> keys) {
        String key = keys.get(name);
        if (key == null) {
            throw new BadSettingException("%s: is no setting (environment); allowed: %s".formatted(
                    Setting.shorten(name),
                    keys.keySet().stream().sorted().collect(Collectors.joining(", "))));
        }
        return Entry.text(key, text, "environment variable " + name);
    }

    private static boolean isOurs(String name, String text, Map<String, String> environment) {
        if (text.isBlank()) { // as a template leaves it that has no value
            return false;
        }
        if (name.equals(LOG_LEVEL)) {
            return environment.getOrDefault(VARIABLES + LOG_LEVEL, "").isBlank();
        }
        return name.startsWith(VARIABLES) && !name.startsWith(LAB) && !SERVICE_LINK.matcher(name).matches()
                && !SERVICE_LINK_PORT.matcher(name + "=" + text).matches();
    }

    private static List<Entry> systemProperties(Properties system) {
        return system.stringPropertyNames().stream().filter(it -> it.startsWith(PROPERTIES)).sorted()
                .map(it -> Entry.text(it.substring(PROPERTIES.length()), system.getProperty(it), "system property"))
                .toList();
    }
}
