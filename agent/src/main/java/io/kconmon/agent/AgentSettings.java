package io.kconmon.agent;

import io.kconmon.agent.probe.DnsProbe;
import io.kconmon.agent.probe.TcpProbe;
import io.kconmon.agent.probe.UdpProbe;
import io.kconmon.agent.roster.ControllerAccess;
import io.kconmon.agent.roster.PeerAddresses;
import io.kconmon.shared.access.TlsContext;
import io.kconmon.shared.access.Token;
import io.kconmon.shared.config.CommonSettings;
import io.kconmon.shared.config.Setting;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.IpAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The agent's settings, and the probes that they make. */
public final class AgentSettings {

    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{0,253}");
    /** RFC 1035, 2.3.4: labels of 63 characters at most, 253 in all and perhaps a dot at the end. */
    private static final Pattern HOST = Pattern.compile("(?=.{1,253}\\.?$)%1$s(\\.%1$s)*\\.?"
            .formatted("[A-Za-z0-9_][A-Za-z0-9_-]{0,62}"));
    private static final Pattern SERVER = Pattern.compile("\\[([^\\]]+)\\](?::(\\d{1,5}))?|([^:]+):(\\d{1,5})");
    private static final int DNS_PORT = 53;

    public static final Setting<String> CONTROLLER_URL = Setting.text("controller-url",
            "http://kconmon-controller:8080", Pattern.compile("https?://[^\\s/?#]+/?"),
            "http://host or http://host:port, or https", "where the roster comes from");
    public static final Setting<String> POD_NAME = Setting.text("pod-name", "", NAME,
            "253 printable characters at most",
            "this agent's name in the roster; the host's name if empty");
    public static final Setting<String> NODE_NAME = Setting.text("node-name", "", NAME,
            "253 printable characters at most", "the node it runs on, until the controller has said it");
    public static final Setting<String> ZONE = Setting.text("zone", Agent.UNKNOWN_ZONE,
            Pattern.compile("[^\\p{Cntrl}]{1,253}"), "1 to 253 printable characters",
            "the zone it runs in, until the controller has said it");
    public static final Setting<String> POD_IP = Setting.address("pod-ip", "",
            "this agent's address, until the controller has said it");

    public static final Setting<Duration> TCP_INTERVAL = interval("tcp.interval");
    public static final Setting<Duration> TCP_TIMEOUT = timeout("tcp.timeout", 1000,
            "for one request, connect included");
    public static final Setting<Duration> UDP_INTERVAL = interval("udp.interval");
    public static final Setting<Duration> UDP_TIMEOUT = timeout("udp.timeout", 250,
            "for each packet; without an echo by then it is lost");
    public static final Setting<Integer> UDP_PACKETS = Setting.integer("udp.packets", 5, 1, 100,
            "packets a test, one after the other");
    public static final Setting<Duration> DNS_INTERVAL = interval("dns.interval");
    public static final Setting<Duration> DNS_TIMEOUT = timeout("dns.timeout", 2000, "for one lookup");
    public static final Setting<List<String>> DNS_HOSTS = Setting.list("dns.hosts",
            List.of("www.google.com", "kubernetes.default.svc.cluster.local"), HOST, "DNS names", "names to look up");
    public static final Setting<List<String>> DNS_SERVERS = Setting.list("dns.servers", List.of(),
            Pattern.compile("[0-9a-fA-F.:%\\[\\]]+"), "addresses, each with or without a port: 10.0.0.10, [::1]:5353",
            "name servers to ask; those of /etc/resolv.conf if empty");
    public static final Setting<Duration> MAX_LAG = Setting.duration("max-lag", Duration.ofMillis(100),
            Duration.ofMillis(10), Duration.ofMinutes(1),
            "how late this agent's own threads may wake, in proportion less where a timeout is below 250 ms;"
                    + " when they wake later, answers that it missed are its own fault");
    public static final Setting<List<String>> SPECIAL_PEERS = Setting.list("special-peers", List.of(),
            Pattern.compile("loopback|link-local"), "loopback, link-local",
            "special addresses at which agents are tested; that of bind-address is one of them in any case");

    public static final Setting<Optional<Path>> TLS_CA = Setting.optionalPath("tls-ca",
            "PEM file of the authorities that an https controller-url is verified by; those of the JDK if empty");

    public static final List<Setting<?>> ALL = List.of(CONTROLLER_URL, POD_NAME, NODE_NAME, ZONE, POD_IP,
            TCP_INTERVAL, TCP_TIMEOUT, UDP_INTERVAL, UDP_TIMEOUT, UDP_PACKETS, DNS_INTERVAL, DNS_TIMEOUT, DNS_HOSTS,
            DNS_SERVERS, MAX_LAG, SPECIAL_PEERS, TLS_CA);

    private AgentSettings() {
    }

    /**
     * Makes all that the settings are to make, and throws it away: what cannot be is told before anything starts.
     *
     * @throws io.kconmon.shared.config.BadSettingException
     *             in one line
     */
    public static void check(Settings settings) {
        tcp(settings);
        udp(settings);
        dns(settings);
        controller(settings);
    }

    public static TcpProbe tcp(Settings settings) {
        check(settings, TCP_TIMEOUT, TCP_INTERVAL);
        return new TcpProbe(settings.get(TCP_INTERVAL), settings.get(TCP_TIMEOUT), CommonSettings.address(settings));
    }

    public static UdpProbe udp(Settings settings) {
        check(settings, UDP_TIMEOUT, UDP_INTERVAL);
        return new UdpProbe(settings.get(UDP_INTERVAL), settings.get(UDP_TIMEOUT), settings.get(UDP_PACKETS));
    }

    public static DnsProbe dns(Settings settings) {
        check(settings, DNS_TIMEOUT, DNS_INTERVAL);
        List<InetSocketAddress> servers = settings.get(DNS_SERVERS).stream().map(it -> server(settings, it)).toList();
        return new DnsProbe(settings.get(DNS_INTERVAL), settings.get(DNS_TIMEOUT), servers,
                CommonSettings.address(settings));
    }

    /**
     * How the controller is spoken to.
     *
     * @throws io.kconmon.shared.config.BadSettingException
     *             in one line, if a file that is named is no good
     */
    static ControllerAccess access(Settings settings) {
        return new ControllerAccess(controller(settings), Token.from(settings),
                settings.get(TLS_CA).map(TlsContext::client));
    }

    /** Who listens at such an address has its peers there, as all agents of a demo have. */
    public static PeerAddresses peers(Settings settings) {
        var kinds = EnumSet.noneOf(PeerAddresses.Kind.class);
        List<String> named = settings.get(SPECIAL_PEERS);
        InetAddress own = CommonSettings.address(settings);
        if (named.contains("loopback") || own.isLoopbackAddress()) {
            kinds.add(PeerAddresses.Kind.LOOPBACK);
        }
        if (named.contains("link-local") || own.isLinkLocalAddress()) {
            kinds.add(PeerAddresses.Kind.LINK_LOCAL);
        }
        return new PeerAddresses(kinds);
    }

    public static URI controller(Settings settings) {
        try {
            URI uri = new URI(settings.get(CONTROLLER_URL).replaceAll("/$", ""));
            if (uri.getHost() != null && uri.getUserInfo() == null && uri.getPort() <= 65535) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // as refused as one without a host
        }
        throw settings.refuse(CONTROLLER_URL, CONTROLLER_URL.allowed());
    }

    private static InetSocketAddress server(Settings settings, String text) {
        Matcher matcher = SERVER.matcher(text);
        String address = text;
        int port = DNS_PORT;
        if (matcher.matches()) {
            boolean bracketed = matcher.group(1) != null;
            address = String.valueOf(matcher.group(bracketed ? 1 : 3));
            String digits = matcher.group(bracketed ? 2 : 4);
            port = digits == null ? DNS_PORT : Integer.parseInt(digits);
        }
        if (!IpAddress.isLiteral(address) || port < 1 || port > 65535) {
            throw settings.refuse(DNS_SERVERS, DNS_SERVERS.allowed());
        }
        return new InetSocketAddress(IpAddress.of(address), port);
    }

    /** A test that may last longer than the time to the next one cannot be run on time. */
    private static void check(Settings settings, Setting<Duration> timeout, Setting<Duration> interval) {
        Duration atMost = settings.get(interval);
        if (settings.get(timeout).compareTo(atMost) > 0) {
            throw settings.refuse(timeout, "1 to %d (milliseconds), for it must not be longer than %s (%s)"
                    .formatted(atMost.toMillis(), interval.key(), settings.origin(interval)));
        }
    }

    private static Setting<Duration> interval(String key) {
        return Setting.duration(key, Duration.ofMillis(5000), Duration.ofMillis(100), LONGEST,
                "from test to test; a jitter of 50 to 500 ms comes on top");
    }

    private static Setting<Duration> timeout(String key, int fallbackMillis, String help) {
        return Setting.duration(key, Duration.ofMillis(fallbackMillis), Duration.ofMillis(1), LONGEST, help);
    }
}
