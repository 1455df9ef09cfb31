package io.kconmon.agent.probe.dns;

import io.helidon.json.JsonObject;
import io.kconmon.agent.probe.HostProtocol;
import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.probe.Probe;
import io.kconmon.agent.probe.ProbeContext;
import io.kconmon.agent.probe.ProtocolType;
import io.kconmon.agent.probe.ResultJson;
import io.kconmon.agent.probe.Series;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.xbill.DNS.Type;

/** The DNS test of every configured host. */
public final class DnsProtocol implements HostProtocol<DnsResult> {

    public static final ProtocolType<DnsSettings> TYPE = new ProtocolType<>("dns", DnsSettings.TIMING,
            List.of(DnsSettings.HOSTS, DnsSettings.SERVERS, DnsSettings.TYPES), DnsSettings::new, DnsProtocol::new);

    private final DnsSettings settings;
    private final Sockets sockets;
    private final InetAddress source;
    private final List<Integer> types;

    public DnsProtocol(DnsSettings settings, ProbeContext context) {
        this.settings = settings;
        this.sockets = context.sockets();
        this.source = context.address();
        this.types = settings.types().isEmpty()
                ? List.of(AddressType.of(context.ownAddress(), AddressType::ofThisMachine))
                : settings.types().stream().distinct().map(Type::value).toList();
    }

    @Override
    public String name() {
        return TYPE.name();
    }

    @Override
    public Duration interval() {
        return settings.interval();
    }

    @Override
    public List<String> hosts() {
        return settings.hosts();
    }

    @Override
    public Probe<DnsResult> of(String host) {
        return new DnsProbe(sockets, settings.timeout(), this::servers, types, source, host);
    }

    private List<InetSocketAddress> servers() {
        return settings.servers().isEmpty() ? ResolvConf.servers() : settings.servers();
    }

    @Override
    public Series<DnsResult> series(String host) {
        return new DnsSeries(host);
    }

    @Override
    public JsonObject.Builder describe(JsonObject.Builder json, DnsResult result) {
        ResultJson.result(json, result);
        result.outcome().success().ifPresent(took -> json.set("durationMillis", ResultJson.millis(took)));
        return ResultJson.failure(json, result.outcome()).setValues("servers",
                result.asked().stream().map(DnsProtocol::server).toList());
    }

    private static JsonObject server(DnsServerResult one) {
        var json = JsonObject.builder().set("server", one.label());
        ResultJson.result(json, one).set("durationMillis", ResultJson.millis(one.took()));
        return ResultJson.failure(json, one.outcome()).build();
    }
}
