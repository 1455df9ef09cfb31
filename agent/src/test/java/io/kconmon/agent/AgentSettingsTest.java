package io.kconmon.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.probe.ProtocolType;
import io.kconmon.agent.probe.dns.DnsSettings;
import io.kconmon.agent.probe.tcp.TcpSettings;
import io.kconmon.agent.probe.udp.UdpSettings;
import io.kconmon.agent.roster.PeerAddresses.Kind;
import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.CommonSettings;
import io.kconmon.shared.config.Setting;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.net.IpAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentSettingsTest {

    private static Settings settings(Map<String, String> texts) {
        var declared = new ArrayList<Setting<?>>(CommonSettings.ALL);
        declared.addAll(AgentSettings.ALL);
        return Settings.of(declared, texts);
    }

    @Test
    void theDefaultsAreTheFirstKconmons() {
        Settings settings = settings(Map.of());
        AgentSettings.check(settings);
        Duration fiveSeconds = Duration.ofMillis(5000);
        assertEquals(new TcpSettings(fiveSeconds, Duration.ofMillis(1000), 2000), new TcpSettings(settings));
        assertEquals(new UdpSettings(fiveSeconds, Duration.ofMillis(250), 5, 5), new UdpSettings(settings));
        assertEquals(new DnsSettings(fiveSeconds, Duration.ofMillis(2000),
                List.of("www.google.com", "kubernetes.default.svc.cluster.local"), List.of(), List.of()),
                new DnsSettings(settings));
        assertEquals(URI.create("http://kconmon-controller:8080"), settings.get(CommonSettings.CONTROLLER_URL));
    }

    @Test
    void specialPeersAreAllowedByTheSettingOrTheOwnAddress() {
        assertEquals(Set.of(), AgentSettings.peers(settings(Map.of())).allowed());
        assertEquals(Set.of(Kind.LOOPBACK),
                AgentSettings.peers(settings(Map.of("bind-address", "127.0.0.2"))).allowed());
        assertEquals(Set.of(Kind.LINK_LOCAL),
                AgentSettings.peers(settings(Map.of("bind-address", "169.254.1.1"))).allowed());
        assertEquals(Set.of(Kind.LOOPBACK, Kind.LINK_LOCAL),
                AgentSettings.peers(settings(Map.of("special-peers", "loopback,link-local"))).allowed());
    }

    @Test
    void everyProtocolReadsItsSettings() {
        Settings settings = settings(Map.of("tcp.interval", "10s", "tcp.timeout", "2s", "udp.interval", "20s",
                "udp.timeout", "50", "udp.packets", "7", "udp.flows", "64", "dns.interval", "1m", "dns.timeout", "1.5s",
                "dns.hosts",
                "a.example", "dns.servers",
                "10.0.0.10,10.0.0.11:5353, fd00::10, [fd00::11]:5354,[fd00::12]"));
        assertEquals(new TcpSettings(Duration.ofSeconds(10), Duration.ofSeconds(2), 2000), new TcpSettings(settings));
        assertEquals(new UdpSettings(Duration.ofSeconds(20), Duration.ofMillis(50), 7, 64), new UdpSettings(settings));
        assertEquals(new DnsSettings(Duration.ofMinutes(1), Duration.ofMillis(1500), List.of("a.example"),
                List.of(at("10.0.0.10", 53), at("10.0.0.11", 5353), at("fd00::10", 53), at("fd00::11", 5354),
                        at("fd00::12", 53)),
                List.of()),
                new DnsSettings(settings));
    }

    @Test
    void typesOfAddressesAreReadInTheirOrder() {
        assertEquals(List.of("AAAA", "A"), new DnsSettings(settings(Map.of("dns.types", "AAAA, A"))).types());
    }

    /** By it the chart, the demo and the on-demand tests find what belongs to a protocol. */
    @Test
    void aProtocolsKeysBeginWithItsName() {
        for (ProtocolType<?> type : Protocols.ALL) {
            assertTrue(type.settings().stream().allMatch(it -> it.key().startsWith(type.name() + ".")), type.name());
        }
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(IpAddress.of(address), port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://controller", "http://controller:8080/", "http://10.0.0.1:80", "http://[fd00::1]:80",
            "http://kconmon-controller.kconmon.svc"})
    void aControllerIsAHost(String url) {
        Settings settings = settings(Map.of("controller-url", url));
        assertEquals(URI.create(url.replaceAll("/$", "")), settings.get(CommonSettings.CONTROLLER_URL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "www.google.com", "www.google.com.", "_sip._tcp.example.com", "1.2.3.4",
            "a-b.c--d.e"})
    void aHostIsADnsName(String host) {
        assertEquals(List.of(host), new DnsSettings(settings(Map.of("dns.hosts", host))).hosts());
    }

    private static final String LONG_LABEL = "x".repeat(64) + ".test";
    private static final String LONG_NAME = "x.".repeat(128);

    static List<Arguments> refusals() {
        String servers = "addresses, each with or without a port: 10.0.0.10, [::1]:5353";
        String url = "http://host or http://host:port, or https";
        return List.of(
                Arguments.of("tcp.timeout", "5001", "tcp.timeout: \"5001\" is not allowed (given); allowed: "
                        + "1 to 5000 (milliseconds), for it must not be longer than tcp.interval (default)"),
                Arguments.of("udp.timeout", "6s", "udp.timeout: \"6s\" is not allowed (given); allowed: "
                        + "1 to 5000 (milliseconds), for it must not be longer than udp.interval (default)"),
                Arguments.of("dns.interval", "1s", "dns.timeout: \"2000\" is not allowed (default); allowed: "
                        + "1 to 1000 (milliseconds), for it must not be longer than dns.interval (given)"),
                Arguments.of("tcp.interval", "99", "tcp.interval: \"99\" is not allowed (given); allowed: "
                        + "100 to 3600000 (milliseconds, or with a unit: 250ms, 5s, 1m)"),
                Arguments.of("udp.timeout", "0", "udp.timeout: \"0\" is not allowed (given); allowed: "
                        + "1 to 3600000 (milliseconds, or with a unit: 250ms, 5s, 1m)"),
                Arguments.of("udp.packets", "0",
                        "udp.packets: \"0\" is not allowed (given); allowed: a whole number from 1 to 100"),
                Arguments.of("udp.packets", "101",
                        "udp.packets: \"101\" is not allowed (given); allowed: a whole number from 1 to 100"),
                Arguments.of("udp.flows", "0",
                        "udp.flows: \"0\" is not allowed (given); allowed: a whole number from 1 to 64"),
                Arguments.of("udp.flows", "65",
                        "udp.flows: \"65\" is not allowed (given); allowed: a whole number from 1 to 64"),
                Arguments.of("dns.servers", "kube-dns",
                        "dns.servers: \"kube-dns\" is not allowed (given); allowed: " + servers),
                Arguments.of("dns.servers", "10.0.0.10:",
                        "dns.servers: \"10.0.0.10:\" is not allowed (given); allowed: "
                                + servers),
                Arguments.of("dns.servers", "10.0.0.10:0",
                        "dns.servers: \"10.0.0.10:0\" is not allowed (given); allowed: " + servers),
                Arguments.of("dns.servers", "10.0.0.10:65536",
                        "dns.servers: \"10.0.0.10:65536\" is not allowed (given); allowed: " + servers),
                Arguments.of("dns.servers", "10.0.0.10:999999",
                        "dns.servers: \"10.0.0.10:999999\" is not allowed (given); allowed: " + servers),
                Arguments.of("dns.servers", "10.0.0.10,,10.0.0.11",
                        "dns.servers: \"10.0.0.10,,10.0.0.11\" is not allowed (given); allowed: " + servers),
                Arguments.of("dns.servers", "10.0.0", "dns.servers: \"10.0.0\" is not allowed (given); allowed: "
                        + servers),
                Arguments.of("dns.servers", "[10.0.0.1", "dns.servers: \"[10.0.0.1\" is not allowed (given); allowed: "
                        + servers),
                Arguments.of("dns.servers", "[]:53", "dns.servers: \"[]:53\" is not allowed (given); allowed: "
                        + servers),
                Arguments.of("dns.hosts", "www.google.com,a b",
                        "dns.hosts: \"www.google.com,a b\" is not allowed (given); allowed: DNS names"),
                Arguments.of("dns.hosts", "a..b", "dns.hosts: \"a..b\" is not allowed (given); allowed: DNS names"),
                Arguments.of("dns.hosts", ".", "dns.hosts: \".\" is not allowed (given); allowed: DNS names"),
                Arguments.of("dns.hosts", LONG_LABEL, "dns.hosts: \"%s\" is not allowed (given); allowed: DNS names"
                        .formatted(LONG_LABEL)),
                Arguments.of("dns.hosts", LONG_NAME, "dns.hosts: \"%s…\" is not allowed (given); allowed: DNS names"
                        .formatted(LONG_NAME.substring(0, 100))),
                Arguments.of("dns.hosts", "a".repeat(60) + "!",
                        "dns.hosts: \"%s!\" is not allowed (given); allowed: DNS names".formatted("a".repeat(60))),
                Arguments.of("controller-url", "ftp://controller",
                        "controller-url: \"ftp://controller\" is not allowed (given); allowed: " + url),
                Arguments.of("controller-url", "controller:8080",
                        "controller-url: \"controller:8080\" is not allowed (given); allowed: " + url),
                Arguments.of("controller-url", "", "controller-url: \"\" is not allowed (given); allowed: " + url),
                Arguments.of("controller-url", "http://controller/agents",
                        "controller-url: \"http://controller/agents\" is not allowed (given); allowed: " + url),
                Arguments.of("controller-url", "http://[::1",
                        "controller-url: \"http://[::1\" is not allowed (given); allowed: " + url),
                Arguments.of("controller-url", "http://controller:port",
                        "controller-url: \"http://controller:port\" is not allowed (given); allowed: " + url),
                Arguments.of("controller-url", "http://controller:99999",
                        "controller-url: \"http://controller:99999\" is not allowed (given); allowed: " + url),
                Arguments.of("controller-url", "http://:8080",
                        "controller-url: \"http://:8080\" is not allowed (given); allowed: " + url),
                Arguments.of("controller-url", "http://me:SECRET@controller",
                        "controller-url: \"http://…@controller\" is not allowed (given); allowed: " + url),
                Arguments.of("controller-url", "me:SE@/CRET@controller:8080",
                        "controller-url: \"…@controller:8080\" is not allowed (given); allowed: " + url),
                Arguments.of("pod-ip", "10.0.0.300",
                        "pod-ip: \"10.0.0.300\" is not allowed (given); allowed: an IPv4 or IPv6 address"),
                Arguments.of("zone", "", "zone: \"\" is not allowed (given); allowed: 1 to 253 printable characters"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void anInvalidValueIsRefusedInOneLine(String key, String text, String line) {
        var thrown = assertThrows(BadSettingException.class,
                () -> AgentSettings.check(settings(Map.of(key, text.replace("SECRET", "kconmon-marker-secret")))));
        assertEquals(line, thrown.getMessage());
    }
}
