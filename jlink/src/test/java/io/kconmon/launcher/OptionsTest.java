package io.kconmon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.AgentSettings;
import io.kconmon.controller.ControllerSettings;
import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.CommonSettings;
import io.kconmon.shared.config.Setting;
import io.kconmon.shared.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OptionsTest {

    @TempDir
    private Path folder;

    private static Settings settings(String... options) {
        return Options.settings(List.of(options), Map.of(), new Properties());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            --confg=a              | "--confg=a" is no option; allowed: --config FILE, -Dkconmon.KEY=VALUE
            --config               | "--config" is no option; allowed: --config FILE, -Dkconmon.KEY=VALUE
            port=8080              | "port=8080" is no option; allowed: --config FILE, -Dkconmon.KEY=VALUE
            -Dkconmon.port         | "-Dkconmon.port" is no option; allowed: --config FILE, -Dkconmon.KEY=VALUE
            -Dport=1               | "-Dport=1" is no option; allowed: --config FILE, -Dkconmon.KEY=VALUE
            ``                     | "" is no option; allowed: --config FILE, -Dkconmon.KEY=VALUE
            --config=              | --config: "" cannot be read: Is a directory; allowed: a YAML file
            --config=/no/such      | --config: "/no/such" cannot be read: there is no such file; allowed: a YAML file
            -Dkconmon.port=        | port: "" is not allowed (system property); allowed: a whole number from 0 to 65535
            -Dkconmon.=1           | : is no setting (system property); allowed: KEYS
            -Dkconmon.roster=file  | roster: "file" is not allowed (system property); allowed: kubernetes, static
            -Dkconmon.heartbeat=1m | heartbeat: "1m" is not allowed (system property); allowed: 100 to 10000 (milliseconds, or with a unit: 250ms, 5s, 1m)
            -Dkconmon.udp.timeout=5001 | udp.timeout: "5001" is not allowed (system property); allowed: 1 to 5000 (milliseconds), for it must not be longer than udp.interval (default)
            -Dkconmon.tcp.interval=999 | tcp.timeout: "1000" is not allowed (default); allowed: 1 to 999 (milliseconds), for it must not be longer than tcp.interval (system property)
            -Dkconmon.dns.interval=1s | dns.timeout: "2000" is not allowed (default); allowed: 1 to 1000 (milliseconds), for it must not be longer than dns.interval (system property)
            -Dkconmon.tcp.interval=99 | tcp.interval: "99" is not allowed (system property); allowed: 100 to 3600000 (milliseconds, or with a unit: 250ms, 5s, 1m)
            -Dkconmon.dns.servers=::g | dns.servers: "::g" is not allowed (system property); allowed: addresses, each with or without a port: 10.0.0.10, [::1]:5353
            -Dkconmon.dns.servers=10.0.0.1:0 | dns.servers: "10.0.0.1:0" is not allowed (system property); allowed: addresses, each with or without a port: 10.0.0.10, [::1]:5353
            -Dkconmon.controller-url=ftp://a | controller-url: "ftp://a" is not allowed (system property); allowed: http://host or http://host:port, or https
            """)
    void badOptionsAreRefused(String option, String message) {
        var keys = Options.ALL.stream().map(Setting::key).sorted().toList();
        assertEquals(message.replace("KEYS", String.join(", ", keys)),
                assertThrows(BadSettingException.class, () -> settings(option)).getMessage());
    }

    /** As an umlaut is with {@code LANG=C}: half a character is one that no locale has. */
    @Test
    void pathsThatTheLocaleCannotWriteAreRefused() {
        String allowed = "a file's path in the locale's characters";
        Map.of("--config=", "--config: \"/a\ud800\" is not allowed; allowed: " + allowed, "-Dkconmon.roster-file=",
                "roster-file: \"/a\ud800\" is not allowed (system property); allowed: " + allowed,
                "-Dkconmon.kubeconfig=",
                "kubeconfig: \"/a\ud800\" is not allowed (system property); allowed: " + allowed + ", empty or none")
                .forEach((option, message) -> assertEquals(message,
                        assertThrows(BadSettingException.class, () -> settings(option + "/a\ud800")).getMessage()));
        assertEquals("--config: \"\\x00\" is not allowed; allowed: " + allowed,
                assertThrows(BadSettingException.class, () -> settings("--config", "\0")).getMessage());
    }

    /** A check of two settings names where each came from. */
    @Test
    void conflictingSettingsAreNamedByTheirLines() throws Exception {
        Path file = Files.writeString(folder.resolve("kconmon.yaml"), """
                udp:
                  interval: 1s
                  timeout: 2s
                """);
        assertEquals("udp.timeout: \"2s\" is not allowed (%1$s, line 3); allowed: 1 to 1000 (milliseconds), ".formatted(
                file) + "for it must not be longer than udp.interval (%s, line 2)".formatted(file),
                assertThrows(BadSettingException.class, () -> settings("--config", file.toString())).getMessage());
    }

    @Test
    void optionsOverrideSystemPropertiesThenTheEnvironmentThenTheFile() throws Exception {
        Path file = Files.writeString(folder.resolve("kconmon.yaml"), "{port: 1, drain: 1, heartbeat: 1s, zone: a}");
        var properties = new Properties();
        properties.setProperty("kconmon.port", "3");
        properties.setProperty("kconmon.drain", "3");
        properties.setProperty("java.version", "none of ours");
        Settings settings = Options.settings(List.of("-Dkconmon.port=4", "--config=" + file),
                Map.of("KCONMON_PORT", "2", "KCONMON_DRAIN", "2", "KCONMON_HEARTBEAT", "2s"), properties);
        assertEquals(4, settings.get(CommonSettings.PORT));
        assertEquals(3, settings.get(CommonSettings.DRAIN).toMillis());
        assertEquals(2000, settings.get(ControllerSettings.HEARTBEAT).toMillis());
        assertEquals("a", settings.get(AgentSettings.ZONE));
        assertEquals("3", properties.getProperty("kconmon.port"), "the process's own are left alone");
    }

    /** A value may have an equals sign in it, and the last of two options is the one that counts. */
    @Test
    void optionsAreReadFromTheLeft() {
        assertEquals("a=b", settings("-Dkconmon.zone=x", "-Dkconmon.zone=a=b").get(AgentSettings.ZONE));
    }

    /** Two settings may not share a variable or a spelling. */
    @Test
    void everySettingHasAKeyAndAVariableOfItsOwn() {
        var variables = new HashSet<String>();
        for (Setting<?> setting : Options.ALL) {
            assertTrue(variables.add(setting.environmentVariable()), setting.key());
            assertTrue(setting.environmentVariable().matches("KCONMON_[A-Z_]+"), setting.environmentVariable());
            assertTrue(!setting.help().isBlank() && !setting.allowed().isBlank(), setting.key());
        }
    }

    @Test
    void theDefaultsAreTheFirstKconmons() {
        List<String> lines = settings().describe().stream().map(it -> it.replaceFirst(" +# default$", "")).toList();
        assertTrue(lines.containsAll(Arrays.asList("port: 8080", "metricsPrefix: kconmon", "tcp.interval: 5000",
                "tcp.timeout: 1000", "udp.interval: 5000", "udp.timeout: 250", "udp.packets: 5", "dns.interval: 5000",
                "dns.hosts: \"www.google.com,kubernetes.default.svc.cluster.local\"", "drain: 7500")), lines::toString);
    }
}
