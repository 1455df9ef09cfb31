package io.kconmon.shared.config;

import io.kconmon.shared.config.Layer.Form;
import io.kconmon.shared.config.Layer.Said;
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
 * variables, {@code kconmon.*} system properties.
 */
public final class SettingsLoader {

    public static final Path USUAL_FILE = Path.of("/etc/kconmon/kconmon.yaml");

    private static final String VARIABLES = "KCONMON_";

    /** Where the developers' test cluster keeps its things; set in the shells that they start kconmon from. */
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
        var layers = new ArrayList<Layer>();
        if (file.isPresent()) {
            layers.add(SettingsFile.read(file.get()));
        } else if (Files.exists(USUAL_FILE)) {
            layers.add(SettingsFile.read(USUAL_FILE));
        }
        layers.add(environment(environment));
        layers.add(systemProperties(system));
        return new Settings(declared, layers);
    }

    private Layer environment(Map<String, String> environment) {
        Map<String, String> keys = declared.stream()
                .collect(Collectors.toMap(Setting::environmentVariable, Setting::key));
        keys.put(LOG_LEVEL, "log-level");
        List<Said> said = new TreeMap<>(environment).entrySet().stream()
                .filter(it -> isOurs(it.getKey(), it.getValue(), environment))
                .map(it -> said(it.getKey(), it.getValue(), keys)).toList();
        return new Layer(said);
    }

    private static Said said(String name, String text, Map<String, String> keys) {
        String key = keys.get(name);
        if (key == null) {
            throw new BadSettingException("%s: \"%s\" is no setting (environment); allowed: %s".formatted(
                    Setting.shorten(name), Setting.shorten(text),
                    keys.keySet().stream().sorted().collect(Collectors.joining(", "))));
        }
        return new Said(key, Form.TEXT, text, "environment variable " + name);
    }

    private static boolean isOurs(String name, String text, Map<String, String> environment) {
        if (name.equals(LOG_LEVEL)) {
            return !environment.containsKey(VARIABLES + LOG_LEVEL);
        }
        return name.startsWith(VARIABLES) && !name.startsWith(LAB) && !SERVICE_LINK.matcher(name).matches()
                && !SERVICE_LINK_PORT.matcher(name + "=" + text).matches();
    }

    private static Layer systemProperties(Properties system) {
        var texts = new TreeMap<String, String>();
        for (String name : system.stringPropertyNames()) {
            if (name.startsWith(PROPERTIES)) {
                texts.put(name.substring(PROPERTIES.length()), system.getProperty(name));
            }
        }
        return Layer.of(texts, "system property");
    }
}
