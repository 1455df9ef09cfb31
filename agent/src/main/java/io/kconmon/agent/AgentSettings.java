package io.kconmon.agent;

import io.kconmon.agent.mesh.PairMetrics;
import io.kconmon.agent.roster.PeerAddresses;
import io.kconmon.shared.client.Endpoint;
import io.kconmon.shared.net.HostPort;
import io.kconmon.shared.config.CommonSettings;
import io.kconmon.shared.config.Setting;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.http.BearerToken;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.net.IpAddress;
import io.kconmon.shared.tls.ClientTls;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The agent's own settings, and those of all protocols. */
public final class AgentSettings {

    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{0,253}");

    public static final Setting<String> POD_NAME = Setting.text("pod-name", "", NAME,
            "253 printable characters at most",
            "this agent's name in the roster; the host's name if empty");
    public static final Setting<String> NODE_NAME = Setting.text("node-name", "", NAME,
            "253 printable characters at most", "the node it runs on, until the controller has said it");
    public static final Setting<String> ZONE = Setting.text("zone", Agent.UNKNOWN_ZONE,
            Pattern.compile("[^\\p{Cntrl}]{1,253}"), "1 to 253 printable characters",
            "the zone it runs in, until the controller has said it");
    public static final Setting<String> POD_IP = Setting.address("pod-ip", "",
            "this agent's address, by which it finds itself in the roster; that of bind-address if empty");

    public static final Setting<List<String>> SPECIAL_PEERS = Setting.list("special-peers", List.of(),
            Pattern.compile("loopback|link-local"), "loopback, link-local",
            "special addresses at which agents are tested; that of bind-address is one of them in any case");

    public static final Setting<Optional<Path>> TLS_CA = Setting.optionalPath("tls-ca",
            "PEM file of the authorities that an https controller-url is verified by; those of the JDK if empty");

    public static final List<Setting<?>> ALL = Stream.of(List.of(POD_NAME, NODE_NAME, ZONE, POD_IP),
            Protocols.settings(), PairMetrics.SETTINGS, List.of(SPECIAL_PEERS, TLS_CA))
            .<Setting<?>>flatMap(List::stream).toList();

    private AgentSettings() {
    }

    /**
     * Reads all settings and throws the result away, so that an unusable one is reported before anything starts.
     *
     * @throws io.kconmon.shared.config.BadSettingException
     *             in one line
     */
    public static void check(Settings settings) {
        Protocols.ALL.forEach(it -> it.check(settings));
    }

    /**
     * How the agent reaches the controller.
     *
     * @throws io.kconmon.shared.config.BadSettingException
     *             in one line, if a file that is named cannot be used
     */
    static Endpoint access(Settings settings) {
        return new Endpoint(settings.get(CommonSettings.CONTROLLER_URL), BearerToken.from(settings),
                settings.get(TLS_CA).map(ClientTls::new));
    }

    /** The address by which others know this agent: {@code pod-ip}, or the one it listens on. */
    static InetAddress ownAddress(Settings settings) {
        String own = settings.get(POD_IP);
        return own.isEmpty() ? CommonSettings.address(settings) : IpAddress.of(own);
    }

    /** An agent that listens at a special address has its peers at such addresses, as in the demo. */
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
}
