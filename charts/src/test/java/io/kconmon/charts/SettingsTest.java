package io.kconmon.charts;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kconmon.agent.AgentSettings;
import io.kconmon.agent.Protocols;
import io.kconmon.agent.probe.dns.DnsSettings;
import io.kconmon.controller.ControllerSettings;
import io.kconmon.shared.config.CommonSettings;
import io.kconmon.shared.config.Setting;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.log.JsonLines;
import io.kconmon.shared.config.SettingsLoader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The settings that the chart writes, as the programs read them. */
class SettingsTest {

    private static final List<Setting<?>> ALL = Stream
            .of(CommonSettings.ALL, AgentSettings.ALL, ControllerSettings.ALL).flatMap(List::stream)
            .toList();
    private static final List<Setting<?>> PROTOCOLS = Protocols.ALL.stream().flatMap(it -> it.settings().stream())
            .toList();
    /** These come from the pod's environment, or may be set by extraEnv. */
    private static final Set<String> NOT_IN_THE_FILE = Set.of("bind-address", "pod-name", "node-name", "pod-ip", "zone",
            "roster", "roster-file", "heartbeat", "namespace", "kubeconfig", "special-peers");
    /** Files of Secrets: named where there is one. */
    private static final Set<String> FILES = Set.of("token-file", "tls-certificate", "tls-private-key", "tls-ca");
    /** The chart's own names. */
    private static final Set<String> THE_CHARTS_OWN = Set.of("controller-url", "agent-selector");

    @TempDir
    private Path folder;

    @Test
    void theDefaultsAreTheProgramsOwn() throws IOException {
        Settings settings = load(Chart.render());
        for (Setting<?> setting : ALL) {
            if (!NOT_IN_THE_FILE.contains(setting.key()) && !THE_CHARTS_OWN.contains(setting.key())) {
                assertEquals(Settings.of(ALL, Map.of()).get(setting), settings.get(setting), setting.key());
            }
        }
    }

    @Test
    void everySettingIsInTheFile() throws IOException {
        Settings settings = load(Chart.render());
        Set<String> left = ALL.stream().filter(it -> settings.origin(it).equals("default")).map(Setting::key)
                .collect(toSet());
        var expected = new TreeSet<>(NOT_IN_THE_FILE);
        expected.addAll(FILES);
        assertEquals(expected, new TreeSet<>(left));
    }

    @Test
    void everyValueArrives() throws IOException {
        Settings settings = load(Chart.render(Chart.CURRENT, Path.of("src/test/values/all-on.yaml")));
        Set<String> same = unchanged(settings);
        PROTOCOLS.forEach(it -> same.remove(it.key())); // by the test below
        assertEquals(new TreeSet<>(NOT_IN_THE_FILE), new TreeSet<>(same));
        assertEquals("https://controllers.example.com:9090", settings.get(CommonSettings.CONTROLLER_URL).toString());
    }

    /** Whatever protocols there are: numbers are one more, and lists are another. */
    @Test
    void everyValueOfEveryProtocolArrives() throws IOException {
        JsonNode values = Chart.YAML.readTree(Chart.HOME.resolve("values.yaml").toFile());
        var changed = new ArrayList<String>();
        for (Setting<?> setting : PROTOCOLS) {
            JsonNode value = values.at("/" + setting.key().replace('.', '/'));
            changed.add(value.isNumber()
                    ? "%s=%d".formatted(setting.key(), value.asInt() + 1)
                    : "%s[0]=%s".formatted(setting.key(), setting.allowed().equals("A, AAAA") ? "A" : "10.0.0.1"));
        }
        Set<String> same = unchanged(load(Chart.render(Chart.CURRENT, changed)));
        assertEquals(List.of(), PROTOCOLS.stream().map(Setting::key).filter(same::contains).toList());
    }

    private static Set<String> unchanged(Settings settings) {
        return ALL.stream().filter(it -> settings.get(it).equals(Settings.of(ALL, Map.of()).get(it)))
                .map(Setting::key).collect(toCollection(TreeSet::new));
    }

    @Test
    void agentsCallTheControllersByTheirServiceInFullWhereACertificateIsForIt() throws IOException {
        assertEquals(URI.create("http://net-kconmon-controller:8080"),
                load(Chart.render()).get(CommonSettings.CONTROLLER_URL));
        assertEquals(URI.create("https://net-kconmon-controller.monitoring.svc.cluster.local:8080"),
                load(Chart.render("tls.existingSecret=x")).get(CommonSettings.CONTROLLER_URL));
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void filesAreAtTheirPathsInThePods(List<String> values, Set<String> agents, Set<String> controllers)
            throws IOException {
        List<Manifest> all = Chart.render(Chart.CURRENT, values);
        Settings settings = load(all);
        assertEquals(agents, files(settings, "token-file", "tls-ca"));
        assertEquals(agents, Manifest.daemonSet(all).files("auth", "tls"));
        assertEquals(controllers, files(settings, "token-file", "tls-certificate", "tls-private-key"));
        assertEquals(controllers, Manifest.deployment(all).files("auth", "tls"));
        assertEquals(agents, Manifest.one(all, "Pod", "-test").files("auth", "tls"));
    }

    /** The programs' spellings, in any case; off is false to YAML. */
    @Test
    void theSchemaKnowsTheLogLevelsOfThePrograms() throws IOException {
        String pattern = Chart.JSON.readTree(Chart.HOME.resolve("values.schema.json").toFile())
                .at("/properties/logLevel/pattern").asText();
        for (String word : pattern.replaceAll("^[^|]*\\((.*)\\).*$", "$1").split("\\|")) {
            var level = Settings.of(ALL, Map.of("log-level", word)).get(CommonSettings.LOG_LEVEL);
            for (String written : List.of(word, word.toUpperCase(Locale.ROOT), word.substring(0, 1).toUpperCase(
                    Locale.ROOT) + word.substring(1))) {
                assertEquals(level, load(Chart.render("logLevel=" + written, "dashboards.enabled=false"))
                        .get(CommonSettings.LOG_LEVEL), written);
            }
        }
        for (String word : List.of("warning", "err", "finest", "critical", "none", "notice")) {
            assertTrue(pattern.contains("|" + word + "|"), word);
        }
        assertEquals(JsonLines.Threshold.OFF, load(Chart.render("logLevel=false")).get(CommonSettings.LOG_LEVEL));
    }

    static List<Arguments> secrets() {
        String token = "/etc/kconmon-auth/token";
        String ca = "/etc/kconmon-tls/ca.crt";
        String certificate = "/etc/kconmon-tls/tls.crt";
        String key = "/etc/kconmon-tls/tls.key";
        return List.of(Arguments.of(List.of(), Set.of(), Set.of()),
                Arguments.of(List.of("auth.existingSecret=a"), Set.of(token), Set.of(token)),
                Arguments.of(List.of("tls.existingSecret=t"), Set.of(ca), Set.of(certificate, key)),
                Arguments.of(List.of("auth.existingSecret=a", "tls.existingSecret=t"), Set.of(token, ca),
                        Set.of(token, certificate, key)));
    }

    private static Set<String> files(Settings settings, String... keys) {
        return ALL.stream().filter(it -> List.of(keys).contains(it.key())).map(settings::get)
                .flatMap(it -> ((Optional<?>) it).stream()).map(String::valueOf).collect(toSet());
    }

    /** As docs/security.md turns it on while kconmon runs: in the first step controllers do not ask. */
    @Test
    void theEnvironmentTakesTheTokenAwayAgain() throws IOException {
        List<Manifest> all = Chart.render("auth.existingSecret=x", "controller.extraEnv[0].name=KCONMON_TOKEN_FILE",
                "controller.extraEnv[0].value=none");
        var environment = new HashMap<String, String>();
        Manifest.deployment(all).podSpec().at("/containers/0/env")
                .forEach(it -> environment.put(it.path("name").asText(), it.path("value").asText()));
        assertEquals(Set.of("KCONMON_TOKEN_FILE"), environment.keySet());
        load(all);
        Settings settings = new SettingsLoader(ALL).load(Optional.of(folder.resolve("kconmon.yaml")), environment,
                new Properties());
        assertEquals(Optional.empty(), settings.get(CommonSettings.TOKEN_FILE));
        assertEquals(Optional.of(Path.of("/etc/kconmon-auth/token")), load(all).get(CommonSettings.TOKEN_FILE));
    }

    @Test
    void anEmptyListOfHostsIsNoHost() throws IOException {
        Settings settings = load(Chart.render(Chart.CURRENT, Path.of("src/test/values/all-off.yaml")));
        assertEquals(List.of(), settings.get(DnsSettings.HOSTS));
    }

    @Test
    void theEnvironmentIsKnown() {
        Set<String> known = ALL.stream().map(Setting::environmentVariable).collect(toSet());
        var set = new ArrayList<String>();
        Manifest.daemonSet(Chart.render("agent.hostNetwork=true")).podSpec().at("/containers/0/env")
                .forEach(it -> set.add(it.path("name").asText()));
        assertTrue(known.containsAll(set), set.toString());
        assertEquals(List.of("KCONMON_POD_NAME", "KCONMON_NODE_NAME", "KCONMON_POD_IP", "KCONMON_BIND_ADDRESS"), set);
    }

    private Settings load(List<Manifest> manifests) throws IOException {
        String text = Manifest.one(manifests, "ConfigMap", "-kconmon").at("/data/kconmon.yaml").asText();
        Path file = Files.writeString(folder.resolve("kconmon.yaml"), text);
        Settings settings = new SettingsLoader(ALL).load(Optional.of(file), Map.of(), new Properties());
        AgentSettings.check(settings);
        return settings;
    }
}
