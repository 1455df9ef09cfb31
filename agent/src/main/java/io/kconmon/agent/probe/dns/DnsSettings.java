package io.kconmon.agent.probe.dns;

import io.kconmon.agent.probe.TimingSettings;
import io.kconmon.shared.config.Setting;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.roster.IpAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The DNS test's settings.
 *
 * @param interval
 *            from run to run
 * @param timeout
 *            for one lookup, whatever number of name servers it asks
 * @param hosts
 *            names to look up
 * @param servers
 *            name servers to ask; those of {@code /etc/resolv.conf} as it is at each run if empty
 * @param types
 *            of addresses to ask for, A and AAAA; that of the agent's own address if empty
 */
public record DnsSettings(Duration interval, Duration timeout, List<String> hosts, List<InetSocketAddress> servers,
        List<String> types) {

    /** RFC 1035, 2.3.4: labels of 63 characters at most, 253 in all and perhaps a dot at the end. */
    private static final Pattern HOST = Pattern.compile("(?=.{1,253}\\.?$)%1$s(\\.%1$s)*\\.?"
            .formatted("[A-Za-z0-9_][A-Za-z0-9_-]{0,62}"));
    private static final Pattern SERVER = Pattern.compile("\\[([^\\]]+)\\](?::(\\d{1,5}))?|([^:]+):(\\d{1,5})");
    private static final int DNS_PORT = 53;

    static final TimingSettings TIMING = TimingSettings.of("dns", 2000, "for one lookup");
    public static final Setting<List<String>> HOSTS = Setting.list("dns.hosts",
            List.of("www.google.com", "kubernetes.default.svc.cluster.local"), HOST, "DNS names", "names to look up");
    static final Setting<List<String>> SERVERS = Setting.list("dns.servers", List.of(),
            Pattern.compile("[0-9a-fA-F.:%\\[\\]]+"), "addresses, each with or without a port: 10.0.0.10, [::1]:5353",
            "name servers to ask; those of /etc/resolv.conf if empty");
    static final Setting<List<String>> TYPES = Setting.list("dns.types", List.of(), Pattern.compile("A|AAAA"),
            "A, AAAA", "types of addresses to look up; that of the agent's own address if empty");

    public DnsSettings {
        hosts = List.copyOf(hosts);
        servers = List.copyOf(servers);
        types = List.copyOf(types);
    }

    /** @throws io.kconmon.shared.config.BadSettingException in one line, if they cannot be used */
    public DnsSettings(Settings settings) {
        this(TIMING.interval(settings), TIMING.timeout(settings), settings.get(HOSTS),
                settings.get(SERVERS).stream().map(it -> server(settings, it)).toList(), settings.get(TYPES));
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
            throw settings.refuse(SERVERS, SERVERS.allowed());
        }
        return new InetSocketAddress(IpAddress.of(address), port);
    }
}
