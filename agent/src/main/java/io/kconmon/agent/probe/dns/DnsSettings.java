package io.kconmon.agent.probe.dns;

import io.kconmon.agent.probe.TimingSettings;
import io.kconmon.shared.config.Setting;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.net.IpAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The DNS test's settings.
 *
 * @param interval
 *            from run to run
 * @param timeout
 *            for one lookup, over all name servers that it asks
 * @param hosts
 *            names to look up
 * @param servers
 *            name servers to ask; if empty those of {@code /etc/resolv.conf}, which is read at each run
 * @param types
 *            of addresses to ask for, A and AAAA; if empty the type of the agent's own address, or if that is not known AAAA where the
 *            machine has no IPv4 address to reach others from
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
    static final Setting<List<InetSocketAddress>> SERVERS = Setting.list("dns.servers", "", DnsSettings::server,
            "addresses, each with or without a port: 10.0.0.10, [::1]:5353",
            "name servers to ask; those of /etc/resolv.conf if empty");
    static final Setting<List<String>> TYPES = Setting.list("dns.types", List.of(), Pattern.compile("A|AAAA"),
            "A, AAAA", "types of addresses to look up; if empty, that of the agent's own address, or of the machine's");

    /** @throws io.kconmon.shared.config.ConflictingSettingsException if the timeout is longer than the interval */
    public DnsSettings {
        TIMING.check(interval, timeout);
        hosts = List.copyOf(hosts);
        servers = List.copyOf(servers);
        types = List.copyOf(types);
    }

    /** The record of the values that are set. */
    public DnsSettings(Settings settings) {
        this(settings.get(TIMING.interval()), settings.get(TIMING.timeout()), settings.get(HOSTS),
                settings.get(SERVERS), settings.get(TYPES));
    }

    private static Optional<InetSocketAddress> server(String text) {
        Matcher matcher = SERVER.matcher(text);
        String address = text;
        int port = DNS_PORT;
        if (matcher.matches()) {
            boolean bracketed = matcher.group(1) != null;
            address = String.valueOf(matcher.group(bracketed ? 1 : 3));
            String digits = matcher.group(bracketed ? 2 : 4);
            port = digits == null ? DNS_PORT : Integer.parseInt(digits);
        }
        return IpAddress.isLiteral(address) && port >= 1 && port <= 65535
                ? Optional.of(new InetSocketAddress(IpAddress.of(address), port))
                : Optional.empty();
    }
}
