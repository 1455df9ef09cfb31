package io.kconmon.shared.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.log.JsonLines;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class SettingsTest {

    private static final Setting<Duration> TIMEOUT = Setting.duration("udp.timeout", Duration.ofMillis(250),
            Duration.ofMillis(1), Duration.ofHours(1), "for each packet");
    private static final Setting<Integer> PACKETS = Setting.integer("udp.packets", 5, 1, 100, "packets a test");
    private static final Setting<List<String>> HOSTS = Setting.list("dns.hosts", List.of("a.example"),
            Pattern.compile("[a-z.]+"), "DNS names", "names to look up");
    private static final Setting<Boolean> TWEAKS = Setting.flag("enableTcpTweaks", true, "whether to");
    private static final Setting<String> ADDRESS = Setting.address("pod-ip", "", "an address");
    private static final Setting<String> NODE = Setting.text("node-name", "", Pattern.compile("[^\\p{Cntrl}]*"),
            "printable characters", "a node");
    private static final List<Setting<?>> ALL = join(CommonSettings.ALL,
            List.of(TIMEOUT, PACKETS, HOSTS, TWEAKS, ADDRESS, NODE));

    private static final String KEYS = "bind-address, controller-url, dns.hosts, drain, enableTcpTweaks, log-level, metricsPrefix,"
            + " node-name, pod-ip, port, token-file, udp.packets, udp.timeout";
    private static final String VARIABLES = "KCONMON_BIND_ADDRESS, KCONMON_CONTROLLER_URL, KCONMON_DNS_HOSTS, KCONMON_DRAIN,"
            + " KCONMON_ENABLE_TCP_TWEAKS, KCONMON_LOG_LEVEL, KCONMON_METRICS_PREFIX, KCONMON_NODE_NAME,"
            + " KCONMON_POD_IP, KCONMON_PORT, KCONMON_TOKEN_FILE, KCONMON_UDP_PACKETS, KCONMON_UDP_TIMEOUT, LOG_LEVEL";
    private static final String A_PORT = "a whole number from 0 to 65535";
    private static final String A_PREFIX = "letters, digits and underscores, 64 at most, not a digit first";
    private static final String A_TIMEOUT = "1 to 3600000 (milliseconds, or with a unit: 250ms, 5s, 1m)";

    @TempDir
    private Path folder;

    private static List<Setting<?>> join(List<Setting<?>> some, List<Setting<?>> more) {
        var all = new ArrayList<Setting<?>>(some);
        all.addAll(more);
        return List.copyOf(all);
    }

    private Path file(String yaml) {
        return file(yaml.getBytes(StandardCharsets.UTF_8));
    }

    private Path file(byte[] content) {
        try {
            return Files.write(folder.resolve("kconmon.yaml"), content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Settings yaml(String yaml) {
        return new SettingsLoader(ALL).load(Optional.of(file(yaml)), Map.of(), new Properties());
    }

    private static Settings environment(Map<String, String> environment) {
        return new SettingsLoader(ALL).load(Optional.empty(), environment, new Properties());
    }

    private static Settings property(String key, String text) {
        var properties = new Properties();
        properties.setProperty(key, text);
        return new SettingsLoader(ALL).load(Optional.empty(), Map.of(), properties);
    }

    /** In the table, FILE is the file's path. */
    private void refused(String message, Executable load) {
        String whole = message.replace("FILE", folder.resolve("kconmon.yaml").toString()).replace("A_PORT", A_PORT)
                .replace("A_PREFIX", A_PREFIX).replace("A_TIMEOUT", A_TIMEOUT).replace("KEYS", KEYS)
                .replace("VARIABLES", VARIABLES);
        assertEquals(whole, assertThrows(BadSettingException.class, load).getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            port: 70000              | port: "70000" is not allowed (FILE, line 1); allowed: A_PORT
            port: -1                 | port: "-1" is not allowed (FILE, line 1); allowed: A_PORT
            port: http               | port: "http" is not allowed (FILE, line 1); allowed: A_PORT
            port: 8080.0             | port: "8080.0" is not allowed (FILE, line 1); allowed: A_PORT
            port: 0x1F90             | port: "0x1F90" is not allowed (FILE, line 1); allowed: A_PORT
            port: 8_080              | port: "8_080" is not allowed (FILE, line 1); allowed: A_PORT
            port: 99999999999999999999 | port: "99999999999999999999" is not allowed (FILE, line 1); allowed: A_PORT
            port: true               | port: "true" is not allowed (FILE, line 1); allowed: A_PORT
            port: ""                 | port: "" is not allowed (FILE, line 1); allowed: A_PORT
            port: [8080]             | port: "[8080]" is not allowed (FILE, line 1); allowed: A_PORT
            port: [8080, 8081]       | port: "[8080,8081]" is not allowed (FILE, line 1); allowed: A_PORT
            port: {tcp: 8080}        | port.tcp: is no setting (FILE, line 1); allowed: port
            prot: 8080               | prot: is no setting (FILE, line 1); allowed: KEYS
            prot:                    | prot: is no setting (FILE, line 1); allowed: KEYS
            prot: [a, b]             | prot: is no setting (FILE, line 1); allowed: KEYS
            udp: {timout: 5}         | udp.timout: is no setting (FILE, line 1); allowed: udp.packets, udp.timeout
            udp: {a: {b: {c: 1}}}    | udp.a.b.c: is no setting (FILE, line 1); allowed: udp.packets, udp.timeout
            udp: 250                 | udp: is no setting (FILE, line 1); allowed: udp.packets, udp.timeout
            udp: [1]                 | udp: is no setting (FILE, line 1); allowed: udp.packets, udp.timeout
            tcp: {interval: 1}       | tcp.interval: is no setting (FILE, line 1); allowed: KEYS
            ud: {}                   | ud: is no setting (FILE, line 1); allowed: KEYS
            udp.packets: 0           | udp.packets: "0" is not allowed (FILE, line 1); allowed: a whole number from 1 to 100
            udp.packets: 101         | udp.packets: "101" is not allowed (FILE, line 1); allowed: a whole number from 1 to 100
            udp.timeout: -5s         | udp.timeout: "-5s" is not allowed (FILE, line 1); allowed: A_TIMEOUT
            udp.timeout: 0           | udp.timeout: "0" is not allowed (FILE, line 1); allowed: A_TIMEOUT
            udp.timeout: 0.4ms       | udp.timeout: "0.4ms" is not allowed (FILE, line 1); allowed: A_TIMEOUT
            udp.timeout: 61m         | udp.timeout: "61m" is not allowed (FILE, line 1); allowed: A_TIMEOUT
            udp.timeout: soon        | udp.timeout: "soon" is not allowed (FILE, line 1); allowed: A_TIMEOUT
            udp.timeout: 5 seconds   | udp.timeout: "5 seconds" is not allowed (FILE, line 1); allowed: A_TIMEOUT
            udp.timeout: 1e3         | udp.timeout: "1e3" is not allowed (FILE, line 1); allowed: A_TIMEOUT
            udp.timeout: 999999999999h | udp.timeout: "999999999999h" is not allowed (FILE, line 1); allowed: A_TIMEOUT
            metricsPrefix: ""        | metricsPrefix: "" is not allowed (FILE, line 1); allowed: A_PREFIX
            metricsPrefix: 9abc      | metricsPrefix: "9abc" is not allowed (FILE, line 1); allowed: A_PREFIX
            metricsPrefix: a-b       | metricsPrefix: "a-b" is not allowed (FILE, line 1); allowed: A_PREFIX
            metricsPrefix: é         | metricsPrefix: "é" is not allowed (FILE, line 1); allowed: A_PREFIX
            metricsPrefix: "a\\nb\\t\\e\\0" | metricsPrefix: "a\\nb\\t\\x1b\\x00" is not allowed (FILE, line 1); allowed: A_PREFIX
            enableTcpTweaks: yes     | enableTcpTweaks: "yes" is not allowed (FILE, line 1); allowed: true or false
            log-level: loud          | log-level: "loud" is not allowed (FILE, line 1); allowed: trace, debug, info, warn, error, off
            token-file: "/a\\0b"      | token-file: "/a\\x00b" is not allowed (FILE, line 1); allowed: a file's path in the locale's characters, empty or none
            bind-address: localhost  | bind-address: "localhost" is not allowed (FILE, line 1); allowed: an IPv4 or IPv6 address
            dns.hosts: [a.b, c_d]    | dns.hosts: "a.b,c_d" is not allowed (FILE, line 1); allowed: DNS names
            dns.hosts: [a.b, ~]      | dns.hosts: "a.b,{…}" is not allowed (FILE, line 1); allowed: DNS names
            dns.hosts: [[a.b]]       | dns.hosts: "{…}" is not allowed (FILE, line 1); allowed: DNS names
            dns.hosts: {a: b}        | dns.hosts.a: is no setting (FILE, line 1); allowed: dns.hosts
            "": 1                    | : is no setting (FILE, line 1); allowed: KEYS
            "a\\nb": 1               | a\\nb: is no setting (FILE, line 1); allowed: KEYS
            ~: 1                     | ~: is no setting (FILE, line 1); allowed: KEYS
            [a]: 1                   | FILE: a key must be a word (line 1)
            <<: {port: 1}            | <<.port: is no setting (FILE, line 1); allowed: KEYS
            a: &a {b: *a}            | FILE: there is no anchor a (line 1)
            a: {b: {c: {d: {e: {f: {g: {h: {i: 1}}}}}}}} | FILE: a.b.c.d.e.f.g.h.i: is nested too deep (line 1)
            dns.hosts: [[[[[[[[[a]]]]]]]]] | FILE: dns.hosts: is nested too deep (line 1)
            port: 1 ⏎ port: 2         | port: "2" is set twice, as port (FILE, line 1) and as port (FILE, line 2); allowed: once
            metricsPrefix: a ⏎ metrics-prefix: b | metricsPrefix: "b" is set twice, as metricsPrefix (FILE, line 1) and as metrics-prefix (FILE, line 2); allowed: once
            udp.packets: 1 ⏎ udp: {packets: 2} | udp.packets: "2" is set twice, as udp.packets (FILE, line 1) and as udp.packets (FILE, line 2); allowed: once
            port: 1 ⏎ --- ⏎ port: 2    | FILE: expected one document, found another (line 2)
            port: [8080              | FILE: is not YAML: expected ',' or ']', but got <stream end> (line 1, column 12)
            port: @a                 | FILE: is not YAML: found character '@' that cannot start any token. (Do not use @ for indentation) (line 1, column 7)
            ⇥port: 1                | FILE: is not YAML: found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation) (line 1, column 1)
            a: b: c                  | FILE: is not YAML: mapping values are not allowed here (line 1, column 5)
            port: *a                 | FILE: there is no anchor a (line 1)
            - port                   | FILE: expected settings, each as KEY: VALUE, found a list
            port                     | FILE: expected settings, each as KEY: VALUE, found a text
            """)
    void aBadFileIsRefused(String yaml, String message) {
        refused(message, () -> yaml(yaml.replace(" ⏎ ", "\n").replace("⇥", "\t")));
    }

    /** As an umlaut is with {@code LANG=C}: half a character is one that no locale has. */
    @Test
    void aPathThatTheLocaleCannotWriteIsRefused() {
        refused("token-file: \"/a\ud800\" is not allowed (system property);"
                + " allowed: a file's path in the locale's characters, empty or none",
                () -> property("kconmon.token-file", "/a\ud800"));
        assertEquals(Optional.of(Path.of("/a/b")),
                property("kconmon.token-file", "/a/b").get(CommonSettings.TOKEN_FILE));
        assertEquals(Optional.empty(), property("kconmon.token-file", "").get(CommonSettings.TOKEN_FILE));
    }

    @Test
    void aFileThatCannotBeReadIsRefused() throws IOException {
        Path none = folder.resolve("none.yaml");
        cannotBeRead(none, "there is no such file");
        cannotBeRead(folder, "Is a directory");
        cannotBeRead(Path.of(""), "Is a directory");
        Path dangling = Files.createSymbolicLink(folder.resolve("link.yaml"), none);
        cannotBeRead(dangling, "there is no such file");
        refused("FILE: is not YAML: it is not text in UTF-8", () -> load(file(new byte[]{'a', ':', ' ', (byte) 0xff})));
        refused("FILE: is not YAML: special characters are not allowed", () -> yaml("port: \u0007"));
    }

    private static void cannotBeRead(Path file, String why) {
        assertEquals("--config: \"%s\" cannot be read: %s; allowed: a YAML file".formatted(file, why),
                assertThrows(BadSettingException.class, () -> load(file)).getMessage());
    }

    private static Settings load(Path file) {
        return new SettingsLoader(ALL).load(Optional.of(file), Map.of(), new Properties());
    }

    @Test
    @Timeout(10)
    void aLongValueIsRefusedSoonAndHidesItsPassword() {
        for (String text : List.of("x".repeat(1_000_000), "x://".repeat(200_000), "x:".repeat(400_000))) {
            assertThrows(BadSettingException.class, () -> yaml("port: \"" + text + "\""));
        }
        String url = "http://me:" + "kconmon-marker-secret".repeat(1000) + "@host";
        refused("port: \"http://…@\" is not allowed (FILE, line 1); allowed: A_PORT", () -> yaml("port: " + url));
    }

    @Test
    void aFileOfAnySizeIsRefusedSoon() throws IOException {
        String tooLarge = "--config: \"FILE\" cannot be read: it is larger than 1048576 bytes; allowed: a YAML file";
        refused(tooLarge, () -> yaml("#".repeat(1024 * 1024 + 1)));
        Path huge = file("");
        try (var content = new RandomAccessFile(huge.toFile(), "rw")) {
            content.setLength(100L * 1024 * 1024 * 1024);
        }
        refused(tooLarge, () -> load(huge));
        assertEquals(8080, yaml("#".repeat(1024 * 1024)).get(CommonSettings.PORT));
    }

    /** What grows without bounds when it is expanded, or makes the parser call itself without bounds. */
    @Test
    void aBombIsRefusedSoon() {
        var lists = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        var groups = new StringBuilder("a0: &a0 {x: 1}\n");
        for (int i = 1; i < 30; i++) {
            lists.append("a%1$d: &a%1$d [%2$s*a%3$d]\n".formatted(i, "*a%d,".formatted(i - 1).repeat(8), i - 1));
            groups.append("a%1$d: &a%1$d {a: *a%2$d, b: *a%2$d}\n".formatted(i, i - 1));
        }
        refused("a0: is no setting (FILE, line 1); allowed: KEYS", () -> yaml(lists.toString()));
        refused("FILE: has more than 1000 values (line 10)", () -> yaml(groups.toString()));
        refused("FILE: dns.hosts: is nested too deep (line 1)", () -> yaml("dns.hosts: " + "[".repeat(100_000)));
        refused("FILE: expected settings, each as KEY: VALUE, found a list", () -> yaml("[".repeat(100_000)));
        refused("FILE: a.a.a.a.a.a.a.a.a: is nested too deep (line 1)", () -> yaml("{a: ".repeat(100_000)));
        refused("FILE: expected settings, each as KEY: VALUE, found a list", () -> yaml("- ".repeat(100_000)));
        refused("node-name: \"a%s…\" is not allowed (given); allowed: printable characters".formatted("\\n".repeat(99)),
                () -> Settings.of(ALL, Map.of("node-name", "a" + "\n".repeat(100_000) + "b")));
    }

    /** Each of these took a heap of some megabytes when all of it was read before it was looked at. */
    @Test
    void aFileThatIsTooLargeIsRefusedWhileItIsRead() {
        refused("FILE: has more than 1000 values (line 1001)", () -> yaml(numbered(100_000, "k%d:\n")));
        refused("FILE: dns.hosts: has more than 256 elements (line 258)",
                () -> yaml("dns.hosts:\n" + numbered(4000, "- h%d.example\n")));
        refused("FILE: has more than 1000 values (line 1001)",
                () -> yaml("node-name: &n a\n" + numbered(50_000, "k%d: *n\n")));
        refused("dns.hosts: has more than 256 elements (environment variable KCONMON_DNS_HOSTS)",
                () -> environment(Map.of("KCONMON_DNS_HOSTS", "a,".repeat(60_000))));
        String large = "x".repeat(500_000);
        String written = "FILE: is larger than 1048576 bytes with its aliases and keys written out";
        refused(written, () -> yaml("node-name: &n %s\ndns.hosts: [*n, *n, *n]".formatted(large)));
        refused(written, () -> yaml("? %s\n: {%s}".formatted(large, "a: 1, ".repeat(900))));
        for (String escape : List.of("\\U00110000", "\\U7FFFFFFF", "\\UFFFFFFFF")) {
            String line = assertThrows(BadSettingException.class, () -> yaml("node-name: \"" + escape + "\""))
                    .getMessage();
            assertTrue(line.matches(".*/kconmon.yaml: is not YAML: .+"), line);
        }
    }

    private static String numbered(int count, String line) {
        return IntStream.range(0, count).mapToObj(line::formatted).collect(Collectors.joining());
    }

    /** A YAML anchor, written once and used again. */
    @Test
    void anAliasStandsForItsAnchor() {
        Settings settings = yaml("""
                node-name: &name a.b
                metricsPrefix: &prefix a_b
                udp: &udp
                  packets: 7
                  timeout: 1s
                dns: {hosts: [*name, &host c, *host]}
                """);
        assertEquals(List.of("a.b", "c", "c"), settings.get(HOSTS));
        assertEquals(Duration.ofSeconds(1), settings.get(TIMEOUT));
        refused("udp.packets: \"7\" is set twice, as udp.packets (FILE, line 2) and as UDP.packets (FILE, line 3);"
                + " allowed: once", () -> yaml("udp: &udp\n  packets: 7\nUDP: *udp\n"));
    }

    /** A FIFO that nobody writes to. */
    @Test
    void aFileThatDoesNotAnswerIsRefused() throws Exception {
        Path fifo = folder.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        assertEquals(
                "--config: \"%s\" cannot be read: it does not answer within 5000 ms; allowed: a YAML file"
                        .formatted(fifo),
                assertThrows(BadSettingException.class, () -> load(fifo)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "---\n", "{}", "~", "udp:\n", "udp:\n  # packets: 3\n", "udp: {}",
            "port:\n", "port: ~", "udp:\n  packets:\n", "dns.hosts:\n", "\ufeff# from Windows\r\n"})
    void anEmptyFileLeavesTheDefaults(String yaml) {
        Settings settings = yaml(yaml);
        assertEquals(8080, settings.get(CommonSettings.PORT));
        assertEquals(5, settings.get(PACKETS));
        assertEquals(List.of("a.example"), settings.get(HOSTS));
        assertEquals("default", settings.origin(CommonSettings.PORT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp:\n  packets: 7", "udp.packets: 7", "udp: {packets: \"7\"}", "udp.packets: ' 7 '",
            "UDP:\n  Packets: 7", "{\"udp\": {\"packets\": 7}}", "udp: {packets: !!int 7}", "udp: {packets: &p 7}",
            "udp.packets: +7", "udp.packets: 007", "\ufeffudp.packets: 7\r\n", "udp: &u {packets: 7}"})
    void aSettingMayBeWrittenInManyWays(String yaml) {
        assertEquals(7, yaml(yaml).get(PACKETS));
    }

    @ParameterizedTest
    @CsvSource({"5000, 5000", "5s, 5000", "'5 s', 5000", "250ms, 250", "1.5m, 90000", "0.5s, 500", "1h, 3600000",
            "1.4, 1", "1.5, 2", "' 5s ', 5000", "0005, 5"})
    void durations(String text, long millis) {
        assertEquals(Duration.ofMillis(millis), yaml("udp.timeout: \"%s\"".formatted(text)).get(TIMEOUT));
        assertEquals(Duration.ofMillis(millis), environment(Map.of("KCONMON_UDP_TIMEOUT", text)).get(TIMEOUT));
    }

    @Test
    void listsAreListsOrSeparatedByCommas() {
        List<String> two = List.of("a.b", "c");
        assertEquals(two, yaml("dns.hosts: [a.b, c]").get(HOSTS));
        assertEquals(two, yaml("dns:\n  hosts:\n  - a.b\n  - c").get(HOSTS));
        assertEquals(two, yaml("dns.hosts: a.b , c").get(HOSTS));
        assertEquals(two, environment(Map.of("KCONMON_DNS_HOSTS", "a.b,c")).get(HOSTS));
        assertEquals(List.of(), yaml("dns.hosts: []").get(HOSTS));
        refused("dns.hosts: \"a,\" is not allowed (environment variable KCONMON_DNS_HOSTS); allowed: DNS names",
                () -> environment(Map.of("KCONMON_DNS_HOSTS", "a,")));
    }

    /** YAML 1.1 takes off, yes and 1e3 for booleans and numbers. */
    @Test
    void valuesAreTakenAsTheyAreWritten() {
        assertEquals(JsonLines.Threshold.OFF, yaml("log-level: off")
                .get(CommonSettings.LOG_LEVEL));
        assertEquals("yes", yaml("metricsPrefix: yes").get(CommonSettings.METRICS_PREFIX));
        assertEquals("1.10", yaml("node-name: 1.10").get(NODE));
        assertEquals("1e3", yaml("node-name: 1e3").get(NODE));
        assertEquals("2001-01-01", yaml("node-name: 2001-01-01").get(NODE));
        assertEquals("", yaml("node-name: \"\"").get(NODE));
        assertEquals(false, yaml("enableTcpTweaks: false").get(TWEAKS));
        assertEquals("fd00::1", yaml("pod-ip: fd00::1").get(ADDRESS));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            KCONMON_PORT          | 70000     | port: "70000" is not allowed (environment variable KCONMON_PORT); allowed: A_PORT
            KCONMON_PORT          | http://a  | port: "http://a" is not allowed (environment variable KCONMON_PORT); allowed: A_PORT
            KCONMON_METRICSPREFIX | a         | KCONMON_METRICSPREFIX: is no setting (environment); allowed: VARIABLES
            KCONMON_UDP_PACKET    | 5         | KCONMON_UDP_PACKET: is no setting (environment); allowed: VARIABLES
            KCONMON_              | 5         | KCONMON_: is no setting (environment); allowed: VARIABLES
            KCONMON_POD_IP        | tcp://a   | pod-ip: "tcp://a" is not allowed (environment variable KCONMON_POD_IP); allowed: an IPv4 or IPv6 address
            LOG_LEVEL             | verbose   | log-level: "verbose" is not allowed (environment variable LOG_LEVEL); allowed: trace, debug, info, warn, error, off
            """)
    void aBadEnvironmentIsRefused(String name, String text, String message) {
        refused(message, () -> environment(Map.of(name, text)));
    }

    /** Kubernetes puts these into every pod beside a Service called kconmon, kconmon-controller and so on. */
    @ParameterizedTest
    @CsvSource({"KCONMON_PORT, tcp://10.96.0.7:8080", "KCONMON_PORT, udp://10.96.0.7:8080",
            "KCONMON_CONTROLLER_PORT, tcp://10.96.0.7:8080", "KCONMON_CONTROLLER_SERVICE_HOST, 10.96.0.7",
            "KCONMON_SERVICE_HOST, 10.96.0.7", "KCONMON_SERVICE_PORT, 8080", "KCONMON_SERVICE_PORT_HTTP, 8080",
            "KCONMON_CONTROLLER_SERVICE_PORT_HTTP_METRICS, 8080", "KCONMON_PORT_8080_TCP, tcp://10.96.0.7:8080",
            "KCONMON_PORT_8080_TCP_PROTO, tcp", "KCONMON_PORT_8080_UDP_PORT, 8080",
            "KCONMON_CONTROLLER_PORT_8080_TCP_ADDR, 10.96.0.7", "PATH, /bin", "kconmon_port, 1", "XKCONMON_PORT, 1"})
    void settingsOfOtherProgramsAreIgnored(String name, String text) {
        assertEquals("default", environment(Map.of(name, text)).origin(CommonSettings.PORT));
    }

    @Test
    void logLevelHasTwoVariables() {
        assertEquals("warn", level(environment(Map.of("LOG_LEVEL", "WARN"))));
        assertEquals("debug", level(environment(Map.of("KCONMON_LOG_LEVEL", "debug"))));
        assertEquals("debug", level(environment(Map.of("LOG_LEVEL", "WARN", "KCONMON_LOG_LEVEL", "debug"))));
    }

    @ParameterizedTest
    @CsvSource({"debug, DEBUG", "DEBUG, DEBUG", "Debug, DEBUG", "fine, DEBUG", "warning, WARN", "Warn, WARN",
            "WARNING, WARN", "err, ERROR", "error, ERROR", "FATAL, ERROR", "critical, ERROR", "severe, ERROR",
            "information, INFO", "notice, INFO", "trace, TRACE", "finest, TRACE", "all, TRACE", "off, OFF", "NONE, OFF",
            "' info ', INFO"})
    void logLevelTakesTheUsualSpellings(String text, JsonLines.Threshold level) {
        assertEquals(level, environment(Map.of("LOG_LEVEL", text)).get(CommonSettings.LOG_LEVEL));
        assertEquals(level, property("kconmon.log-level", text).get(CommonSettings.LOG_LEVEL));
    }

    /** As a template leaves it that has no value. */
    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void anEmptyVariableIsNotSet(String empty) {
        var environment = new HashMap<String, String>();
        ALL.forEach(it -> environment.put(it.environmentVariable(), empty));
        environment.put("LOG_LEVEL", empty);
        environment.put("KCONMON_OF_NOBODY", empty);
        Settings settings = new SettingsLoader(ALL).load(Optional.of(file("port: 1\ndns.hosts: [b]")), environment,
                new Properties());
        ALL.stream().filter(it -> it != CommonSettings.PORT && it != HOSTS)
                .forEach(it -> assertEquals("default", settings.origin(it), it.key()));
        assertEquals(1, settings.get(CommonSettings.PORT));
        assertEquals(List.of("b"), settings.get(HOSTS));
        assertEquals("debug", level(environment(Map.of("LOG_LEVEL", "debug", "KCONMON_LOG_LEVEL", empty))));
    }

    private static String level(Settings settings) {
        return settings.get(CommonSettings.LOG_LEVEL).name().toLowerCase(Locale.ROOT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            kconmon.port    | 70000 | port: "70000" is not allowed (system property); allowed: A_PORT
            kconmon.udp.pac | 5     | udp.pac: is no setting (system property); allowed: udp.packets, udp.timeout
            kconmon.udp     | 5     | udp: is no setting (system property); allowed: udp.packets, udp.timeout
            kconmon.        | 5     | : is no setting (system property); allowed: KEYS
            """)
    void aBadSystemPropertyIsRefused(String name, String text, String message) {
        refused(message, () -> property(name, text));
        assertEquals("default", property("x" + name, text).origin(CommonSettings.PORT));
    }

    @Test
    void twoSpellingsInTwoSystemPropertiesAreRefused() {
        var properties = new Properties();
        properties.setProperty("kconmon.metricsPrefix", "a");
        properties.setProperty("kconmon.metrics-prefix", "b");
        refused("metricsPrefix: \"a\" is set twice, as metrics-prefix (system property) and as metricsPrefix"
                + " (system property); allowed: once",
                () -> new SettingsLoader(ALL).load(Optional.empty(), Map.of(), properties));
    }

    @Test
    void theStrongerSourceWinsAndIsNamed() {
        Path file = file("port: 1\nmetrics-prefix: file\nudp:\n  packets: 1\n");
        var environment = Map.of("KCONMON_PORT", "2", "KCONMON_METRICS_PREFIX", "environment");
        var properties = new Properties();
        properties.setProperty("kconmon.port", "3");
        Settings settings = new SettingsLoader(ALL).load(Optional.of(file), environment, properties);
        assertEquals(3, settings.get(CommonSettings.PORT));
        assertEquals("environment", settings.get(CommonSettings.METRICS_PREFIX));
        assertEquals(1, settings.get(PACKETS));
        assertEquals(Duration.ofMillis(250), settings.get(TIMEOUT));
        assertEquals("""
                port: 3                                          # system property
                bind-address: ""                                 # default
                metricsPrefix: environment                       # environment variable KCONMON_METRICS_PREFIX
                drain: 7500                                      # default
                log-level: info                                  # default
                token-file: ""                                   # default
                controller-url: "http://kconmon-controller:8080"  # default
                udp.timeout: 250                                 # default
                udp.packets: 1                                   # FILE, line 4
                dns.hosts: a.example                             # default
                enableTcpTweaks: true                            # default
                pod-ip: ""                                       # default
                node-name: ""                                    # default""".replace("FILE", file.toString()),
                String.join("\n",
                        settings.describe()));
    }

    /** A weaker source's mistake would show when the stronger one goes. */
    @Test
    void aValueIsCheckedAlsoWhereAStrongerSourceHasAnother() {
        Path file = file("udp: {packets: 0}");
        refused("udp.packets: \"0\" is not allowed (FILE, line 1); allowed: a whole number from 1 to 100",
                () -> new SettingsLoader(ALL).load(Optional.of(file), Map.of("KCONMON_UDP_PACKETS", "7"),
                        new Properties()));
    }

    @Test
    void eachValueIsParsedOnce() {
        var parsed = new ArrayList<String>();
        Setting<String> setting = new Setting<>("group.name", "a", "anything", false, text -> {
            parsed.add(text);
            return Optional.of(text);
        }, "a name");
        var properties = new Properties();
        properties.setProperty("kconmon.group.name", "d");
        Settings settings = new SettingsLoader(List.of(setting)).load(Optional.of(file("group: {name: b}")),
                Map.of("KCONMON_GROUP_NAME", "c"), properties);
        assertEquals("d", settings.get(setting));
        assertEquals(List.of("b", "c", "d"), parsed);
    }

    /** Helidon's Config takes some of these for references and escapes, unless it is told not to. */
    @ParameterizedTest
    @ValueSource(strings = {"${port}", "$port", "${env.HOME}", "${port:-1}", "a.b", "a\\.b", "a\\,b", "~1", "~0", "\\"})
    void aValueIsNeitherAReferenceNorAnEscape(String text) {
        assertEquals(text, yaml("node-name: '%s'".formatted(text)).get(NODE));
        assertEquals(text, environment(Map.of("KCONMON_NODE_NAME", text)).get(NODE));
        assertEquals(text, property("kconmon.node-name", text).get(NODE));
    }

    /** What config prints can be used as a file. */
    @ParameterizedTest
    @ValueSource(strings = {"plain", "", " ", "a: b", "# a", "null", "~", "- a", "off", "\"", "a\\", "[a]", "{a}", "é☃",
            "!a", "&a", "*a", "1e3", "%", "@", "`", "'", "a #b", "a:", "?"})
    void describedSettingsCanBeReadBack(String name) {
        Settings settings = Settings.of(ALL, Map.of("node-name", name, "dns.hosts", "a,b.c"));
        Settings again = yaml(String.join("\n", settings.describe()));
        assertEquals(settings.get(NODE), again.get(NODE));
        assertEquals(List.of("a", "b.c"), again.get(HOSTS));
    }

    @Test
    void aCustomCheckNamesTheOriginToo() {
        Settings settings = environment(Map.of("KCONMON_UDP_PACKETS", "99"));
        assertEquals("udp.packets: \"99\" is not allowed (environment variable KCONMON_UDP_PACKETS); allowed: fewer",
                settings.refuse(PACKETS, "fewer").getMessage());
    }

    @Test
    void aSettingOfAnotherProgramIsABug() {
        Settings settings = Settings.of(CommonSettings.ALL, Map.of());
        assertEquals("udp.packets is not declared in this program",
                assertThrows(IllegalArgumentException.class, () -> settings.get(PACKETS)).getMessage());
    }

    @Test
    void listensEverywhereOrAtTheAddressThatIsSet() {
        assertEquals(true, CommonSettings.address(Settings.of(ALL, Map.of())).isAnyLocalAddress());
        assertEquals("127.0.0.1",
                CommonSettings.address(Settings.of(ALL, Map.of("bind-address", "127.0.0.1"))).getHostAddress());
    }
}
